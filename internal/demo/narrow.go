package demo

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/procedure"
)

// narrow is a procedure with no more of its form than a release looks at, and what that depends on: tens of thousands of
// people answer it in a second. What it asks, it asks as the whole form does.
func narrow(p *procedure.Procedure, specs map[string]*spec) (*procedure.Procedure, error) {
	n := &narrower{whole: p.Form.Form, specs: specs, wanted: map[string]bool{}}
	for _, c := range p.Release.Columns {
		n.want(c.Field)
	}
	for _, list := range append([][]string{p.Release.Person, p.Release.Household}, p.Release.Kin...) {
		for _, path := range list {
			group, _, _ := strings.Cut(path, ".")
			n.want(path)
			n.want(group)
		}
	}
	c, refused := form.Compile(n.form())
	if len(refused) > 0 {
		return nil, fmt.Errorf("the form of %s cannot be narrowed: %s", p.ID, refused[0])
	}
	out := *p
	out.Form = c
	return &out, nil
}

type narrower struct {
	whole  *form.Form
	specs  map[string]*spec
	wanted map[string]bool
}

// want takes a field in, with every field that its rules or its answer look at.
func (n *narrower) want(id string) {
	if n.wanted[id] {
		return
	}
	for _, s := range n.whole.Steps {
		for _, f := range s.Fields {
			if f.ID == id {
				n.wanted[id] = true
				n.wantNamed(s.When + " " + n.sources(f, f.ID))
			}
		}
	}
	for _, f := range n.whole.AgentFields {
		if f.ID == id {
			n.wanted[id] = true
			n.wantNamed(n.sources(f, f.ID))
		}
	}
}

// sources joins all that a field's relevance, value and made-up answer are taken from.
func (n *narrower) sources(f *form.Field, key string) string {
	out := strings.Join([]string{f.When, f.Compute, f.Prefill, n.specs[key].sources()}, " ")
	for _, cell := range f.Fields {
		out += " " + n.sources(cell, key+"."+cell.ID)
	}
	return out
}

// wantNamed takes in every field that a text of rules names.
func (n *narrower) wantNamed(rules string) {
	names := strings.FieldsFunc(rules, func(c rune) bool {
		return c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z')
	})
	for _, name := range names {
		n.want(name)
	}
}

// sources joins the names that a made-up answer looks at.
func (s *spec) sources() string {
	if s == nil {
		return ""
	}
	out := s.By + " " + s.Value + " " + s.Else.sources()
	for _, c := range s.Cases {
		out += " " + c.sources()
	}
	return out
}

// form copies what is wanted. Checks are left out, since nothing is submitted.
func (n *narrower) form() *form.Form {
	out := *n.whole
	out.Steps, out.AgentFields = nil, n.fields(n.whole.AgentFields)
	for _, s := range n.whole.Steps {
		step := *s
		if step.Fields = n.fields(s.Fields); len(step.Fields) > 0 {
			out.Steps = append(out.Steps, &step)
		}
	}
	return &out
}

func (n *narrower) fields(list []*form.Field) (out []*form.Field) {
	for _, f := range list {
		if n.wanted[f.ID] {
			out = append(out, lightened(f))
		}
	}
	return out
}

// lightened is a field whose rules look at nothing but what is wanted.
func lightened(f *form.Field) *form.Field {
	out := *f
	out.Checks = nil
	if !slices.Contains([]string{"", "true", "false"}, f.Required) {
		out.Required = "false"
	}
	out.Fields = nil
	for _, cell := range f.Fields {
		out.Fields = append(out.Fields, lightened(cell))
	}
	return &out
}
