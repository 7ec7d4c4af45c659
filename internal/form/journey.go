package form

import (
	"maps"
	"slices"
	"time"

	"guichet/internal/rule"
	"guichet/internal/text"
)

// Journey is one pass through a form with given answers: what is asked, what is owed, what every answer
// means. It belongs to one goroutine.
type Journey struct {
	c      *Compiled
	raw    Raw
	facts  Facts
	values map[string]any // what the rules of the form look at
	steps  []*StepState   // as far as walked, in file order, the agents' last
	states []*FieldState  // by slot; nil of steps not walked yet
	failed error
}

// StepState is a step as it stands for these answers.
type StepState struct {
	Step     *Step
	Number   int // from 1, in file order
	Relevant bool
	Fields   []*FieldState // every field of the step, relevant or not
}

// FieldState is a field as it stands for these answers.
type FieldState struct {
	Field     *Field
	Path      string
	Label     text.Words
	Hint      text.Words
	Relevant  bool     // asked, or computed, for these answers
	Required  bool     // must be answered before submitting
	Raw       []string // as typed, or as offered when Prefilled; nil when not relevant
	Prefilled bool     // Raw is offered and was not confirmed: it is no answer yet
	Value     any      // nil | string | int | float64 (money in euros) | bool | rule.Date | []string; of a group only nil or not
	Rows      []RowState

	node  *node
	row   *text.Words // title of the row it stands in, to be put before its problems
	flaw  *flaw
	shown bool // the path is in the answers: the page with it was saved
}

// RowState is one row of a group, or one set of documents of a row.
type RowState struct {
	ID     string
	Title  text.Words // « Enfant 1 »
	Fields []*FieldState

	values map[string]any
}

// Walk goes once through the form: it parses, computes, and finds what is relevant and required, in file
// order. It does not validate. today is the civil date of the service.
func (c *Compiled) Walk(raw Raw, facts Facts, today time.Time) *Journey {
	j := c.Follow(raw, facts, today)
	j.all()
	return j
}

// Follow is Walk as far as the journey is asked about, for who looks at a page or two: raw must stay as it is as long as the
// journey is used. No rule looks forward, so a step stands the same whether or not those behind it were walked.
func (c *Compiled) Follow(raw Raw, facts Facts, today time.Time) *Journey {
	return &Journey{
		c: c, raw: raw, facts: facts, values: c.values(facts, today),
		steps: make([]*StepState, 0, len(c.steps)+1), states: make([]*FieldState, c.slots),
	}
}

// all walks what is left.
func (j *Journey) all() { j.upTo(len(j.c.steps)) }

// upTo walks the steps to one that is counted from 0; the agents' comes after all others.
func (j *Journey) upTo(last int) {
	for n := len(j.steps); n <= last; n++ {
		s := j.c.agent
		if n < len(j.c.steps) {
			s = j.c.steps[n]
		}
		state := &StepState{}
		j.steps = append(j.steps, state)
		j.step(s, state)
	}
}

// step walks the nodes of a step, which have slots one after the other.
func (j *Journey) step(s *stepNode, state *StepState) {
	*state = StepState{Step: s.step, Number: s.number, Relevant: j.holds(s.when)}
	if len(s.nodes) == 0 {
		return
	}
	state.Relevant = state.Relevant && slices.ContainsFunc(s.nodes, func(n *node) bool { return j.requested(n, n.path) })
	first := s.nodes[0].slot
	state.Fields = j.states[first : first+len(s.nodes) : first+len(s.nodes)]
	own := make([]FieldState, len(s.nodes))
	for i, n := range s.nodes {
		f := &own[i]
		state.Fields[i] = f
		j.visit(n, f, n.path, state.Relevant)
		if f.Relevant && f.Value != nil {
			n.put(j.values, f.Value)
		}
	}
}

// visit fills in the state of one field, cell or set of documents.
func (j *Journey) visit(n *node, s *FieldState, path string, asked bool) {
	s.node, s.Field, s.Path, s.Label, s.Hint = n, n.field, path, n.field.Label, n.field.Hint
	if s.Relevant = asked && j.requested(n, path) && j.holds(n.when); !s.Relevant {
		return
	}
	if n.compute != nil {
		s.Value = j.computed(n)
		s.Raw = n.write(s.Value)
		return
	}
	s.Required = n.always || (n.required != nil && j.holds(n.required))
	s.Raw, s.shown = j.raw[path]
	switch {
	case n.field.Kind == Group:
		j.rows(n, s)
	case n.perRow != nil:
		j.rowFiles(n, s)
	case !s.shown && n.prefill != nil:
		s.Raw = n.write(j.computedBy(n.prefill))
		s.Prefilled = len(s.Raw) > 0
	default:
		s.Value, s.flaw = n.parse(s.Raw)
	}
}

// Requested is the name in [Raw] under which stand the paths of what was asked for on request.
const Requested = "_requested"

// requested tells whether a field may be asked: one on request is once it was asked for, and where it was given.
func (j *Journey) requested(n *node, path string) bool {
	return !n.field.OnRequest || len(j.raw[path]) > 0 || slices.Contains(j.raw[Requested], path)
}

// holds evaluates a condition; none holds always. A rule that fails at run time counts as not holding.
func (j *Journey) holds(r *rule.Rule) bool {
	if r == nil {
		return true
	}
	ok, err := r.Bool(j.values)
	if err != nil {
		j.failed = err
	}
	return ok
}

func (j *Journey) computedBy(r *rule.Rule) any {
	v, err := r.Value(j.values)
	if err != nil {
		j.failed = err
		return nil
	}
	return v
}

// computed is the value of a computed field, nil when the rule found nothing.
func (j *Journey) computed(n *node) any {
	v := j.computedBy(n.compute)
	switch x := v.(type) {
	case string:
		if x == "" {
			return nil
		}
	case rule.Date:
		if x.IsZero() {
			return nil
		}
	}
	return v
}

// values is a set for the form's own rules, with nothing answered.
func (c *Compiled) values(facts Facts, today time.Time) map[string]any {
	values := maps.Clone(c.lean)
	setFacts(values, facts)
	values["today"] = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	return values
}

// setFacts fills in the facts that the set holds.
func setFacts(values map[string]any, facts Facts) {
	for name, fact := range facts {
		_, wanted := values[name]
		if s, ok := fact.(string); ok && wanted && FactTypes[name] == rule.TypeString {
			values[name] = s
		}
	}
}

// Err is the first rule that failed while walking or checking, nil as a rule: it quotes the rule, never an answer.
func (j *Journey) Err() error {
	j.all()
	return j.failed
}
