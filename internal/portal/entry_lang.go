package portal

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// keptEntry is what a page with problems carries to the other language: all that was typed but passwords, and what is
// wrong with it. It is sealed, so that a page says nothing that the service has not said.
type keptEntry struct {
	Typed map[string]string
	Wrong []*account.Problem
}

// again answers with a page about an account, its problems shown; its language switch brings it with all it shows.
func (p *portal) again(v *web.Visit, e *entry, title string, page func(components.Page) templ.Component) error {
	plain, err := json.Marshal(keptEntry{e.typed, e.wrong})
	if err != nil {
		return err
	}
	sealed, err := p.Lapse.SealFor(0, entryFor(v), plain)
	if err != nil {
		return err
	}
	e.other, e.kept = langAt(v, v.R.URL.Path), base64.StdEncoding.EncodeToString(sealed)
	pg := v.Frame(v.P.T(title))
	pg.LangForm = otherLanguage
	return refused(v, pg, page)
}

// entryFor ties what was typed to one page.
func entryFor(v *web.Visit) string { return "entry " + v.R.URL.Path }

// switches tells whether a post wants nothing but the other language.
func switches(in map[string]string) bool { return strings.HasPrefix(in["action"], actLang) }

// reopen shows the page with what it carried to the other language.
func (p *portal) reopen(v *web.Visit, kept string, page func(*entry) error) error {
	sealed, err := base64.StdEncoding.DecodeString(kept)
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	plain, err := p.Lapse.OpenFor(0, entryFor(v), sealed)
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	var k keptEntry
	if err := json.Unmarshal(plain, &k); err != nil {
		return err
	}
	return page(newEntry(v, k.Typed, k.Wrong...))
}
