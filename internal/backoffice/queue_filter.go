package backoffice

import (
	"net/url"
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
)

// queueFilter is what the address of the queue says; all of it stays in the address.
type queueFilter struct {
	procedure *procedure.Procedure
	several   bool   // procedures to choose from
	state     string // "" = at work
	assignee  string // "" = anybody, me, none, or an account
	words     string
	after     string
}

func readFilter(v *web.Visit, procedures []*procedure.Procedure) queueFilter {
	f := queueFilter{
		several: len(procedures) > 1, state: v.Query("state"), assignee: v.Query("assignee"), words: strings.TrimSpace(v.Query("q")), after: v.Query("after"),
	}
	for _, p := range procedures {
		if id := v.Query("procedure"); id == p.ID || id == "" {
			f.procedure = p
			break
		}
	}
	return f
}

// ask is the filter as the office reads it; what the address cannot mean is NotFound.
func (f queueFilter) ask(v *web.Visit) (dossier.Filter, error) {
	out := dossier.Filter{Procedure: f.procedure.ID, Words: f.words, Limit: pageLength}
	if sightOfQueue(v.Actor, f.procedure).heading(f.procedure, "seen") == "" && !strings.HasPrefix(strings.ToUpper(f.words), f.procedure.Flow.Prefix+"-") {
		out.Words = "" // to whom names are hidden, a search must not tell them
	}
	switch {
	case f.state == "":
		out.AtWork = true
	case f.procedure.Flow.State(f.state) != nil:
		out.State = f.state
	case f.state != allStates:
		return out, fault.New(fault.NotFound, "")
	}
	switch f.assignee {
	case "":
	case mine:
		out.AssigneeID = v.Actor.AccountID
	case nobody:
		out.Unassigned = true
	default:
		id, err := strconv.ParseInt(f.assignee, 10, 64)
		if err != nil || id <= 0 {
			return out, fault.New(fault.NotFound, "")
		}
		out.AssigneeID = id
	}
	return out, f.cursor(&out.After)
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

// with is the queue's address with one of its values changed; the page is the first again unless it is what changes.
func (f queueFilter) with(name, value string) string {
	q := url.Values{}
	set := func(name, value string) {
		if q.Del(name); value != "" {
			q.Set(name, value)
		}
	}
	if f.several {
		set("procedure", f.procedure.ID)
	}
	set("state", f.state)
	set("assignee", f.assignee)
	set("q", f.words)
	set(name, value)
	if len(q) == 0 {
		return "/queue"
	}
	return "/queue?" + q.Encode()
}

// choices are the selects of the filter.
func (f queueFilter) choices(v *web.Visit, procedures []*procedure.Procedure, colleagues []int64, names map[int64]string) []components.Field {
	var out []components.Field
	if f.several {
		c := components.Field{ID: "procedure", Name: "procedure", Label: v.P.T("desk.queue.procedure"), Value: f.procedure.ID}
		for _, p := range procedures {
			c.Options = append(c.Options, components.Option{Value: p.ID, Label: p.Title.In(v.P.Lang)})
		}
		out = append(out, c)
	}
	return append(out, f.stateChoice(v), f.assigneeChoice(v, colleagues, names))
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

func (f queueFilter) assigneeChoice(v *web.Visit, colleagues []int64, names map[int64]string) components.Field {
	c := components.Field{ID: "assignee", Name: "assignee", Label: v.P.T("desk.queue.assignee"), Value: f.assignee, Options: []components.Option{
		{Label: v.P.T("desk.queue.anybody")}, {Value: mine, Label: v.P.T("desk.queue.me")}, {Value: nobody, Label: v.P.T("desk.queue.unassigned")},
	}}
	return withColleagues(c, colleagues, names)
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
