package portal

import (
	"maps"
	"net/http"

	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// entry is what somebody typed on a page about their account, and what is to be mended. Passwords are never shown again.
type entry struct {
	pr    text.Printer
	typed map[string]string
	wrong []*account.Problem

	other, kept string // where the other language shows the same page, and what it carries there
}

func newEntry(v *web.Visit, typed map[string]string, wrong ...*account.Problem) *entry {
	kept := maps.Clone(typed)
	for _, unshown := range []string{"password", "old", "action", "kept", web.SolvedName} {
		delete(kept, unshown)
	}
	return &entry{pr: v.P, typed: kept, wrong: wrong}
}

// field is one control, with what was typed and what is wrong with it. Its name is also its id.
func (e *entry) field(name, label string) components.Field {
	f := components.Field{ID: name, Name: name, Label: label, Value: e.typed[name]}
	for _, p := range e.wrong {
		if p.Field == name {
			f.Error = p.Say(e.pr)
		}
	}
	return f
}

func (e *entry) email() components.Field {
	f := e.field("email", e.pr.T("portal.account.email"))
	f.Type, f.InputMode, f.Autocomplete = "email", "email", "username"
	return f
}

// joinEmail is the address that the account will be written to.
func (e *entry) joinEmail() components.Field {
	f := e.email()
	f.Autocomplete, f.Hint = "email", e.pr.T("openid.join.email_hint")
	return f
}

func (e *entry) name(name, label, autocomplete string) components.Field {
	f := e.field(name, e.pr.T(label))
	f.Autocomplete, f.Optional = autocomplete, true
	return f
}

// password asks for the present password.
func (e *entry) password(name, label string) components.Field {
	f := e.field(name, label)
	f.Type, f.Autocomplete = "password", "current-password"
	return f
}

// newPassword asks for a password to be chosen, and says what a good one is (RP-173).
func (e *entry) newPassword(label string) components.Field {
	f := web.NewPassword(e.field("password", label))
	f.Hint = e.pr.T("portal.account.password_hint")
	return f
}

// summary lists what is to be mended, at the top of the page.
func (e *entry) summary() []components.Problem {
	var out []components.Problem
	for _, p := range e.wrong {
		out = append(out, components.Problem{ID: p.Field, Text: p.Say(e.pr)})
	}
	return out
}

// refused answers with the page again, its problems shown.
func refused(v *web.Visit, pg components.Page, page func(components.Page) templ.Component) error {
	pg.Error = true
	return v.PageStatus(http.StatusUnprocessableEntity, page(pg))
}
