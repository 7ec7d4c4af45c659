package portal

import (
	"net/http"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
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
	forms     []moveForm
	answer    []components.Row // what the administration said
	documents []components.Uploaded
	links     []components.Link // receipt, answers, messages
	outside   []components.Link
	moves     []moveLink
	summary   []components.Problem
}

// askedRow is one thing asked for, with the agent's word on it.
type askedRow struct {
	title, word, href string
	status            components.Status
}

// showState shows a filed dossier; with problems, why it could not be sent again.
func (p *portal) showState(v *web.Visit, publicID string, problems []components.Problem) error {
	f, err := p.Office.Read(v.R.Context(), v.Actor, publicID)
	if err != nil {
		return err
	}
	s := p.state(v, f)
	s.summary = problems
	pg := v.Frame(p.newest(f.Dossier).Title.In(v.P.Lang))
	pg.Back, pg.Error = "/dossiers", len(problems) > 0
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
		moves: p.links(v, f.Dossier), dates: dates(v, f.Dossier), answer: answer(v, f.Dossier), documents: kept(v, f),
	}
	if f.StateKind == workflow.Waiting {
		s.asked, s.forms = askedRows(v, f), p.forms(v, f.Dossier)
	}
	at := dossierPath(f.Dossier)
	s.links = []components.Link{
		{Href: at + "/receipt.pdf", Label: v.P.T("portal.state.receipt")},
		{Href: at + "/check", Label: v.P.T("portal.state.answers")},
		{Href: at + "/messages", Label: v.P.N("portal.state.messages", len(f.Letters))},
	}
	s.outside = p.outside(v, f.Def)
	return s
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
	add("portal.state.changed", v.P.DateTimeAt(d.UpdatedAt))
	if d.ClosedAt != nil {
		add("portal.state.closed", v.P.DateTimeAt(*d.ClosedAt))
	}
	if d.PurgeOn != nil {
		add("portal.state.purge", v.P.Date(*d.PurgeOn))
	}
	return out
}

// askedRows are exactly the items asked for, each with the page that opens it alone (RP-014).
func askedRows(v *web.Visit, f *dossier.File) []askedRow {
	j := f.Journey(nil, v.Now)
	var out []askedRow
	for _, i := range askedNow(f) {
		row := askedRow{title: itemTitle(v, f.Dossier, j, i.Path), word: i.Word, href: itemPath(f.Dossier, i)}
		row.status = components.Status{Label: v.P.T("portal.state.owed"), Colour: "yellow"}
		switch {
		case f.Answered(i) && flawed(f.Dossier, j, i.Path):
			row.status = components.Status{Label: v.P.T("portal.state.mend"), Colour: "red"}
		case f.Answered(i):
			row.status = components.Status{Label: v.P.T("portal.state.given"), Colour: "green"}
		}
		out = append(out, row)
	}
	return out
}

// flawed tells whether what was given has a problem.
func flawed(d *dossier.Dossier, j *form.Journey, path string) bool {
	step := d.Def.Form.StepOf(path)
	if step == nil || step.Files {
		return false
	}
	for _, x := range j.Check(step.ID) {
		if !x.Warn && (x.Path == path || strings.HasPrefix(x.Path, path+".")) {
			return true
		}
	}
	return false
}

func itemPath(d *dossier.Dossier, i dossier.AskedItem) string {
	step := d.Def.Form.StepOf(i.Path)
	if step == nil {
		return dossierPath(d)
	}
	return stepPath(d, step) + "#" + i.Path
}

// itemTitle names an answer or a document, with its row when it stands in one.
func itemTitle(v *web.Visit, d *dossier.Dossier, j *form.Journey, path string) string {
	field := d.Def.Form.Field(path)
	if field == nil {
		return path
	}
	title := field.Label.In(v.P.Lang)
	for _, s := range j.Steps() {
		for _, f := range s.Fields {
			for _, r := range f.Rows {
				if strings.HasPrefix(path+".", f.Path+"."+r.ID+".") {
					return r.Title.In(v.P.Lang) + " – " + title
				}
			}
		}
	}
	return title
}

// answer is what agents have written for the person (RP-146); what is reserved to them or named readers only stays hidden.
func answer(v *web.Visit, d *dossier.Dossier) []components.Row {
	if d.StateKind != workflow.Closed {
		return nil
	}
	raw := d.Answers()
	for path, values := range d.Agent {
		raw[path] = values
	}
	owner := d.Def.Flow.Owner().ID
	var out []components.Row
	for _, f := range d.Def.Form.Walk(raw, nil, workflow.Day(v.Now)).Step(form.AgentStep).Fields {
		if f.Field.Kind != form.LongText || !f.Answered() || !access.Can(v.Actor, access.Read, d.Dossier, f.Field.Category) || !sees(f.Field, owner) {
			continue
		}
		out = append(out, components.Row{Key: f.Label.In(v.P.Lang), Values: lines(f.Display(v.P.Lang))})
	}
	return out
}

func sees(f *form.Field, role string) bool {
	for _, r := range f.See {
		if r == role {
			return true
		}
	}
	return len(f.See) == 0
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

// outside leads out of the service, to addresses that say nothing of the dossier (RP-023).
func (p *portal) outside(v *web.Visit, def *procedure.Procedure) []components.Link {
	var out []components.Link
	for _, l := range def.Flow.Links {
		href := p.Links[strings.Trim(l.URL, "{}")]
		for _, at := range l.Show {
			if at == "submitted" && href != "" {
				out = append(out, components.Link{Href: href, Label: l.Label.In(v.P.Lang)})
			}
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
