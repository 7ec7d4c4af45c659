package workflow

import "guichet/internal/form"

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
	r.allOf("paper.address", "single answer", c.Paper.Address, lines)
	if c.Paper.Email != "" {
		r.oneOf("paper.email", "field of an e-mail address", c.Paper.Email, mails)
	}
	if len(c.Paper.Name)+len(c.Paper.Address) > 0 || c.Paper.Email != "" {
		r.atLeastOne("paper.name", "name", c.Paper.Name)
		r.atLeastOne("paper.address", "address", c.Paper.Address)
		r.words("paper.link", c.Paper.Link, nil)
		r.oneOf("paper.letter", "notification", c.Paper.Letter, names(c.notifications))
		r.oneOf("paper.draft", "notification", c.Paper.Draft, names(c.notifications))
	}
}
