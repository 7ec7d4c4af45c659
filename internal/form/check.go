package form

import (
	"slices"

	"guichet/internal/text"
)

// Problem is what is wrong with one answer, in plain words that name the field and say how to mend it.
type Problem struct {
	Path    string // of the answer: "applicant.birth_date", "children.k1.last_name"
	Part    string // of a date: day, month or year; else ""
	Code    string // what kind of problem, for tests: "required", "date.no_month", "check", …
	Message text.Words
	Warn    bool // shown, does not block
}

// Check validates one step: what is missing, the form of answers, bounds, tags and checks. A step that is
// not relevant has no problem.
func (j *Journey) Check(step string) []Problem {
	s := j.Step(step)
	if s == nil || !s.Relevant {
		return nil
	}
	var out []Problem
	for _, f := range s.Fields {
		out = j.checkField(f, out)
	}
	return out
}

// Problems validates all relevant steps in order, for submitting; without agents' fields.
func (j *Journey) Problems() []Problem {
	var out []Problem
	for _, s := range j.Steps() {
		out = append(out, j.Check(s.Step.ID)...)
	}
	return out
}

// CheckAgent validates the agents' fields that a move shows; required are those it wants filled.
func (j *Journey) CheckAgent(fields, required []string) []Problem {
	var out []Problem
	for _, id := range fields {
		if f := j.Field(id); f != nil {
			f.Required = f.Required || slices.Contains(required, id)
			out = j.checkField(f, out)
		}
	}
	return out
}

// Blocking reports whether any of the problems is more than a warning.
func Blocking(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warn {
			return true
		}
	}
	return false
}

func (j *Journey) checkField(f *FieldState, out []Problem) []Problem {
	if !f.Relevant {
		return out
	}
	if f.Rows != nil || f.Field.Kind == Group {
		return j.checkRows(f, out)
	}
	if p := f.missing(); p != nil {
		return append(out, *p)
	}
	if !f.Answered() {
		return out
	}
	if p := f.malformed(); p != nil {
		return append(out, *p)
	}
	return j.checkRules(f, out)
}

// checkRows validates a group or the documents of its rows.
func (j *Journey) checkRows(f *FieldState, out []Problem) []Problem {
	if f.Field.Kind == Group {
		if p := f.rowCount(); p != nil {
			out = append(out, *p)
		}
	}
	for _, row := range f.Rows {
		j.values["row"] = row.values
		for _, cell := range row.Fields {
			out = j.checkField(cell, out)
		}
	}
	delete(j.values, "row")
	if len(f.Rows) > 0 && f.Field.Kind == Group {
		out = j.checkRules(f, out)
	}
	return out
}

func (j *Journey) checkRules(f *FieldState, out []Problem) []Problem {
	if len(f.node.checks) == 0 {
		return out
	}
	j.values["value"] = f.Value
	for _, c := range f.node.checks {
		if !j.holds(c.rule) {
			out = append(out, Problem{Path: f.Path, Code: "check", Message: labelled(f.rowTitle(), c.Message), Warn: c.Warn})
		}
	}
	delete(j.values, "value")
	return out
}
