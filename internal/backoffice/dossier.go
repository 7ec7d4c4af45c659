package backoffice

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// dossierView is a dossier as one agent sees it.
type dossierView struct {
	now          time.Time
	d            *dossier.Dossier
	file         *dossier.File
	names        map[int64]string // of agents
	reading      reading
	heading      string
	state        components.Status
	facts        []components.Row
	acts         []act
	conflict     *conflict
	held         *heldView
	alike        components.Table
	problems     []components.Problem
	asked        components.Table
	request      request
	overdue      string // what to do about a day that is over, "" when none is
	compare      string // address of what came back, "" when nothing did
	sections     []section
	papers       papers
	made         []components.Row
	thread       thread
	conversation conversation
	latest       []event
	consents     components.Table
	reads        components.Table
	mandate      mandateView
	second       *secondNotice
	inquiry      string // where one looks for its person in all procedures, "" to who may not
}

// act is a move that can be tried from here: a button when there is nothing to fill in, else a link to its page.
type act struct {
	id, label, path, kind string
	direct                bool
}

func (b *desk) getDossier(v *web.Visit) error {
	return b.sendDossier(v, http.StatusOK, func(*dossierView) {})
}

// sendDossier shows the dossier as it stands now; add puts in what the moment calls for.
func (b *desk) sendDossier(v *web.Visit, status int, add func(*dossierView)) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if f.StateKind == workflow.Draft {
		return v.Redirect(dossierPath(f.PublicID) + "/counter") // what is being entered from paper
	}
	names, err := b.names(v, people(f))
	if err != nil {
		return err
	}
	requests, err := b.glassReferences(v, f.Reads)
	if err != nil {
		return err
	}
	x := b.viewOf(v, f, names, requests)
	if x.held, err = b.holder(v, f.Dossier); err != nil {
		return err
	}
	if x.alike, err = b.alike(v, f.Dossier, x.reading.sight); err != nil {
		return err
	}
	if err := b.paperwork(v, x); err != nil {
		return err
	}
	if x.mandate, err = b.mandateOf(v, f, x.reading.sight); err != nil {
		return err
	}
	add(x)
	pg := v.Frame(strings.TrimSpace(f.Reference + " " + x.heading))
	pg.Back, pg.Error, pg.LangURL = "/queue", len(x.problems) > 0, langAt(v, dossierPath(f.PublicID))
	return v.PageStatus(status, dossierPage(pg, x))
}

// people are the agents whose names the page shows, and the members of a firm that acts; the person who filed is named by their
// answers alone.
func people(f *dossier.File) []int64 {
	ids := []int64{f.AssigneeID}
	for _, n := range slices.Concat(f.Notes, f.Letters) {
		ids = append(ids, n.AuthorID)
	}
	for _, m := range f.Mails {
		ids = append(ids, m.AccountID)
	}
	for _, x := range f.Documents {
		ids = append(ids, x.Judged.By)
	}
	for _, e := range f.History {
		ids = append(ids, e.ActorID)
	}
	for _, r := range f.Reads {
		ids = append(ids, r.ActorID)
	}
	if f.Proposal != nil {
		ids = append(ids, f.Proposal.By, f.Proposal.Decider)
	}
	return slices.DeleteFunc(ids, func(id int64) bool {
		ofFirm := f.Mandate.FirmID != 0 && f.Mandate.Concerns(id) // which of the firm acted is nowhere in the answers
		return id == 0 || f.PersonSide(id) && !ofFirm
	})
}

func (b *desk) viewOf(v *web.Visit, f *dossier.File, names map[int64]string, requests map[string]string) *dossierView {
	r := readingOf(v, f)
	x := &dossierView{
		now: v.Now,
		d:   f.Dossier, file: f, names: names, reading: r, heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed)), state: status(f.Def, f.State, v.P.Lang), facts: facts(v, f, names),
		acts: b.actsOf(v, f, r.sight), second: secondOf(v, f, names), asked: r.asked(f), request: r.request(f), overdue: overdue(v, f), compare: comparing(r.sight, f), sections: r.sections(), papers: b.papersOf(v, f, r), made: r.made(f),
	}
	if r.sight.category("internal") && slices.Contains(f.Def.Flow.Uses, "thread") {
		x.thread = threadOf(v, f, names)
	}
	if r.sight.category("messages") {
		x.conversation = b.exchangeOf(v, f, names)
	}
	x.inquiry = b.inquiryPath(v, f.Dossier)
	if r.sight.category("consents") {
		x.consents = consentsOf(v, f)
	}
	if r.sight.category("agent_log") {
		x.reads = r.reads(f, names, requests)
	}
	x.latest = b.events(v, f, r, names, f.Latest(v.Actor, latestEvents))
	return x
}

// readingOf walks what was filed, and what had been filed before.
func readingOf(v *web.Visit, f *dossier.File) reading {
	today := workflow.Day(v.Now)
	r := reading{p: v.P, sight: sightOf(v.Actor, f.Dossier), now: f.Def.Form.Walk(filed(f.Dossier), nil, today)}
	if mayGather(r.sight, f.Dossier) {
		r.d = f.Dossier
		r.asking = dossier.AskedNow(f.Asked, f.Round)
	}
	if len(f.Previous) > 0 {
		r.old = f.Def.Form.Walk(before(f), nil, today)
	}
	return r
}

// facts are what one wants to know first.
func facts(v *web.Visit, f *dossier.File, names map[int64]string) []components.Row {
	row := func(key string, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: lines(value)}
	}
	out := []components.Row{}
	if f.SubmittedAt != nil {
		out = append(out, row("desk.dossier.submitted", v.P.DateTimeAt(*f.SubmittedAt)+" ("+age(v.P, *f.SubmittedAt, v.Now)+")"))
	}
	out = append(out, row("desk.queue.assignee", orWords(names[f.AssigneeID], v.P.T("desk.queue.unassigned"))), row("desk.dossier.lang", langName(v, f)))
	if f.AnswerBy != nil {
		out = append(out, row("desk.ask.until", v.P.Date(*f.AnswerBy)))
	}
	if f.ReceivedOn != nil && len(f.Def.Flow.Deadlines) > 0 {
		out = append(out, row("work.due.received", v.P.Date(*f.ReceivedOn)))
	}
	if f.DueOn != nil {
		due := row("work.due.day", v.P.Date(*f.DueOn))
		due.Status = dueStatus(v, f.DueOn, f.ClosedAt)
		out = append(out, due)
	}
	if f.Sent() > 1 {
		out = append(out, row("desk.dossier.rounds", v.P.Int(int64(f.Sent()))))
	}
	if f.ClosedAt != nil {
		out = append(out, row("desk.dossier.closed", v.P.DateTimeAt(*f.ClosedAt)))
	}
	if f.PurgeOn != nil {
		out = append(out, row("desk.dossier.purge", v.P.Date(*f.PurgeOn)))
	}
	return out
}

// overdue tells an agent that the person's day is over.
func overdue(v *web.Visit, f *dossier.File) string {
	if f.OverdueAt == nil || f.AnswerBy == nil {
		return ""
	}
	return v.P.T("desk.overdue.text", "date", v.P.Date(*f.AnswerBy))
}

func langName(v *web.Visit, f *dossier.File) string {
	if f.Lang == "en" {
		return v.P.T("desk.lang.en")
	}
	return v.P.T("desk.lang.fr")
}

func orWords(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// actsOf lists what the agent can do from this state; taking what one has and giving back what nobody has are left out.
// What is proposed already is not proposed once more.
func (b *desk) actsOf(v *web.Visit, f *dossier.File, s sight) []act {
	var out []act
	d, p := f.Dossier, f.Proposal
	waits := p != nil && p.State == dossier.ProposalWaits && p.Stands
	for _, m := range s.moves(d) {
		if waits && b.Office.TakesTwo(d, m.ID) {
			continue
		}
		if idle(m, d, s.actor) || assigns(m, "team") { // a team is chosen in the queue, for one or for many
			continue
		}
		a := act{id: m.ID, label: m.Label.In(v.P.Lang), path: movePath(d, m), kind: "secondary", direct: direct(m)}
		if m.Danger {
			a.kind = "warning"
		}
		out = append(out, a)
	}
	return out
}

func movePath(d *dossier.Dossier, m *workflow.Move) string {
	return dossierPath(d.PublicID) + "/move/" + m.ID
}

// direct tells whether a move needs no page of its own: nothing to fill in, nothing to think about twice.
func direct(m *workflow.Move) bool {
	f := m.Form
	return !m.Confirm && !m.Danger && !f.Pick && f.Due == "" && len(f.Fields) == 0 && len(f.Asks) == 0 && len(f.Reasons) == 0 && !assigns(m, "chosen")
}

func assigns(m *workflow.Move, whom string) bool {
	return slices.ContainsFunc(m.Do, func(e workflow.Effect) bool { return e.Assign == whom })
}

func idle(m *workflow.Move, d *dossier.Dossier, a access.Actor) bool {
	return assigns(m, "mover") && d.AssigneeID == a.AccountID || assigns(m, "none") && d.AssigneeID == 0 ||
		assigns(m, "least_loaded") && d.AssigneeID != 0
}

// asked lists what was asked of the person, item by item, with what became of it (RP-014).
func (r reading) asked(f *dossier.File) components.Table {
	t := components.Table{Caption: r.p.T("desk.asked.title"), Head: []components.Column{
		{Label: r.p.T("desk.asked.item")}, {Label: r.p.T("desk.asked.why")}, {Label: r.p.T("desk.asked.word")}, {Label: r.p.T("desk.asked.at")}, {Label: r.p.T("desk.asked.answered")},
	}}
	for _, i := range f.Asked {
		if !r.sight.field(i.Path) {
			continue
		}
		answered := components.Cell{Status: components.Status{Label: r.p.T("desk.asked.waiting"), Colour: "yellow"}}
		switch {
		case i.AnsweredAt == nil && !f.Awaits(i):
			answered.Status = components.Status{Label: r.p.T("desk.asked.withdrawn"), Colour: "grey"}
		case i.AnsweredAt != nil:
			answered = components.Cell{Text: r.p.ShortDateTimeAt(*i.AnsweredAt), Status: judgedStatus(r.p, i.Judgement)}
		}
		item := components.Cell{Text: r.label(i.Path), Href: "#" + i.Path, Header: true}
		if i.Kind == "document" {
			item.Href = "#papers"
		}
		t.Rows = append(t.Rows, []components.Cell{item, {Text: r.p.T("desk.ask.why." + i.Why)}, {Text: i.Word}, {Text: r.p.ShortDateTimeAt(i.AskedAt)}, answered})
	}
	return t
}

// made lists the documents the service has made, with their addresses (RP-026).
func (r reading) made(f *dossier.File) []components.Row {
	var out []components.Row
	if !r.sight.category("generated") {
		return nil
	}
	for _, m := range f.Generated {
		doc := f.Def.Flow.Document(m.Template)
		if doc == nil || !access.Sees(doc.See, r.sight.roles) {
			continue
		}
		out = append(out, components.Row{
			Key: doc.Title.In(r.p.Lang), Values: []string{r.p.ShortDateTimeAt(m.At)}, Change: dossierPath(f.PublicID) + "/made/" + m.Template + ".pdf",
		})
	}
	return out
}

// agentFields are the agents' questions of a move, in its order.
func agentFields(j *form.Journey, m *workflow.Move) []*form.FieldState {
	var out []*form.FieldState
	for _, id := range m.Form.Fields {
		if f := j.Field(id); f != nil {
			out = append(out, f)
		}
	}
	return out
}
