package workflow

import (
	"slices"

	"guichet/internal/text"
)

// Editable is what may be set on the configuration screens; all else is the file's alone (RP-159). What it names is resolved
// by the loader, which has the form and the workflow.
type Editable struct {
	Words  []string `yaml:"words"`  // kinds of words: notifications answers states moves notices steps fields
	Lists  []string `yaml:"lists"`  // rejections, moves.<id> (its reasons), fields.<id> (options of an agents' field): words, order, retirement
	Limits []Limit  `yaml:"limits"` // durations and numbers, each between bounds
}

// Limit is a duration or a number that may be set.
type Limit struct {
	Path   string     `yaml:"limit"` // lock, moves.<id>.due, retention.<id>.keep, figures.least, figures.weeks, fields.<id>.max and .max_mb of files
	Label  text.Words `yaml:"label"`
	Within []string   `yaml:"within"` // the least and the most; where it is empty, those that stand beside the value
}

// Offered are the reasons that may still be given.
func (f MoveForm) Offered() []Reason {
	return slices.DeleteFunc(slices.Clone(f.Reasons), func(r Reason) bool { return r.Retired })
}

// Offered are the reasons to reject a document that may still be given.
func (c *Compiled) Offered() []Rejection {
	return slices.DeleteFunc(slices.Clone(c.Rejections), func(r Rejection) bool { return r.Retired })
}

// Values lists what a kind of words may bear between braces: mails and notices have some.
func Values(kind string) []string {
	switch kind {
	case "notifications":
		return slices.Clone(mailValues)
	case "notices":
		return slices.Clone(noticeValues)
	}
	return nil
}

// Values is [Values] with what this workflow adds: the answers that a text begun with may restate.
func (w *Workflow) Values(kind string) []string {
	if kind == "answers" {
		return append(slices.Clone(answerValues), w.AnswerValues...)
	}
	return Values(kind)
}
