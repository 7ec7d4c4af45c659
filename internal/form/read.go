package form

import (
	"iter"
	"maps"
)

// Steps lists the steps in file order, relevant or not, without the agents'.
func (j *Journey) Steps() []*StepState {
	j.all()
	return j.steps[:len(j.c.steps):len(j.c.steps)]
}

// After gives the steps behind one, one by one: only those that are looked at are walked.
func (j *Journey) After(s *StepState) iter.Seq[*StepState] {
	return func(yield func(*StepState) bool) {
		for n := s.Number; n < len(j.c.steps); n++ {
			j.upTo(n)
			if !yield(j.steps[n]) {
				return
			}
		}
	}
}

// Step finds a step by its id, AgentStep included, or nil.
func (j *Journey) Step(id string) *StepState {
	n := j.c.byID[id]
	if n == nil {
		return nil
	}
	return j.at(n)
}

// at is the state of a step, walked if it was not.
func (j *Journey) at(n *stepNode) *StepState {
	at := n.number - 1
	if n == j.c.agent {
		at = len(j.c.steps)
	}
	j.upTo(at)
	return j.steps[at]
}

// Field finds the state behind a path, "children.k1.last_name" and documents of a row included, or nil.
func (j *Journey) Field(path string) *FieldState {
	id := fieldPath(j.c, path)
	if id == "" {
		return nil
	}
	j.at(j.c.inStep[id])
	s := j.states[j.c.fields[id].slot]
	if s.Path == path {
		return s
	}
	for _, row := range s.Rows {
		for _, f := range row.Fields {
			if f.Path == path {
				return f
			}
		}
	}
	return nil
}

// Value is the answer behind a path as rules see it, nil when it was not given or is not relevant.
func (j *Journey) Value(path string) any {
	if f := j.Field(path); f != nil && f.Relevant {
		return f.Value
	}
	return nil
}

// Values are all answers as rules see them, with every name of Env, for the rules of a workflow.
func (j *Journey) Values() map[string]any {
	j.all()
	values := maps.Clone(j.c.zero)
	setFacts(values, j.facts)
	values["today"] = j.values["today"]
	for _, s := range j.states {
		if s.Relevant && s.Value != nil {
			s.node.set(values, s.full())
		}
	}
	return values
}

// full is the value with every column of its rows, where a journey keeps those its form looks at.
func (s *FieldState) full() any {
	if s.Field.Kind != Group {
		return s.Value
	}
	rows := make([]any, len(s.Rows))
	for i, r := range s.Rows {
		row := s.node.typ.Row().Zero().(map[string]any)
		for _, cell := range r.Fields {
			if cell.Relevant && cell.Value != nil {
				cell.node.set(row, cell.Value)
			}
		}
		rows[i] = row
	}
	return rows
}

// Each calls yield with every relevant field, cell and set of documents in file order, agents' fields last;
// a group comes before its cells. Its shape lets it be ranged over: for step, f := range j.Each.
func (j *Journey) Each(yield func(*StepState, *FieldState) bool) {
	j.all()
	for _, s := range j.steps {
		if s.Relevant && !s.each(yield) {
			return
		}
	}
}

func (s *StepState) each(yield func(*StepState, *FieldState) bool) bool {
	for _, f := range s.Fields {
		if !f.Relevant {
			continue
		}
		if !yield(s, f) {
			return false
		}
		for _, row := range f.Rows {
			for _, cell := range row.Fields {
				if cell.Relevant && !yield(s, cell) {
					return false
				}
			}
		}
	}
	return true
}

// Relevant is the canonical raw of the relevant answers, for filing: texts composed and trimmed, numbers
// without separators, phone numbers in E.164. What was left blank stays blank, so that nothing is offered
// again; what was never shown, is only offered or is computed is left out; an answer whose form is wrong
// stays as typed.
func (j *Journey) Relevant() Raw {
	out := Raw{}
	for _, f := range j.Each {
		v := f.canonical()
		if len(v) == 0 && !f.leftBlank() {
			continue
		}
		out[f.Path] = v
	}
	return out
}

// leftBlank reports whether the question was shown and got no answer.
func (s *FieldState) leftBlank() bool {
	return s.shown && s.Field.Kind != File && s.node.compute == nil
}

func (s *FieldState) canonical() []string {
	switch {
	case s.Prefilled || s.node.compute != nil || (s.node.perRow != nil && s.Rows != nil):
		return nil
	case s.Field.Kind == Group:
		ids := make([]string, len(s.Rows))
		for i, r := range s.Rows {
			ids[i] = r.ID
		}
		return ids
	case s.flaw != nil:
		return s.Raw
	case s.Field.Kind == Email:
		if e, ok := s.Value.(string); ok {
			return []string{canonicalEmail(e)}
		}
	}
	return s.node.write(s.Value)
}

// Documents lists the relevant file fields, those of rows one by one, in file order.
func (j *Journey) Documents() []*FieldState {
	var out []*FieldState
	for _, f := range j.Each {
		if f.Field.Kind == File && f.Rows == nil {
			out = append(out, f)
		}
	}
	return out
}

// MissingDocuments lists those that are owed and have no file.
func (j *Journey) MissingDocuments() []*FieldState {
	var out []*FieldState
	for _, f := range j.Documents() {
		if f.Required && f.Value == nil {
			out = append(out, f)
		}
	}
	return out
}

// Answered reports whether the field has an answer, be it wrong.
func (s *FieldState) Answered() bool {
	return s.Relevant && !s.Prefilled && (s.Value != nil || s.flaw != nil)
}

// Computed reports whether the answer is the definition's and is not asked.
func (s *FieldState) Computed() bool { return s.node.compute != nil }
