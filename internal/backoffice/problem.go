package backoffice

import (
	"net/url"

	"guichet/internal/account"
	"guichet/internal/text"
	"guichet/web/components"
)

// tell puts a problem beside the field it names, and gives the entry for the top of the page.
func tell(p text.Printer, problem *account.Problem, fields ...*components.Field) []components.Problem {
	if problem == nil {
		return nil
	}
	words := problem.Say(p)
	for _, f := range fields {
		if f.Name == problem.Field {
			f.Error = words
			return []components.Problem{{ID: f.ID, Text: words}}
		}
	}
	return []components.Problem{{Text: words}}
}

// query writes one parameter of an address.
func query(name, value string) string { return url.Values{name: {value}}.Encode() }
