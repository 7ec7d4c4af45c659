package portal

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

const dossiersPath = "/dossiers"

// dossiersView is one page of a person's dossiers, newest first.
type dossiersView struct {
	tasks         []components.Task
	asks          []components.Task // who says to act for the owner of this address
	search        components.Field  // without a name while there are few
	newest, older string            // addresses of other pages, or ""
	all           []*procedure.Procedure
}

// manyDossiers are too many to find one at a glance.
const manyDossiers = 10

func (p *portal) getDossiers(v *web.Visit) error {
	words, after := strings.TrimSpace(v.Query("q")), v.Query("after")
	mine, more, err := p.Office.Mine(v.R.Context(), v.Actor, dossier.MineFilter{Words: words, After: after})
	if err != nil {
		return err
	}
	l := dossiersView{all: p.Catalogue.All()}
	for _, s := range mine {
		l.tasks = append(l.tasks, p.listed(v, s))
	}
	if after == "" && words == "" {
		if l.asks, err = p.asks(v); err != nil {
			return err
		}
	}
	if more {
		l.older = dossiersAt(words, mine[len(mine)-1].PublicID)
	}
	if after != "" {
		l.newest = dossiersAt(words, "")
	}
	if more || after != "" || words != "" || len(mine) >= manyDossiers {
		l.search = components.Field{
			ID: "q", Name: "q", Type: "search", Label: v.P.T("portal.dossiers.search"), Hint: v.P.T("portal.dossiers.search_hint"), Value: words, Width: 30,
		}
	}
	return v.Page(dossiersPage(v.Frame(v.P.T("portal.dossiers.title")), l))
}

// asks are the dossiers whose declarant says to act for the owner of this account's address, who has not proven yet that they are
// about them, and the drafts that the account has lost by a no from the address it gave: nothing is said of whom.
func (p *portal) asks(v *web.Visit) ([]components.Task, error) {
	asks, err := p.Office.Asks(v.R.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	var out []components.Task
	for _, a := range asks {
		t := components.Task{
			ID: "asked-" + a.PublicID, Href: "/dossier/" + a.PublicID + mandateSuffix, Title: v.P.T("portal.dossiers.asked"),
			Hint:   v.P.T("portal.dossiers.asked_hint", "procedure", a.Procedure.In(v.P.Lang), "date", v.P.DateAt(a.At)),
			Status: components.Status{Label: v.P.T("portal.dossiers.asked_status"), Colour: "yellow"},
		}
		if a.Ended {
			t.Status = components.Status{Label: v.P.T("portal.dossiers.asked_ended"), Colour: "grey"}
		}
		out = append(out, t)
	}
	lost, err := p.Office.LostDrafts(v.R.Context(), v.Actor)
	for _, l := range lost {
		out = append(out, components.Task{
			ID: "lost-" + l.PublicID, Href: "/dossier/" + l.PublicID + mandateSuffix, Title: v.P.T("portal.dossiers.lost"),
			Hint:   v.P.T("portal.dossiers.lost_hint", "procedure", l.Procedure.In(v.P.Lang), "date", v.P.DateAt(l.At)),
			Status: components.Status{Label: v.P.T("portal.dossiers.lost_status"), Colour: "red"},
		})
	}
	return out, err
}

// dossiersAt is the address of a page of the list: what is searched for, and the last dossier of the page before.
func dossiersAt(words, after string) string {
	q := url.Values{}
	if words != "" {
		q.Set("q", words)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return dossiersPath
	}
	return dossiersPath + "?" + q.Encode()
}

// listed is a dossier in its owner's list: whose it is, where it stands, what is owed, when it changed, when it goes.
func (p *portal) listed(v *web.Visit, s dossier.Summary) components.Task {
	t := components.Task{ID: "dossier-" + s.PublicID, Href: "/dossier/" + s.PublicID, Title: dossierTitle(v, s)}
	proc := p.Catalogue.Get(s.Procedure)
	if proc == nil { // not served any more: its dossiers stay until their day
		t.Hint = v.P.T("portal.dossiers.changed", "date", v.P.DateTimeAt(s.UpdatedAt))
		return t
	}
	t.Hint = strings.Join(p.hints(v, proc, s), " ")
	if state := proc.Flow.State(s.State); state != nil {
		t.Status = components.Status{Label: state.Label.In(v.P.Lang), Colour: state.Tone}
	}
	return t
}

// dossierTitle names whom a dossier is about; while nobody is named, it is known by its reference or by when it was begun.
func dossierTitle(v *web.Visit, s dossier.Summary) string {
	switch {
	case s.Heading != "" && s.Reference != "":
		return s.Heading + " – " + s.Reference
	case s.Heading != "":
		return s.Heading
	case s.Reference != "":
		return s.Reference
	}
	return v.P.T("portal.dossiers.begun", "date", v.P.DateTimeAt(s.CreatedAt))
}

func (p *portal) hints(v *web.Visit, proc *procedure.Procedure, s dossier.Summary) []string {
	var out []string
	if len(p.Catalogue.All()) > 1 {
		out = append(out, proc.Title.In(v.P.Lang)+".")
	}
	if s.Asked > 0 && s.StateKind == workflow.Waiting {
		out = append(out, v.P.N("portal.dossiers.owed", s.Asked))
	}
	if s.StateKind == workflow.Draft {
		out = append(out, v.P.T("portal.dossiers.unsent"))
	}
	switch {
	case s.Acting && s.Mandate == access.Proposed:
		out = append(out, v.P.T("portal.dossiers.acting_proposed"))
	case s.Acting:
		out = append(out, v.P.T("portal.dossiers.acting"))
	case s.Mandate == access.Proposed:
		out = append(out, v.P.T("portal.dossiers.acted_proposed"))
	case s.Mandate != "":
		out = append(out, v.P.T("portal.dossiers.acted"))
	}
	if s.Heading != "" || s.Reference != "" { // the list is in this order; the title says it otherwise
		out = append(out, v.P.T("portal.dossiers.created", "date", v.P.DateAt(s.CreatedAt)))
	}
	if s.StateKind != workflow.Draft || s.Heading != "" || !s.UpdatedAt.Equal(s.CreatedAt) {
		out = append(out, v.P.T("portal.dossiers.changed", "date", v.P.DateTimeAt(s.UpdatedAt)))
	}
	if on, ok := erasedOn(proc, s); ok {
		out = append(out, v.P.T("portal.dossiers.erased", "date", v.P.DateAt(on)))
	}
	return out
}

// erasedOn is the day on which a dossier goes if nothing happens to it: a closed one by its retention rule, one never
// sent by its workflow's clock (RP-184).
func erasedOn(proc *procedure.Procedure, s dossier.Summary) (time.Time, bool) {
	if s.PurgeOn != nil {
		return *s.PurgeOn, true
	}
	for _, t := range proc.Flow.Timed {
		if t.Erase == "dossier" && t.At.Clock == "last_edit" && slices.Contains(t.States, s.State) {
			return t.At.Of(s.UpdatedAt), true
		}
	}
	return time.Time{}, false
}
