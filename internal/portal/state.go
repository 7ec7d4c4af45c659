package portal

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// stateView is a filed dossier as its person sees it.
type stateView struct {
	reference string
	done      bool // it has just been filed
	label     string
	tag       components.Status
	next      string
	dates     []components.Row
	asked     []askedRow
	until     string // the day to answer by, in a sentence
	forms     []moveForm
	answer    []components.Row // what the administration said
	documents []components.Uploaded
	alarms    []string          // files in which a virus was found, and that nothing has replaced
	links     []components.Link // receipts, answers, messages
	outside   []components.Link
	moves     []moveLink
	acting    components.Link
	opened    []components.Row // when the administration opened it, by role
	summary   []components.Problem
}

// showState shows a filed dossier; with problems, why it could not be sent again.
func (p *portal) showState(v *web.Visit, publicID string, problems []components.Problem) error {
	f, err := p.Office.Read(v.R.Context(), v.Actor, publicID)
	if err != nil {
		return err
	}
	s := p.state(v, f)
	s.summary = problems
	receipts, err := p.receipts(v.R.Context(), v, f.Dossier)
	if err != nil {
		return err
	}
	s.links = append(append(receipts, s.links...), p.copyLinks(v, f.Dossier)...)
	s.links = append(s.links, keepsLinks(v, f.Dossier)...)
	if f.StateKind != workflow.Waiting && p.Office.MayWrite(v.Actor, f.Dossier) {
		s.links = append(s.links, components.Link{Href: dossierPath(f.Dossier) + "/correction", Label: v.P.T("portal.correction.title")})
	}
	if s.opened, err = p.opened(v, f.Dossier); err != nil {
		return err
	}
	pg := v.Frame(p.newest(f.Dossier).Title.In(v.P.Lang))
	pg.Back, pg.LangURL, pg.Error = listPath(v, f.Dossier), langAt(v, statePath(v, f.Dossier)), len(problems) > 0
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, statePage(pg, s))
}

func (p *portal) state(v *web.Visit, f *dossier.File) *stateView {
	st := f.Def.Flow.State(f.State)
	s := &stateView{
		reference: f.Reference, done: v.Query("done") != "", label: st.Label.In(v.P.Lang), next: p.say(st.Next, v.P.Lang),
		tag:   components.Status{Label: st.Label.In(v.P.Lang), Colour: st.Tone},
		moves: p.links(v, f.Dossier), dates: dates(v, f.Dossier), answer: answer(v, f.Dossier), documents: kept(v, f), alarms: alarms(v, f),
	}
	if f.StateKind == workflow.Waiting {
		s.asked, s.until, s.forms = askedRows(v, f), untilWhen(v, f.Dossier), p.forms(v, f.Dossier)
	}
	at := dossierPath(f.Dossier)
	s.links = []components.Link{
		{Href: at + "/check", Label: v.P.T("portal.state.answers")},
		{Href: at + "/messages", Label: v.P.N("portal.state.messages", len(f.Letters))},
	}
	if p.Office.MayProve(v.Actor, f.Dossier) {
		s.links = append(s.links, components.Link{Href: at + identitySuffix, Label: v.P.T("portal.identity.link")})
	}
	s.acting = acting(v, f.Dossier)
	if f.AtCounter() && !v.Guest() || !access.Can(v.Actor, access.Read, f.Dossier.Dossier, "messages") {
		s.links = s.links[:1] // nobody writes to the desk from here
	}
	s.outside = p.outside(v, f.Dossier)
	return s
}

// opened says on which days the administration opened the dossier, and in what role: never who.
func (p *portal) opened(v *web.Visit, d *dossier.Dossier) ([]components.Row, error) {
	days, err := p.Office.OpenedBy(v.R.Context(), v.Actor, d)
	if err != nil {
		return nil, err
	}
	var out []components.Row
	for _, x := range days {
		role := p.newest(d).Flow.Role(x.Role)
		who := v.P.T("portal.state.opened_other") // another system of the administration
		switch {
		case role != nil && (role.Kind == "agent" || role.Kind == "support"):
			who = role.Label.In(v.P.Lang)
		case role != nil || !strings.HasPrefix(x.Role, "token "):
			continue // of no agent
		}
		if x.OnRequest {
			who += ", " + v.P.T("portal.state.opened_request")
		}
		out = append(out, components.Row{Key: v.P.Date(x.Day), Values: []string{who}})
	}
	return out, nil
}

// dates are what happened when, and until when the dossier is kept.
func dates(v *web.Visit, d *dossier.Dossier) []components.Row {
	var out []components.Row
	add := func(key, value string) {
		out = append(out, components.Row{Key: v.P.T(key), Values: []string{value}})
	}
	add("portal.state.reference", d.Reference)
	if d.SubmittedAt != nil {
		add("portal.state.filed", v.P.DateTimeAt(*d.SubmittedAt))
	}
	if d.DueOn != nil {
		add("portal.state.due", v.P.Date(*d.DueOn))
	}
	add("portal.state.changed", v.P.DateTimeAt(d.UpdatedAt))
	if d.ClosedAt != nil {
		add("portal.state.closed", v.P.DateTimeAt(*d.ClosedAt))
	}
	if d.PurgeOn != nil {
		add("portal.state.purge", v.P.Date(*d.PurgeOn))
	}
	return out
}

// answer is what agents have written for the person (RP-146).
func answer(v *web.Visit, d *dossier.Dossier) []components.Row {
	var out []components.Row
	for _, f := range d.Said() {
		if access.Can(v.Actor, access.Receive, d.Dossier, f.Field.Category) {
			out = append(out, components.Row{Key: f.Label.In(v.P.Lang), Values: lines(f.Display(v.P.Lang))})
		}
	}
	return out
}

// kept lists the documents that stand on the dossier.
func kept(v *web.Visit, f *dossier.File) []components.Uploaded {
	var out []components.Uploaded
	for _, d := range f.Documents {
		if d.Superseded {
			continue
		}
		u := uploaded(v, f.Dossier, d)
		u.Remove = ""
		if field := f.Def.Form.Field(d.Path); field != nil {
			u.Name = field.Label.In(v.P.Lang) + v.P.T("portal.state.colon") + u.Name
		}
		out = append(out, u)
	}
	return out
}

// alarms tell of the files in which a virus was found, until another of the kind is there.
func alarms(v *web.Visit, f *dossier.File) []string {
	var out []string
	for _, d := range f.Documents {
		replaced := slices.ContainsFunc(f.Documents, func(x dossier.Document) bool { return x.Path == d.Path && !x.Superseded && x.At.After(d.At) })
		if d.Scanned == dossier.Infected && !replaced {
			out = append(out, v.P.T("portal.documents.infected", "name", d.Name))
		}
	}
	return out
}

// outside leads out of the service, to addresses that say nothing of the dossier (RP-023).
func (p *portal) outside(v *web.Visit, d *dossier.Dossier) []components.Link {
	moment := "submitted"
	if d.StateKind == workflow.Closed {
		moment = "answered"
	}
	var out []components.Link
	for _, l := range p.newest(d).Flow.Links {
		if href := p.Links(strings.Trim(l.URL, "{}")); href != "" && slices.Contains(l.Show, moment) {
			out = append(out, components.Link{Href: href, Label: l.Label.In(v.P.Lang)})
		}
	}
	return out
}

// newest is the procedure in force: wording always comes from it (design, decision 3).
func (p *portal) newest(d *dossier.Dossier) *procedure.Procedure {
	if now := p.Catalogue.Get(d.Def.ID); now != nil {
		return now
	}
	return d.Def
}
