package backoffice

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// pageLength is how many dossiers a page of the queue lists.
const pageLength = 50

// queueView is the queue as filtered.
type queueView struct {
	filter  queueFilter
	states  []stateCount
	search  components.Field
	choices []components.Field // procedure, state, assignee
	table   components.Table
	pages   components.Pages
	wider   string // address of the same search in every state, when it found nothing; or ""
}

// stateCount is a state at work with how many dossiers stand in it.
type stateCount struct {
	label, href string
	n           string
	current     bool
}

func (b *desk) getQueue(v *web.Visit) error {
	procedures := b.procedures(v.Actor)
	f := readFilter(v, procedures)
	if f.procedure == nil {
		return fault.New(fault.NotFound, "")
	}
	ask, err := f.ask(v)
	if err != nil {
		return err
	}
	rows, next, err := b.Office.Queue(v.R.Context(), v.Actor, ask)
	if err != nil {
		return err
	}
	counts, err := b.Office.Counts(v.R.Context(), v.Actor, f.procedure.ID)
	if err != nil {
		return err
	}
	colleagues, err := b.Office.Colleagues(v.R.Context(), v.Actor, f.procedure.ID)
	if err != nil {
		return err
	}
	names, err := b.names(v, append(colleagues, assignees(rows)...))
	if err != nil {
		return err
	}
	q := queueView{filter: f, states: f.counted(v.P, counts), table: f.table(v, rows, names)}
	q.search = components.Field{ID: "q", Name: "q", Label: v.P.T("desk.queue.search"), Value: f.words}
	q.choices = f.choices(v, procedures, colleagues, names)
	if !next.At.IsZero() {
		q.pages.Next = f.with("after", strconv.FormatInt(next.At.UnixMicro(), 10)+"."+strconv.FormatInt(next.ID, 10))
	}
	if f.after != "" {
		q.pages.Previous = f.with("after", "")
	}
	if len(rows) == 0 && f.words != "" && f.state != allStates {
		q.wider = f.with("state", allStates)
	}
	return v.Page(queuePage(v.Frame(v.P.T("desk.queue.title")), q))
}

func assignees(rows []dossier.Row) []int64 {
	var ids []int64
	for _, r := range rows {
		if r.AssigneeID != 0 && !slices.Contains(ids, r.AssigneeID) {
			ids = append(ids, r.AssigneeID)
		}
	}
	return ids
}

// names says how accounts are shown.
func (b *desk) names(v *web.Visit, ids []int64) (map[int64]string, error) {
	slices.Sort(ids)
	return b.Accounts.Names(v.R.Context(), slices.Compact(ids))
}

// counted lists the states at work with their numbers, which lead to them.
func (f queueFilter) counted(p text.Printer, counts map[string]int) []stateCount {
	var out []stateCount
	for _, id := range f.procedure.Flow.StatesOf(workflow.Open, workflow.Waiting) {
		s := f.procedure.Flow.State(id)
		out = append(out, stateCount{s.Desk.In(p.Lang), f.with("state", id), p.Int(int64(counts[id])), f.state == id})
	}
	return out
}

func (f queueFilter) table(v *web.Visit, rows []dossier.Row, names map[int64]string) components.Table {
	t := components.Table{Caption: v.P.T("desk.queue.title"), HiddenCaption: true, Empty: v.P.T("desk.queue.empty"), Head: []components.Column{
		{Label: v.P.T("desk.queue.reference")},
		{Label: v.P.T("desk.queue.name")},
		{Label: v.P.T("desk.queue.state")},
		{Label: v.P.T("desk.queue.age"), Sorted: "descending"},
		{Label: v.P.T("desk.queue.assignee")},
		{Label: v.P.T("desk.queue.round"), Numeric: true},
	}}
	seen := sightOfQueue(v.Actor, f.procedure)
	for _, r := range rows {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: r.Reference, Href: dossierPath(r.PublicID), Header: true},
			{Text: seen.heading(f.procedure, r.Heading)},
			{Status: status(f.procedure, r.State, v.P.Lang)},
			{Text: age(v.P, r.SubmittedAt, v.Now)},
			{Text: names[r.AssigneeID]},
			{Text: strconv.Itoa(r.Round)},
		})
	}
	return t
}

// status is a state in the words of the desk.
func status(p *procedure.Procedure, state string, l text.Lang) components.Status {
	s := p.Flow.State(state)
	if s == nil {
		return components.Status{Label: state}
	}
	return components.Status{Label: s.Desk.In(l), Colour: s.Tone}
}

// age is how long ago something was filed, in days.
func age(p text.Printer, since, now time.Time) string {
	if since.IsZero() {
		return ""
	}
	return p.N("desk.queue.days", int(now.Sub(since).Hours()/24))
}

func dossierPath(publicID string) string { return fmt.Sprintf("/dossier/%s", publicID) }
