package procedure

import "guichet/internal/text"

// Questions is forms/<procedure>.tables.yaml: what may be counted, declared beforehand (RP-021). A figure is told with the
// noise of its cell, once for each closed month; what shows a secret is counted from what was released alone.
//
// Keys of the file:
//
//	tables     the procedure's id
//	questions  twelve at most: each one more is one more way to look at the same records
//
// Keys of a question:
//
//	id     its name in addresses
//	title  what it asks
//	by     one thing to count by, or two
//
// Keys of a thing to count by:
//
//	column   a column of the release schema, written there or not; texts and identifiers are none, so nothing counts by them
//	level    one of the column's levels, the same in every question; in a question with a secret, the frozen one
//	derived  month (in which processing ended), outcome (the closing state) or processing (days from filing to the end)
//	cuts     of processing: [30, 60] makes under 30, 30 to 59, 60 and over
type Questions struct {
	Tables    string     `yaml:"tables"`
	Questions []Question `yaml:"questions"`
}

// Question is one table that was declared.
type Question struct {
	ID    string     `yaml:"id"`
	Title text.Words `yaml:"title"`
	By    []By       `yaml:"by"`
}

// By is one thing to count by; what is not written in the file is filled in by the loader.
type By struct {
	Column  string   `yaml:"column"`
	Level   int      `yaml:"level"`
	Derived string   `yaml:"derived"`
	Cuts    []int    `yaml:"cuts"`
	Of      *Column  `yaml:"-"` // the column of the release schema
	States  []string `yaml:"-"` // that close a dossier, of an outcome
}

// The things to count by that the service knows of itself.
const (
	ByMonth      = "month"
	ByOutcome    = "outcome"
	ByProcessing = "processing"
)

// The bounds of a file of questions.
const (
	maxQuestions = 12
	maxCells     = 200
)

// Values lists what a thing to count by can be, in order; a month has no list.
func (b By) Values() []string {
	switch {
	case b.Of != nil:
		return b.Of.Levels[b.Level].Values()
	case b.Derived == ByOutcome:
		return b.States
	case b.Derived == ByProcessing:
		return Level{Cuts: b.Cuts}.Values()
	}
	return nil
}

// Secret reports a column that counts as a secret.
func (b By) Secret() bool { return b.Of != nil && b.Of.Sensitive }

// Known reports what a neighbour may know of somebody: not what became of the dossier, nor a secret.
func (b By) Known() bool { return b.Of != nil && b.Of.Derived == "" && !b.Of.Sensitive }

// Frozen reports a question that shows a secret: it is answered from what was released alone.
func (q *Question) Frozen() bool {
	for _, b := range q.By {
		if b.Secret() {
			return true
		}
	}
	return false
}

// Monthly reports a question that is answered month by month.
func (q *Question) Monthly() bool {
	for _, b := range q.By {
		if b.Derived == ByMonth {
			return true
		}
	}
	return false
}

// Within are the things to count by within one month.
func (q *Question) Within() []By {
	var out []By
	for _, b := range q.By {
		if b.Derived != ByMonth {
			out = append(out, b)
		}
	}
	return out
}

// Question finds a declared question by its id, or nil.
func (p *Procedure) Question(id string) *Question {
	for i := range p.Questions {
		if p.Questions[i].ID == id {
			return &p.Questions[i]
		}
	}
	return nil
}
