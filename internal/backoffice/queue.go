package backoffice

import (
	"slices"
	"strconv"

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
	choices []components.Field // procedure, state, assignee, team
	columns components.Field
	hidden  []components.Hidden // what the filter's form does not ask
	views   viewsView
	bulk    *bulkChoice
	table   components.Table
	pages   components.Pages
	waiting []components.Link // what waits for an answer, and for the agent
	wider   string            // address of the same search in every state, when it found nothing; or ""
}

// stateCount is a state at work with how many dossiers stand in it.
type stateCount struct {
	label, href string
	n           string
	current     bool
}

// staff are the agents and teams that dossiers can be given to.
type staff struct {
	colleagues []int64
	teams      []string
	called     func(team string) string // its name, as it was set
	names      map[int64]string         // of agents
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
	var rows []dossier.Row
	var next dossier.Cursor
	if !f.barred(v) {
		if rows, next, err = b.Office.Queue(v.R.Context(), v.Actor, ask); err != nil {
			return err
		}
	}
	q, err := b.queueView(v, f, procedures, rows)
	if err != nil {
		return err
	}
	if !next.At.IsZero() {
		q.pages.Next = f.with("after", strconv.FormatInt(next.At.UnixMicro(), 10)+"."+strconv.FormatInt(next.ID, 10))
	}
	if f.after != "" {
		q.pages.Previous = f.with("after", "")
	}
	switch {
	case f.barred(v):
		q.table.Empty = v.P.T("work.queue.barred")
	case len(rows) == 0 && f.words != "" && f.state != allStates:
		q.wider = f.with("state", allStates)
	}
	return v.Page(queuePage(v.Frame(v.P.T("desk.queue.title")), q))
}

func (b *desk) queueView(v *web.Visit, f queueFilter, procedures []*procedure.Procedure, rows []dossier.Row) (q queueView, err error) {
	counts, err := b.Office.Counts(v.R.Context(), v.Actor, f.procedure.ID)
	if err != nil {
		return q, err
	}
	beside, err := b.Office.Beside(v.R.Context(), v.Actor, f.procedure.ID)
	if err != nil {
		return q, err
	}
	staff, err := b.staff(v, f.procedure, beside, assignees(rows)...)
	if err != nil {
		return q, err
	}
	q = queueView{filter: f, states: f.counted(v.P, counts), bulk: bulkChoiceOf(v, f)}
	q.waiting, q.views = waiting(v, f, beside), views(v, f, beside.Views)
	q.search = components.Field{ID: "q", Name: "q", Label: v.P.T("work.queue.search"), Value: f.words}
	q.choices, q.columns = f.choices(v, procedures, staff), f.columnChoice(v.P)
	if f.second != "" {
		q.hidden = append(q.hidden, components.Hidden{Name: "second", Value: f.second})
	}
	if f.order != "" {
		q.hidden = append(q.hidden, components.Hidden{Name: "order", Value: f.order})
	}
	q.table = f.table(v, rows, staff, q.bulk != nil)
	return q, nil
}

// staff finds who works on dossiers of a procedure, with the names of others that a page shows.
func (b *desk) staff(v *web.Visit, p *procedure.Procedure, beside dossier.Beside, others ...int64) (s staff, err error) {
	s.called = func(team string) string { return b.Settings.TeamName(p.ID, team) }
	s.colleagues, s.teams = beside.Agents, beside.Teams
	s.names, err = b.names(v, append(slices.Clone(s.colleagues), others...))
	return s, err
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
		out = append(out, stateCount{s.Desk.In(p.Lang), f.with("state", id), capped(p, counts[id]), f.state == id})
	}
	return out
}
