package workflow

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"guichet/internal/form"
	"guichet/internal/rule"
	"guichet/internal/text"
)

// Copy begins another dossier from one that was sent, for somebody else of the household: the answers of some steps come along,
// and nothing else does. What comes of it is a dossier like any other, with keys, a person and a decision of its own.
type Copy struct {
	ID    string            `yaml:"id"`
	Label text.Words        `yaml:"label"` // of the link, for the person
	Help  text.Words        `yaml:"help"`
	When  string            `yaml:"when"`  // rule over the answers that were sent; empty = always
	Steps []string          `yaml:"steps"` // whose answers come along; never a document, nor who somebody is and how they are reached
	Set   map[string]string `yaml:"set"`   // answers given beforehand, by question: the person may change them
}

// Copy finds one by its id, or nil.
func (c *Compiled) Copy(id string) *Copy {
	i := slices.IndexFunc(c.Copies, func(x *Copy) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return c.Copies[i]
}

// Copyable tells whether another dossier can be begun so from these answers.
func (c *Compiled) Copyable(x *Copy, answers map[string]any) bool {
	when := c.copies[x]
	if when == nil {
		return x.When == ""
	}
	ok, err := when.Bool(answers)
	return ok && err == nil
}

// checkCopies wants steps of answers alone, none that says who somebody is, and answers that can be given.
func (c *Compiled) checkCopies(r *refusals, f *form.Compiled) {
	byID(r, "copies", c.Copies, func(x *Copy) string { return x.ID })
	var steps []string
	for _, s := range f.Steps {
		if !s.Files {
			steps = append(steps, s.ID)
		}
	}
	for i, x := range c.Copies {
		path := fmt.Sprintf("copies[%d]", i)
		r.words(path+".label", x.Label, nil)
		r.words(path+".help", x.Help, nil)
		r.atLeastOne(path+".steps", "steps", x.Steps)
		r.allOf(path+".steps", "step of answers", x.Steps, steps)
		for j, id := range x.Steps {
			if who := c.saysWho(f, id); who != "" {
				r.add(fmt.Sprintf("%s.steps[%d]", path, j), "leave the step out", "the step %q asks for %q, which is another person's in the copy", id, who)
			}
		}
		for _, field := range slices.Sorted(maps.Keys(x.Set)) {
			c.checkSet(r, path+".set."+field, f.Field(field), x.Set[field])
		}
		c.compileCopy(r, path+".when", x, f)
	}
}

// saysWho is a question of the step by which somebody is named or reached, "" when there is none.
func (c *Compiled) saysWho(f *form.Compiled, step string) string {
	who := slices.Concat(c.Heading, []string{c.Language, c.Channel, c.Paper.Email}, c.Paper.Name)
	if m := c.Mandate; m != nil {
		who = slices.Concat(who, m.Names, []string{m.Own, m.Principal.Email, m.Principal.Phone, m.Principal.Channel, m.Principal.Language})
	}
	for _, field := range who {
		if s := f.StepOf(field); field != "" && s != nil && s.ID == step {
			return field
		}
	}
	return ""
}

func (c *Compiled) checkSet(r *refusals, path string, f *form.Field, value string) {
	switch {
	case f == nil:
		r.add(path, "name a question of the form", "no such question")
	case f.Kind == form.Bool:
		r.oneOf(path, "answer", value, []string{"yes", "no"})
	case f.Kind == form.Choice:
		var options []string
		for _, o := range f.Options {
			options = append(options, o.ID)
		}
		r.oneOf(path, "answer", value, options)
	default:
		r.add(path, "set a choice, or a question answered by yes or no", "the question is of kind %s", f.Kind)
	}
}

func (c *Compiled) compileCopy(r *refusals, path string, x *Copy, f *form.Compiled) {
	if x.When == "" {
		return
	}
	when, err := rule.Compile(x.When, f.Env(), rule.TypeBool)
	if err != nil {
		if e, ok := errors.AsType[*rule.Error](err); ok {
			*r = append(*r, Refusal{Path: path, Line: e.Line, Column: e.Column, Message: e.Message, Remedy: e.Remedy})
		}
		return
	}
	c.copies[x] = when
}
