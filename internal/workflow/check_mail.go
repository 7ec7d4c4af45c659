package workflow

import (
	"fmt"
	"maps"
	"slices"

	"guichet/internal/form"
)

// MailIn is how messages come in by e-mail; nil where they do not.
func (c *Compiled) MailIn() *MailIntake {
	for _, in := range c.Intake {
		if in.Channel == "email" {
			return in.Mail
		}
	}
	return nil
}

// checkMail resolves how a message becomes a dossier.
func (c *Compiled) checkMail(r *refusals, f *form.Compiled) {
	c.checkHolders(r)
	for i, in := range c.Intake {
		path := fmt.Sprintf("intake[%d]", i)
		switch {
		case in.Channel != "email" && in.Mail != nil:
			r.add(path+".mail", "take it away, or write `channel: email`", "only messages come in by mail")
		case in.Channel == "email" && in.Mail == nil:
			r.add(path, "say in `mail` which move files a message and which fields take its words", "nothing says how a message becomes a dossier")
		case in.Mail != nil:
			c.checkMailIntake(r, path, in, f)
		}
	}
}

func (c *Compiled) checkMailIntake(r *refusals, path string, in Intake, f *form.Compiled) {
	m, at := in.Mail, path+".mail"
	if o := c.roles[in.By]; o != nil && o.Kind != "system" {
		r.add(path+".by", "name a role of kind system", "a message comes in by itself, and the role %q is of kind %s", in.By, o.Kind)
	}
	if !slices.Contains(c.Uses, "thread") {
		r.add("uses", "write `uses: [thread]`", "messages come in by e-mail and there is no thread to keep them in")
	}
	if r.oneOf(at+".move", "move", m.Move, names(c.moves)) {
		c.checkMailMove(r, at+".move", c.moves[m.Move])
	}
	kinds := func(want ...form.Kind) (out []string) {
		for _, s := range f.Steps {
			out = append(out, fieldsOf(s.Fields, want)...)
		}
		return append(out, fieldsOf(f.AgentFields, want)...)
	}
	words := []form.Kind{form.Text, form.LongText}
	for _, one := range []struct {
		key, what, id string
		kinds         []form.Kind
		needed        bool
	}{
		{"from", "field of an e-mail address", m.From, []form.Kind{form.Email}, true},
		{"name", "field of words", m.Name, words, false},
		{"subject", "field of words", m.Subject, words, false},
		{"words", "field of long words", m.Words, []form.Kind{form.LongText}, true},
		{"received", "field of a day", m.Received, []form.Kind{form.Date}, false},
	} {
		if one.id != "" || one.needed {
			r.oneOf(at+"."+one.key, one.what, one.id, kinds(one.kinds...))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.Set)) {
		c.checkMailSet(r, at+".set", id, m.Set[id], f)
	}
	if m.Answer != "" && r.oneOf(at+".answer", "notification", m.Answer, names(c.notifications)) {
		n := c.notifications[m.Answer]
		r.words(at+".answer", n.Subject, senderValues)
		r.words(at+".answer", n.Body, senderValues)
	}
}

// checkMailMove wants a move that can be made of any message: what it has not said, the desk asks for.
func (c *Compiled) checkMailMove(r *refusals, path string, m *Move) {
	if !slices.Contains(m.By, c.Clockwork()) {
		r.add(path, "add the role of kind system to its `by`", "the move %q is not made by the clockwork", m.ID)
	}
	if len(m.Needs)+len(m.Form.Required)+len(m.Form.Reasons) > 0 || m.When != "" {
		r.add(path, "take away what it needs, or write another move for messages", "the move %q wants what a message may not say", m.ID)
	}
	if s := c.states[m.To]; s == nil || s.Kind == Draft || s.Kind == Closed || c.Start != nil && !slices.Contains(m.From, c.Start.ID) {
		r.add(path, "let it lead from the draft to a state that is open", "the move %q files nothing", m.ID)
	}
}

// checkMailSet wants an answer that the field knows.
func (c *Compiled) checkMailSet(r *refusals, path, id, value string, f *form.Compiled) {
	field := f.Field(id)
	switch {
	case field == nil:
		r.add(path, "name a field of the form", "no field %q", id)
	case len(field.Options) > 0 && !slices.ContainsFunc(field.Options, func(o form.Option) bool { return o.ID == value }):
		r.add(path, "choose one of its options", "the field %q has no option %q", id, value)
	}
}

func fieldsOf(fields []*form.Field, kinds []form.Kind) (out []string) {
	for _, x := range fields {
		if slices.Contains(kinds, x.Kind) {
			out = append(out, x.ID)
		}
	}
	return out
}

// checkHolders wants a bound on how many may read the copies of messages, wherever there is such a role (DS-087).
func (c *Compiled) checkHolders(r *refusals) {
	for i, o := range c.Roles {
		path := fmt.Sprintf("roles[%d]", i)
		switch {
		case o.Holders < 0 || o.Holders > 100:
			r.add(path+".holders", "write how many people may hold it at once", "%d is no number of people", o.Holders)
		case o.May("mailbox") && o.Holders == 0:
			r.add(path+".holders", "say how many people may hold it at once", "the role %q reads the copies of messages, and everybody could be given it", o.ID)
		}
	}
}
