package backoffice

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// column is one of the queue's, as the address names it.
type column struct {
	id, label string // label is a text's key
	numeric   bool
	cell      func(r dossier.Row, x queueLine) components.Cell
}

// queueLine is what the cells of a line are drawn from.
type queueLine struct {
	v     *web.Visit
	p     *procedure.Procedure
	sight sight
	staff staff
}

// columns are all there are, in their order; the reference always stands first.
var columns = []column{
	{"name", "desk.queue.name", false, func(r dossier.Row, x queueLine) components.Cell {
		return components.Cell{Text: x.sight.heading(x.p, r.Heading)}
	}},
	{"state", "desk.queue.state", false, func(r dossier.Row, x queueLine) components.Cell {
		c := components.Cell{Status: status(x.p, r.State, x.v.P.Lang)}
		if r.Second {
			c.Text = x.v.P.T("desk.second.in_queue")
		}
		return c
	}},
	{"age", "desk.queue.age", false, func(r dossier.Row, x queueLine) components.Cell {
		return components.Cell{Text: age(x.v.P, r.SubmittedAt, x.v.Now)}
	}},
	{"assignee", "desk.queue.assignee", false, func(r dossier.Row, x queueLine) components.Cell {
		return components.Cell{Text: x.staff.names[r.AssigneeID]}
	}},
	{"team", "work.queue.team", false, func(r dossier.Row, x queueLine) components.Cell {
		return components.Cell{Text: x.staff.called(r.Team)}
	}},
	{"round", "desk.queue.round", true, func(r dossier.Row, _ queueLine) components.Cell {
		return components.Cell{Text: strconv.Itoa(r.Sent)}
	}},
	{"updated", "work.queue.updated", false, func(r dossier.Row, x queueLine) components.Cell {
		return components.Cell{Text: x.v.P.ShortDateTimeAt(r.UpdatedAt)}
	}},
	{"answer_by", "work.queue.answer_by", false, func(r dossier.Row, x queueLine) components.Cell {
		if r.AnswerBy == nil {
			return components.Cell{}
		}
		return components.Cell{Text: x.v.P.ShortDate(*r.AnswerBy)}
	}},
	{"due", "work.queue.due", false, func(r dossier.Row, x queueLine) components.Cell {
		if r.DueOn == nil {
			return components.Cell{}
		}
		return components.Cell{Text: x.v.P.ShortDate(*r.DueOn), Status: dueStatus(x.v, r.DueOn, r.ClosedAt)}
	}},
	{"owed", "work.queue.owed", false, func(r dossier.Row, x queueLine) components.Cell {
		if r.OwedSince == nil {
			return components.Cell{}
		}
		return components.Cell{Text: age(x.v.P, *r.OwedSince, x.v.Now), Href: dossierPath(r.PublicID) + "#exchange"}
	}},
	{"alike", "work.queue.alike", false, func(r dossier.Row, x queueLine) components.Cell {
		if !r.Alike {
			return components.Cell{}
		}
		return components.Cell{Text: x.v.P.T("work.queue.resembles"), Href: dossierPath(r.PublicID) + "#alike"}
	}},
}

var usualColumns = []string{"name", "state", "age", "assignee", "round"}

// usual are the columns shown unless others are asked for: where a deadline runs, its day is one.
func usual(p *procedure.Procedure) []string {
	if p != nil && len(p.Flow.Deadlines) > 0 {
		return []string{"name", "state", "due", "assignee"}
	}
	return usualColumns
}

// dueStatus shouts where the day by which an answer was owed is over, and says how many days are left while it comes near.
func dueStatus(v *web.Visit, due, closed *time.Time) components.Status {
	if due == nil || closed != nil {
		return components.Status{}
	}
	switch left := int(due.Sub(workflow.Day(v.Now)).Hours() / 24); {
	case left < 0:
		return components.Status{Label: v.P.T("work.due.over"), Colour: "red"}
	case left <= 10:
		return components.Status{Label: v.P.N("work.due.left", left), Colour: "yellow"}
	}
	return components.Status{}
}

// knownColumns are the columns asked for that there are, in their order; the usual ones when none is.
func knownColumns(p *procedure.Procedure, asked []string) []string {
	var out []string
	for _, c := range columns {
		if slices.Contains(asked, c.id) {
			out = append(out, c.id)
		}
	}
	if len(out) == 0 {
		return usual(p)
	}
	return out
}

func (f queueFilter) columnChoice(p text.Printer) components.Field {
	c := components.Field{ID: "col", Name: "col", Label: p.T("work.queue.columns"), Values: f.columns, Inline: true}
	for _, x := range columns {
		c.Options = append(c.Options, components.Option{Value: x.id, Label: p.T(x.label)})
	}
	return c
}

// table lists dossiers; where acts on many may be made, each row can be chosen for one.
func (f queueFilter) table(v *web.Visit, rows []dossier.Row, staff staff, choose bool) components.Table {
	t := components.Table{Caption: v.P.T("desk.queue.title"), HiddenCaption: true, Empty: v.P.T("desk.queue.empty")}
	if choose {
		t.Head = append(t.Head, components.Column{Label: v.P.T("work.bulk.choose")})
	}
	t.Head = append(t.Head, components.Column{Label: v.P.T("desk.queue.reference")})
	var shown []column
	for _, c := range columns {
		if slices.Contains(f.columns, c.id) {
			shown = append(shown, c)
			t.Head = append(t.Head, f.head(v.P, c))
		}
	}
	x := queueLine{v, f.procedure, sightOfQueue(v.Actor, f.procedure), staff}
	each := len(shown) + 2
	cells := make([]components.Cell, 0, len(rows)*each) // of all lines: cells are large, and lines that grow are copied
	t.Rows = make([][]components.Cell, 0, len(rows))
	for i, r := range rows {
		line := cells[i*each : i*each : (i+1)*each]
		if choose {
			line = append(line, components.Cell{Box: &components.Box{Form: bulkForm, Name: "dossier", Value: r.PublicID, Label: v.P.T("work.bulk.choose_one", "reference", r.Reference)}})
		}
		line = append(line, components.Cell{Text: r.Reference, Href: dossierPath(r.PublicID), Header: true})
		for _, c := range shown {
			line = append(line, c.cell(r, x))
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// head is the head of a column; the age sorts both ways.
func (f queueFilter) head(p text.Printer, c column) components.Column {
	out := components.Column{Label: p.T(c.label), Numeric: c.numeric}
	switch {
	case c.id != "age":
	case f.order == newest:
		out.Sorted, out.Sort = "ascending", f.with("order", "")
	default:
		out.Sorted, out.Sort = "descending", f.with("order", newest)
	}
	return out
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

func dossierPath(publicID string) string { return "/dossier/" + publicID }

// capped writes a number that is not counted beyond a bound.
func capped(p text.Printer, n int) string {
	if n > dossier.MostCounted {
		return p.Int(dossier.MostCounted) + "+"
	}
	return p.Int(int64(n))
}

// searched tells whether the answers at a path of the definition are shown, be it a cell's.
func (s sight) searched(path string) bool {
	if s.form.Field(path) != nil {
		return s.field(path)
	}
	head, cell, _ := strings.Cut(path, ".")
	return s.field(head + ".x." + cell)
}
