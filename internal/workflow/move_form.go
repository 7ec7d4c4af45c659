package workflow

import (
	"errors"
	"fmt"
	"slices"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/rule"
	"guichet/internal/text"
)

// MoveCheck is what must hold for a move, of the answers and of what its mover has filled in.
type MoveCheck struct {
	Rule    string     `yaml:"rule"`
	Field   string     `yaml:"field"` // agents' field beside which the message stands
	Message text.Words `yaml:"message"`
}

// rule compiles a condition, nil when there is none.
func (r *refusals) rule(path, src string, env *rule.Env) *rule.Rule {
	if src == "" {
		return nil
	}
	out, err := rule.Compile(src, env, rule.TypeBool)
	if e, ok := errors.AsType[*rule.Error](err); ok {
		*r = append(*r, Refusal{Path: path, Line: e.Line, Column: e.Column, Message: e.Message, Remedy: e.Remedy})
	}
	return out
}

// compileChecks compiles what moves check of what their mover fills in.
func (c *Compiled) compileChecks(r *refusals, env *rule.Env) {
	c.checks = map[*Move][]*rule.Rule{}
	for i, m := range c.Workflow.Moves {
		for j, k := range m.Form.Checks {
			path := fmt.Sprintf("moves[%d].form.checks[%d]", i, j)
			r.words(path+".message", k.Message, nil)
			r.oneOf(path+".field", "field of the move", k.Field, m.Form.Fields)
			if k.Rule == "" {
				r.add(path, "write the rule that must hold", "a check of nothing")
			}
			c.checks[m] = append(c.checks[m], r.rule(path+".rule", k.Rule, env))
		}
	}
}

// Fails lists the checks of a move that do not hold of the answers, agents' own included.
func (c *Compiled) Fails(m *Move, answers map[string]any) (out []MoveCheck, _ error) {
	for i, k := range c.checks[m] {
		ok, err := k.Bool(answers)
		if err != nil {
			return nil, fault.From(fault.Internal, "", err)
		}
		if !ok {
			out = append(out, m.Form.Checks[i])
		}
	}
	return out, nil
}

// checkAsks wants what a move asks for to be asked on request alone, and its person to be waited for.
func (c *Compiled) checkAsks(r *refusals, path string, m *Move, f *form.Form) {
	var may []string
	for _, s := range f.Steps {
		for _, x := range s.Fields {
			if x.OnRequest {
				may = append(may, x.ID)
			}
		}
	}
	r.allOf(path+".asks", "field on request", m.Form.Asks, may)
	if len(m.Form.Asks) == 0 {
		return
	}
	if m.Form.Pick {
		r.add(path+".asks", "leave `pick` out", "the move %q lets choose what it asks for, and says it too", m.ID)
	}
	for _, from := range c.origins(m) {
		if s := c.states[c.target(m, from)]; s != nil && s.Kind != Waiting {
			r.add(path+".asks", "lead to a state of kind waiting", "in the state %q nobody waits for the person’s answer", s.ID)
			return
		}
	}
}

// checkMoveSet wants agents' choices, and options they have.
func (c *Compiled) checkMoveSet(r *refusals, path string, m *Move, f *form.Form) {
	for id, option := range m.Set {
		i := slices.IndexFunc(f.AgentFields, func(x *form.Field) bool { return x.ID == id && x.Kind == form.Choice })
		if i < 0 {
			r.add(path, "name an agents’ field of kind choice", "%q is none", id)
			continue
		}
		if !slices.ContainsFunc(f.AgentFields[i].Options, func(o form.Option) bool { return o.ID == option }) {
			r.add(path, "name an option of it", "%q has no option %q", id, option)
		}
	}
}
