package workflow

import (
	"slices"

	"guichet/internal/form"
)

// checkPaper resolves the fields of a letter; whoever is written to has a name and an address.
func (c *Compiled) checkPaper(r *refusals, f *form.Compiled) {
	var lines, mails []string
	for _, s := range f.Steps {
		for _, field := range s.Fields {
			switch field.Kind {
			case form.Group, form.File:
			case form.Email:
				mails = append(mails, field.ID)
			default:
				lines = append(lines, field.ID)
			}
		}
	}
	r.allOf("paper.name", "single answer", c.Paper.Name, lines)
	address := make([]string, len(c.Paper.Address))
	for i, line := range c.Paper.Address {
		address[i] = line.Field
		if !line.Before.IsZero() {
			r.words("paper.address.before", line.Before, nil)
		}
	}
	r.allOf("paper.address", "single answer", address, lines)
	if !c.Paper.Town.IsZero() {
		r.words("paper.town", c.Paper.Town, nil)
	}
	if c.Paper.Email != "" {
		r.oneOf("paper.email", "field of an e-mail address", c.Paper.Email, mails)
	}
	if len(c.Paper.Name)+len(address) > 0 || c.Paper.Email != "" {
		r.atLeastOne("paper.name", "name", c.Paper.Name)
		r.atLeastOne("paper.address", "address", address)
		r.words("paper.link", c.Paper.Link, nil)
		r.oneOf("paper.letter", "notification", c.Paper.Letter, names(c.notifications))
		if c.Paper.Draft != "" || c.tellsOfDrafts() {
			r.oneOf("paper.draft", "notification", c.Paper.Draft, names(c.notifications))
		}
	}
}

// tellsOfDrafts tells whether a timer writes about what was not sent.
func (c *Compiled) tellsOfDrafts() bool {
	return slices.ContainsFunc(c.Timers, func(t Timer) bool {
		return t.Notify != "" && slices.ContainsFunc(t.States, func(id string) bool { return c.states[id] != nil && c.states[id].Kind == Draft })
	})
}
