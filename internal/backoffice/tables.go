package backoffice

import (
	"bytes"
	"cmp"
	"net/http"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/tabulate"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// tablesOf are the declared tables of a procedure, each a link.
type tablesOf struct {
	title  string
	tables []tableLink
}

type tableLink struct {
	href, title string
	secret      bool
}

// tableView is a declared table over a period.
type tableView struct {
	path     string
	from, to components.Field
	hidden   []components.Hidden // the period, for the workbook
	period   string              // in words; "" where no month is counted yet
	said     string              // about the period that was asked for: it was turned, or has no month
	empty    bool                // no month of the period is counted
	grid     components.Table
	chart    chartView
	about    []string
	files    []fileLink
}

// fileLink is a way to take the figures away.
type fileLink struct{ at, label string }

func (b *desk) getTables(v *web.Visit) error {
	var all []tablesOf
	for _, p := range b.Catalogue.All() {
		if p.Release == nil || len(p.Questions) == 0 || !access.May(v.Actor, access.Export, p.ID) {
			continue
		}
		x := tablesOf{title: p.Title.In(v.P.Lang)}
		for i := range p.Questions {
			q := &p.Questions[i]
			x.tables = append(x.tables, tableLink{tablePath(p.ID, q.ID), q.Title.In(v.P.Lang), q.Frozen()})
		}
		all = append(all, x)
	}
	return v.Page(tablesPage(v.Frame(v.P.T("desk.tables.title")), v.P.T("desk.tables.intro"), all))
}

func tablePath(procedure, question string) string { return "/tables/" + procedure + "/" + question }

func (b *desk) getTable(v *web.Visit) error {
	period, err := periodOf(v.Query("from"), v.Query("to"))
	if err != nil {
		return err
	}
	return b.sendTable(v, http.StatusOK, period)
}

func (b *desk) sendTable(v *web.Visit, status int, period release.Period) error {
	a, err := b.Releases.Answer(v.R.Context(), v.Actor, v.Param("procedure"), v.Param("question"), period, v.P.Lang)
	if err != nil {
		return err
	}
	x := tableOf(v.P, tablePath(a.Procedure.ID, a.Question.ID), &a.Sheet, period, a.About(v.P, "desk.tables.about.marked"))
	x.files = []fileLink{{"/workbook", v.P.T("desk.tables.download")}}
	return sendSheet(v, status, a.Question.Title.In(v.P.Lang), "/tables", x)
}

// sendSheet sends the page of a table.
func sendSheet(v *web.Visit, status int, title, back string, x *tableView) error {
	pg := v.Frame(title)
	pg.Back = back
	if x.period != "" {
		pg.LangURL = x.path + "?" + query("from", x.from.Value) + "&" + query("to", x.to.Value) + "&" + query("lang", string(v.P.Lang.Other()))
	}
	return v.PageStatus(status, tablePage(pg, x))
}

// postTable sends the workbook of a table. It is an act, since each download is written down.
func (b *desk) postTable(v *web.Visit) error {
	posted, err := v.OneEach("from", "to")
	if err != nil {
		return err
	}
	period, err := periodOf(posted["from"], posted["to"])
	if err != nil {
		return err
	}
	name, book, err := b.Releases.AnswerBook(v.R.Context(), v.Actor, v.Param("procedure"), v.Param("question"), period, v.P.Lang)
	if fault.Key(err) == "release.nothing_counted" {
		return b.sendTable(v, http.StatusConflict, period)
	}
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: name, Kind: xlsxKind, Size: int64(len(book)), Body: bytes.NewReader(book)})
}

// monthForm is a month in addresses.
const monthForm = "2006-01"

// periodOf reads a period from an address; a month that cannot be is NotFound.
func periodOf(from, to string) (p release.Period, err error) {
	for _, x := range []struct {
		typed string
		into  *time.Time
	}{{from, &p.From}, {to, &p.To}} {
		if x.typed == "" {
			continue
		}
		if *x.into, err = time.Parse(monthForm, x.typed); err != nil {
			return p, fault.New(fault.NotFound, "")
		}
	}
	return p, nil
}

// tableOf shows a sheet over the period that was asked for.
func tableOf(p text.Printer, path string, a *release.Sheet, asked release.Period, about []string) *tableView {
	x := &tableView{path: path, about: about}
	if len(a.Offered) == 0 {
		return x
	}
	x.from, x.to = monthField(p, "from", a.Period.From, a.Offered), monthField(p, "to", a.Period.To, a.Offered)
	if x.empty = len(a.Months) == 0; x.empty {
		x.period = a.Period.Words(p)
		x.said = p.T("desk.tables.empty", "from", p.Month(a.Offered[0]), "to", p.Month(a.Offered[len(a.Offered)-1]))
		return x
	}
	x.hidden = []components.Hidden{{Name: "from", Value: x.from.Value}, {Name: "to", Value: x.to.Value}}
	x.period = a.Period.Words(p)
	x.grid = gridOf(p, a)
	x.chart = chartOf(p, a)
	if !asked.From.IsZero() && !asked.To.IsZero() && asked.To.Before(asked.From) {
		x.said = p.T("desk.tables.turned")
	}
	return x
}

// monthWords label the two ends of a period.
var monthWords = map[string]string{"from": "desk.tables.from", "to": "desk.tables.to"}

func monthField(p text.Printer, name string, value time.Time, offered []time.Time) components.Field {
	f := components.Field{ID: name, Name: name, Label: p.T(monthWords[name]), Value: value.Format(monthForm)}
	for _, m := range offered {
		f.Options = append(f.Options, components.Option{Value: m.Format(monthForm), Label: p.Month(m)})
	}
	return f
}

// gridOf is a sheet as a table.
func gridOf(p text.Printer, a *release.Sheet) components.Table {
	t := components.Table{Caption: cmp.Or(a.Across, p.T("desk.tables.count")), Stacked: true, Head: []components.Column{{Label: a.Head}}}
	for _, c := range a.Columns {
		t.Head = append(t.Head, components.Column{Label: c, Numeric: true})
	}
	for _, c := range a.Derived {
		t.Head = append(t.Head, components.Column{Label: c})
	}
	for _, r := range a.Rows {
		row := []components.Cell{{Text: r.Label, Header: true}}
		for _, f := range r.Figures {
			row = append(row, components.Cell{Text: figureWords(p, f)})
		}
		for _, words := range r.Derived {
			row = append(row, components.Cell{Text: words})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// figureWords writes a figure: with an asterisk where some months kept it back, a dash where all did.
func figureWords(p text.Printer, f tabulate.Figure) string {
	switch {
	case f.Told == 0:
		return release.Untold
	case f.Short > 0:
		return p.T("desk.tables.kept_back", "n", p.Int(int64(f.N)))
	}
	return p.Int(int64(f.N))
}
