package backoffice

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// Values of the filters that name no state and no colleague.
const (
	allStates = "all"
	mine      = "me"
	nobody    = "none"
	newest    = "newest"
	yes       = "1"
)

// queueFilter is what the address of the queue says; all of it stays in the address.
type queueFilter struct {
	procedure *procedure.Procedure
	several   bool   // procedures to choose from
	state     string // "" = at work
	assignee  string // "" = anybody, me, none, or an account
	team      string // "" = every team's
	overdue   string // yes = those whose day to answer is over
	owed      string // yes = those to which an answer is owed, at work or not
	second    string // yes = those that wait for a second person
	unreached string // yes = those whose person no message reaches
	order     string // newest, or the oldest first
	columns   []string
	words     string
	after     string
}

func readFilter(v *web.Visit, procedures []*procedure.Procedure) queueFilter {
	return filterOf(v.R.URL.Query(), procedures)
}

// filterOf reads the parameters of an address; a procedure that is not the agent's leaves none.
func filterOf(q url.Values, procedures []*procedure.Procedure) queueFilter {
	f := queueFilter{
		several: len(procedures) > 1, state: q.Get("state"), assignee: q.Get("assignee"), team: q.Get("team"), overdue: q.Get("overdue"), owed: q.Get("owed"), unreached: q.Get("unreached"), second: q.Get("second"),
		order: q.Get("order"), words: strings.TrimSpace(q.Get("q")), after: q.Get("after"), columns: q["col"],
	}
	for _, p := range procedures {
		if id := q.Get("procedure"); id == p.ID || id == "" {
			f.procedure = p
			break
		}
	}
	f.columns = knownColumns(f.procedure, f.columns)
	return f
}

// ask is the filter as the office reads it; what the address cannot mean is NotFound.
func (f queueFilter) ask(v *web.Visit) (dossier.Filter, error) {
	out := dossier.Filter{Procedure: f.procedure.ID, Team: f.team, Overdue: f.overdue == yes, Owed: f.owed == yes, Unreached: f.unreached == yes, Second: f.second == yes, Newest: f.order == newest, Words: f.words, Limit: pageLength}
	if slices.Contains(f.columns, "alike") {
		for _, r := range seenRules(sightOfQueue(v.Actor, f.procedure), f.procedure) {
			out.Alike = append(out.Alike, r.ID)
		}
	}
	switch {
	case f.state == "":
		out.AtWork = !out.Owed // an answer is owed after a decision too
	case f.procedure.Flow.State(f.state) != nil:
		out.State = f.state
		out.AtWork = slices.Contains(f.procedure.Flow.StatesOf(workflow.Open, workflow.Waiting), f.state)
	case f.state != allStates:
		return out, fault.New(fault.NotFound, "")
	}
	if (f.order != "" && f.order != newest) || (f.overdue != "" && f.overdue != yes) || (f.owed != "" && f.owed != yes) || (f.unreached != "" && f.unreached != yes) || (f.second != "" && f.second != yes) {
		return out, fault.New(fault.NotFound, "")
	}
	if err := f.whose(v, &out); err != nil {
		return out, err
	}
	return out, f.cursor(&out.After)
}

// barred tells whether the words in the address are none that the agent may search by: to whom an answer is hidden, a search
// must not tell it. A reference is no answer.
func (f queueFilter) barred(v *web.Visit) bool {
	return f.words != "" && !f.mayFind(v) && !strings.HasPrefix(strings.ToUpper(f.words), f.procedure.Flow.Prefix+"-")
}

// mayFind tells whether the agent sees every answer that a search goes by.
func (f queueFilter) mayFind(v *web.Visit) bool {
	s := sightOfQueue(v.Actor, f.procedure)
	return !slices.ContainsFunc(f.procedure.Flow.Search, func(path string) bool { return !s.searched(path) })
}

func (f queueFilter) whose(v *web.Visit, out *dossier.Filter) error {
	switch f.assignee {
	case "":
	case mine:
		out.AssigneeID = v.Actor.AccountID
	case nobody:
		out.Unassigned = true
	default:
		id, err := strconv.ParseInt(f.assignee, 10, 64)
		if err != nil || id <= 0 {
			return fault.New(fault.NotFound, "")
		}
		out.AssigneeID = id
	}
	return nil
}

// cursor reads the last row of the page before.
func (f queueFilter) cursor(c *dossier.Cursor) error {
	if f.after == "" {
		return nil
	}
	at, id, ok := strings.Cut(f.after, ".")
	micros, err1 := strconv.ParseInt(at, 10, 64)
	row, err2 := strconv.ParseInt(id, 10, 64)
	if !ok || err1 != nil || err2 != nil || micros < 0 || micros > 1<<53 {
		return fault.New(fault.NotFound, "")
	}
	*c = dossier.Cursor{At: time.UnixMicro(micros).UTC(), ID: row}
	return nil
}

// values are the filter as parameters of an address, without the page.
func (f queueFilter) values() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.several {
		set("procedure", f.procedure.ID)
	}
	set("state", f.state)
	set("assignee", f.assignee)
	set("team", f.team)
	set("overdue", f.overdue)
	set("owed", f.owed)
	set("unreached", f.unreached)
	set("second", f.second)
	set("order", f.order)
	set("q", f.words)
	if !slices.Equal(f.columns, usualColumns) {
		q["col"] = f.columns
	}
	return q
}

// bare is the queue as it looks, with nothing left out of it: what a number counts is found by its link.
func (f queueFilter) bare() queueFilter {
	return queueFilter{several: f.several, procedure: f.procedure, columns: f.columns, order: f.order}
}

// with is the queue's address with one of its values changed; the page is the first again unless it is what changes.
func (f queueFilter) with(name, value string) string {
	q := f.values()
	if q.Del(name); value != "" {
		q.Set(name, value)
	}
	return queueAt(q)
}

func queueAt(q url.Values) string {
	if len(q) == 0 {
		return "/queue"
	}
	return "/queue?" + q.Encode()
}

// choices are the selects of the filter.
func (f queueFilter) choices(v *web.Visit, procedures []*procedure.Procedure, staff staff) []components.Field {
	var out []components.Field
	if f.several {
		c := components.Field{ID: "procedure", Name: "procedure", Label: v.P.T("desk.queue.procedure"), Value: f.procedure.ID}
		for _, p := range procedures {
			c.Options = append(c.Options, components.Option{Value: p.ID, Label: p.Title.In(v.P.Lang)})
		}
		out = append(out, c)
	}
	out = append(out, f.stateChoice(v), f.assigneeChoice(v, staff))
	if len(staff.teams) > 0 {
		out = append(out, teamChoice(v, staff.teams, staff.called, f.team, v.P.T("work.queue.any_team")))
	}
	return append(out, f.overdueChoice(v), f.unreachedChoice(v))
}

func (f queueFilter) overdueChoice(v *web.Visit) components.Field {
	return components.Field{ID: "overdue", Name: "overdue", Label: v.P.T("work.queue.overdue"), Value: f.overdue, Options: []components.Option{
		{Label: v.P.T("work.queue.any_day")}, {Value: yes, Label: v.P.T("work.queue.day_over")},
	}}
}

func teamChoice(v *web.Visit, teams []string, called func(string) string, value, none string) components.Field {
	c := components.Field{ID: "team", Name: "team", Label: v.P.T("work.queue.team"), Value: value, Options: []components.Option{{Label: none}}}
	for _, t := range teams {
		c.Options = append(c.Options, components.Option{Value: t, Label: called(t)})
	}
	return c
}

func (f queueFilter) stateChoice(v *web.Visit) components.Field {
	c := components.Field{ID: "state", Name: "state", Label: v.P.T("desk.queue.state"), Value: f.state, Options: []components.Option{
		{Label: v.P.T("desk.queue.at_work")}, {Value: allStates, Label: v.P.T("desk.queue.all_states")},
	}}
	for _, id := range f.procedure.Flow.StatesOf(workflow.Open, workflow.Waiting, workflow.Closed) {
		c.Options = append(c.Options, components.Option{Value: id, Label: f.procedure.Flow.State(id).Desk.In(v.P.Lang)})
	}
	return c
}

func (f queueFilter) assigneeChoice(v *web.Visit, staff staff) components.Field {
	c := components.Field{ID: "assignee", Name: "assignee", Label: v.P.T("desk.queue.assignee"), Value: f.assignee, Options: []components.Option{
		{Label: v.P.T("desk.queue.anybody")}, {Value: mine, Label: v.P.T("desk.queue.me")}, {Value: nobody, Label: v.P.T("desk.queue.unassigned")},
	}}
	return withColleagues(c, staff.colleagues, staff.names)
}

// withColleagues adds agents to a select, each by name.
func withColleagues(c components.Field, ids []int64, names map[int64]string) components.Field {
	for _, id := range ids {
		if names[id] != "" {
			c.Options = append(c.Options, components.Option{Value: strconv.FormatInt(id, 10), Label: names[id]})
		}
	}
	return c
}
