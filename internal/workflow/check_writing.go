package workflow

import (
	"fmt"
	"strings"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Writing is how the person and the desk write to each other on a dossier that was sent; the zero value is not at all.
type Writing struct {
	States  []string `yaml:"states"`  // in which the person may write
	Longest int      `yaml:"longest"` // characters of a message; 0 = 4000
	Files   int      `yaml:"files"`   // most files with a message
	Daily   int      `yaml:"daily"`   // most messages of the person on one dossier in 24 hours; 0 = 10
	Tells   Tells    `yaml:"tells"`
}

// Tells names the notifications that say there is something new; none bears a word of it.
type Tells struct {
	Person    string `yaml:"person"`    // an agent has written to the person
	Agent     string `yaml:"agent"`     // the person has written, to the agent who has the dossier
	Mentioned string `yaml:"mentioned"` // a colleague has named an agent in a note
}

// Answer is a text an agent may begin a message to the person with, and change before it is sent.
type Answer struct {
	ID     string     `yaml:"id"`
	Label  text.Words `yaml:"label"`  // for agents
	States []string   `yaml:"states"` // in which it is proposed; none = all
	Text   text.Words `yaml:"text"`   // in the person's language: {reference} {procedure} {controller} {date} {until}, and the fields of answer_values
}

// Bounds of a message where the definition gives none.
const (
	usualLongest = 4000 // characters
	mostLongest  = 10_000
	usualDaily   = 10
	mostAttached = 20
)

// checkWriting checks how people write, and what answers may say.
func (c *Compiled) checkWriting(r *refusals, f *form.Compiled) {
	w := &c.Writing
	r.allOf("writing.states", "state", w.States, c.filedStates())
	r.within("writing.longest", w.Longest, mostLongest)
	r.within("writing.daily", w.Daily, 1000)
	r.within("writing.files", w.Files, mostAttached)
	if w.Longest == 0 {
		w.Longest = usualLongest
	}
	if w.Daily == 0 {
		w.Daily = usualDaily
	}
	for _, t := range []struct{ path, id string }{{"person", w.Tells.Person}, {"agent", w.Tells.Agent}, {"mentioned", w.Tells.Mentioned}} {
		if t.id != "" {
			r.oneOf("writing.tells."+t.path, "notification", t.id, names(c.notifications))
		}
	}
	if len(w.States) > 0 && w.Tells.Person == "" {
		r.add("writing.tells", "name the notification that asks the person to sign in", "the person writes, and is not told of the answer")
	}
	c.checkAnswers(r, f)
}

func (r *refusals) within(path string, n, most int) {
	if n < 0 || n > most {
		r.add(path, fmt.Sprintf("write a whole number from 1 to %d, or leave it out", most), "%d is out of bounds", n)
	}
}

// filedStates are those of a dossier that was sent.
func (c *Compiled) filedStates() []string {
	var out []string
	for _, s := range c.States {
		if s.Kind != Draft {
			out = append(out, s.ID)
		}
	}
	return out
}

// checkAnswers wants every value between braces on the list of those that may leave.
func (c *Compiled) checkAnswers(r *refusals, f *form.Compiled) {
	byID(r, "answers", c.Answers, func(a *Answer) string { return a.ID })
	r.allOf("answer_values", "single answer", c.AnswerValues, singles(f))
	values := append(append([]string{}, answerValues...), c.AnswerValues...)
	for i, a := range c.Answers {
		path := fmt.Sprintf("answers[%d]", i)
		r.words(path+".label", a.Label, nil)
		r.words(path+".text", a.Text, values)
		r.allOf(path+".states", "state", a.States, c.filedStates())
	}
}

// singles are the questions outside groups that are answered in words or by a choice.
func singles(f *form.Compiled) []string {
	var out []string
	for _, s := range f.Steps {
		for _, field := range s.Fields {
			if field.Kind != form.Group && field.Kind != form.File {
				out = append(out, field.ID)
			}
		}
	}
	return out
}

// Answer finds a text for messages, or nil.
func (c *Compiled) Answer(id string) *Answer {
	for _, a := range c.Answers {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// Restated are the fields whose answers a text restates, in either language.
func (c *Compiled) Restated(a *Answer) []string {
	var out []string
	for _, path := range c.AnswerValues {
		if strings.Contains(a.Text.FR+a.Text.EN, "{"+path+"}") {
			out = append(out, path)
		}
	}
	return out
}
