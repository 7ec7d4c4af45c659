package portal

import (
	"slices"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

const dossiersPath = "/dossiers"

func (p *portal) getDossiers(v *web.Visit) error {
	mine, err := p.Office.Mine(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	var tasks []components.Task
	for _, s := range mine {
		if t, ok := p.listed(v, s); ok {
			tasks = append(tasks, t)
		}
	}
	return v.Page(dossiersPage(v.Frame(v.P.T("portal.dossiers.title")), tasks, p.Catalogue.All()))
}

// listed is a dossier in its owner's list: where it stands, what is owed, when it changed, when it goes.
func (p *portal) listed(v *web.Visit, s dossier.Summary) (components.Task, bool) {
	proc := p.Catalogue.Get(s.Procedure)
	if proc == nil {
		return components.Task{}, false // its procedure is not served any more
	}
	t := components.Task{
		ID: "dossier-" + s.PublicID, Href: "/dossier/" + s.PublicID, Title: dossierTitle(proc, s, v),
		Hint: strings.Join(p.hints(v, proc, s), " "),
	}
	if state := proc.Flow.State(s.State); state != nil {
		t.Status = components.Status{Label: state.Label.In(v.P.Lang), Colour: state.Tone}
	}
	return t, true
}

func dossierTitle(proc *procedure.Procedure, s dossier.Summary, v *web.Visit) string {
	title := proc.Title.In(v.P.Lang)
	if s.Reference != "" {
		return s.Reference + " – " + title
	}
	return title
}

func (p *portal) hints(v *web.Visit, proc *procedure.Procedure, s dossier.Summary) []string {
	var out []string
	if s.Asked > 0 && s.StateKind == workflow.Waiting {
		out = append(out, v.P.N("portal.dossiers.owed", s.Asked))
	}
	if s.StateKind == workflow.Draft {
		out = append(out, v.P.T("portal.dossiers.unsent"))
	}
	out = append(out, v.P.T("portal.dossiers.changed", "date", v.P.DateTimeAt(s.UpdatedAt)))
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
	for _, t := range proc.Flow.TimerRules {
		if t.Erase == "dossier" && t.At.Clock == "last_edit" && slices.Contains(t.States, s.State) {
			return t.At.Of(s.UpdatedAt), true
		}
	}
	return time.Time{}, false
}
