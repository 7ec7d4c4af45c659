// Package portal is the applicants' door: from the first page to the answer, and the files' door.
package portal

import (
	"strings"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/firm"
	"guichet/internal/notify"
	"guichet/internal/openid"
	"guichet/internal/procedure"
	"guichet/internal/report"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// Deps are the rooms the door leads to.
type Deps struct {
	Office     *dossier.Office
	Accounts   *account.Desk
	Firms      *firm.House
	Catalogue  *procedure.Catalogue
	Site       *components.Site
	DemoBox    *notify.DemoBox          // nil outside demo mode
	Controller text.Words               // who answers for the processing, in notices
	Contact    string                   // address to write to, in notices
	Address    string                   // of the counter, in notices; Contact when empty
	Links      func(name string) string // addresses of links that lead out, by the name a workflow gives them, "" for none (RP-023)
	SMS        bool                     // the choice of SMS is offered
	Receipts   *report.Clerk
	Lapse      Sealer
	OpenID     *openid.Provider // of people; nil for none
	Rules      Rules            // what releases follow; nil: the schema beside the form
}

// Sealer keeps what a person had typed when a session ended, for that account and purpose alone.
type Sealer interface {
	SealFor(account int64, purpose string, plain []byte) ([]byte, error)
	OpenFor(account int64, purpose string, sealed []byte) ([]byte, error)
}

type portal struct {
	Deps
	provider *web.Provider // nil where people sign in here alone
	who      access.Kind   // signs in at its door
}

// open reads the dossier of the address for the person signed in, in one round trip.
func (p *portal) open(v *web.Visit) (*dossier.Dossier, error) {
	return p.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
}

// langAt is where the other language shows the page at path, for a page that answers a POST to another address.
func langAt(v *web.Visit, path string) string { return path + "?lang=" + string(v.P.Lang.Other()) }

// say puts the service's own names into the words of a definition.
func (p *portal) say(w text.Words, l text.Lang) string {
	words := w.In(l)
	if !strings.Contains(words, "{") {
		return words
	}
	address := p.Address
	if address == "" {
		address = p.Contact
	}
	return strings.NewReplacer("{service}", p.Site.Service.In(l), "{controller}", p.Controller.In(l),
		"{contact}", p.Contact, "{address}", address).Replace(words)
}

// nav are the links under the header of whoever is signed in.
func (p *portal) nav(v *web.Visit) []components.Link {
	if v.Guest() {
		return []components.Link{{Href: dossier.FollowPath, Label: v.P.T("portal.follow.nav"), Current: v.R.URL.Path == dossier.FollowPath}}
	}
	if !v.SignedIn() {
		return nil
	}
	at := v.R.URL.Path
	return []components.Link{
		{Href: "/dossiers", Label: v.P.T("portal.nav.dossiers"), Current: at == "/dossiers"},
		{Href: "/account", Label: v.P.T("portal.nav.account"), Current: at == "/account"},
	}
}
