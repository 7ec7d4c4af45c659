// Package backoffice is the agents' door: the queue, the dossier, the release and the administration.
package backoffice

import (
	"context"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/breach"
	"guichet/internal/dossier"
	"guichet/internal/exchange"
	"guichet/internal/firm"
	"guichet/internal/glass"
	"guichet/internal/openid"
	"guichet/internal/operation"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/report"
	"guichet/internal/retention"
	"guichet/internal/setting"
	"guichet/internal/statistic"
	"guichet/internal/text"
	"guichet/internal/watch"
	"guichet/internal/web"
	"guichet/web/components"
)

// Deps are the rooms the door leads to.
type Deps struct {
	Office     *dossier.Office
	Accounts   *account.Desk
	Firms      *firm.House
	Catalogue  *procedure.Catalogue
	Releases   *release.House
	Statistics *statistic.House
	Exchange   *exchange.House
	Glass      *glass.House
	Watch      *watch.Tower
	Keeper     *retention.Keeper
	Breaches   *breach.House
	Operation  *operation.House
	Site       *components.Site
	Counter    Counter
	Receipts   *report.Clerk
	Public     string     // address of the applicants' door
	Controller text.Words // who answers for the processing, in notices
	Contact    string     // address to write to, in notices

	Settings *setting.Board
	OpenID   *openid.Provider // of agents; nil for none

	// SMS tells how many SMS a text takes, and whether its letters are of the wide alphabet, of which fewer fit.
	SMS func(words string) (parts int, wide bool)

	Processing func(*procedure.Procedure, text.Printer) Processing // what is recorded of a processing
	Printer    func(text.Lang) text.Printer

	Parts func(context.Context) []Part // looks at the deployment; nil = nothing is told of it
}

type desk struct {
	Deps
	provider *web.Provider // nil where agents sign in here alone

	draws bool // pages of PDFs can be drawn on this machine
	bench *release.Bench
}

// say puts the service's own names into the words of a definition.
func (b *desk) say(w text.Words, l text.Lang) string {
	return strings.NewReplacer("{service}", b.Site.Service.In(l), "{controller}", b.Controller.In(l),
		"{contact}", b.Contact, "{address}", b.Contact).Replace(w.In(l))
}

// nav are the links under the header: those the agent has a right for.
func (b *desk) nav(v *web.Visit) []components.Link {
	if !v.SignedIn() {
		return nil
	}
	var out []components.Link
	add := func(may bool, href, key string) {
		if may {
			here := v.R.URL.Path
			out = append(out, components.Link{Href: href, Label: v.P.T(key), Current: here == href || strings.HasPrefix(here, href+"/")})
		}
	}
	add(reads(v.Actor), "/queue", "desk.nav.queue")
	add(b.takesPaper(v.Actor), counterPath, "desk.nav.counter")
	add(dossier.HoldsAny(v.Actor), ordersPath, "inquiry.nav")
	add(len(b.registers(v.Actor)) > 0, registerPath, "register.nav")
	add(b.Glass.Concerns(v.Actor), glassPath, "desk.nav.glass")
	add(b.audits(v.Actor), watchPath, "desk.nav.watch")
	add(b.exports(v.Actor), "/release", "desk.nav.release")
	add(b.seesRights(v.Actor), processingPath, "desk.nav.processing")
	add(b.counts(v.Actor), "/tables", "desk.nav.tables")
	add(b.seesStatistics(v.Actor), statisticsPath, "statistic.title")
	add(b.Settings.Any(v.Actor), "/setting", "desk.nav.setting")
	add(b.Office.HasStaffNotices(v.Actor), dossier.StaffPath, "staff.nav")
	add(access.Administers(v.Actor), "/admin", "desk.nav.admin")
	add(b.Operation.May(v.Actor), operationPath, "operation.nav")
	add(b.Operation.Raises() && !b.Operation.May(v.Actor), incidentPath, "operation.raise")
	add(access.Administers(v.Actor) && len(exchange.Ways(b.Catalogue)) > 0, "/exchange", "exchange.nav")
	return out
}

// navOf are the pages the agent has a right for, and the one of their own proofs, which a provider keeps for whom it lets in.
func (b *desk) navOf(v *web.Visit) []components.Link {
	out := b.nav(v)
	if v.SignedIn() && v.Via().Identity == 0 {
		out = append(out, components.Link{Href: web.FactorsPath, Label: v.P.T("factor.nav"), Current: strings.HasPrefix(v.R.URL.Path, web.FactorsPath)})
	}
	return out
}

// getHome leads to the first page that the agent has a right for.
func (b *desk) getHome(v *web.Visit) error {
	if links := b.nav(v); len(links) > 0 {
		return v.Redirect(links[0].Href)
	}
	return v.Page(nothingPage(v.Frame(v.P.T("desk.nothing.title"))))
}

// reads tells whether the agent may read dossiers of any procedure.
func reads(a access.Actor) bool { return len(access.ScopeOf(a).Procedures) > 0 }

// looks tells whether the agent may read any dossier: of a procedure, or named in a written request.
func looks(a access.Actor) bool { return reads(a) || len(access.ScopeOf(a).Named) > 0 }

// exports tells whether the agent may export a procedure that is released.
func (b *desk) exports(a access.Actor) bool {
	return slices.ContainsFunc(b.Catalogue.All(), func(p *procedure.Procedure) bool {
		return p.Release != nil && access.May(a, access.Export, p.ID)
	})
}

// counts tells whether there is a table for somebody.
func (b *desk) counts(a access.Actor) bool {
	return slices.ContainsFunc(b.Catalogue.All(), func(p *procedure.Procedure) bool {
		return len(p.Questions) > 0 && access.May(a, access.Export, p.ID)
	})
}

// procedures are those whose dossiers the agent may read, in the catalogue's order.
func (b *desk) procedures(a access.Actor) []*procedure.Procedure {
	var out []*procedure.Procedure
	for _, p := range b.Catalogue.All() {
		if access.May(a, access.Read, p.ID) {
			out = append(out, p)
		}
	}
	return out
}
