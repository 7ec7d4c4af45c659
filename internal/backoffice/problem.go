package backoffice

import (
	"net/http"
	"net/url"

	"guichet/internal/account"
	"guichet/internal/text"
	"guichet/internal/web"
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

// langAt shows the page at path in the other language, from a page that answers a form and has no address of its own;
// "" keeps the address of one that has.
func langAt(v *web.Visit, path string) string {
	if v.R.Method == http.MethodGet || v.R.Method == http.MethodHead {
		return ""
	}
	return path + "?" + query("lang", string(v.P.Lang.Other()))
}

// query writes one parameter of an address.
func query(name, value string) string { return url.Values{name: {value}}.Encode() }
