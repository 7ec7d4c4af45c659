package backoffice

import (
	"strconv"
	"strings"
	"time"

	"guichet/internal/design"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/web/components"
)

// mostLines are shown of what the file would hold.
const mostLines = 40

// levelsView is one choice of levels: what it comes to, what the file would hold, and the ways on.
type levelsView struct {
	path     string // of the designer
	yaml     string
	status   components.Status
	facts    []components.Row
	fields   []components.Field
	hidden   []components.Hidden
	next     int
	passes   bool
	untried  bool // no schema can have these levels
	remedies components.Table
	series   *plot
	months   components.Table
	lines    components.Table
	more     string
	frozen   []components.Row // of the months that are frozen already; nil where the levels are not coarser
	name     components.Field // of a second schema over the same people
	problems []components.Problem
}

func levelsOf(p text.Printer, d *release.Design, t release.Trial) *levelsView {
	s := d.Procedure.Release
	x := &levelsView{
		path: designPath(d.Procedure.ID), yaml: designPath(d.Procedure.ID) + "/schema.yaml?" + levelsQuery(s, t.Vector), next: d.Next,
		status: floorStatus(p, d, t.Figures), passes: d.Passes(t.Figures), facts: figureRows(p, t.Figures),
		series: seriesChart(p, d, t.Figures), months: monthsTable(p, d, t.Figures), lines: linesTable(p, s, d.Months, t, func(l release.Line) []string { return d.CellWords(p, t, l) }),
	}
	x.fields = levelFields(p, s, t.Vector)
	for i, c := range s.Columns {
		x.hidden = append(x.hidden, components.Hidden{Name: levelName(c.ID), Value: strconv.Itoa(t.Vector[i])})
	}
	if !x.passes {
		x.remedies = remedyTable(p, d, t.Vector)
	}
	if rest := len(t.Lines) - mostLines; rest > 0 {
		x.more = p.N("desk.design.more_lines", rest)
	}
	return x
}

// untriedOf is a choice that no schema can have: nothing can be told of it, and it can be altered.
func untriedOf(p text.Printer, d *release.Design, levels []int) *levelsView {
	return &levelsView{
		path: designPath(d.Procedure.ID), untried: true, fields: levelFields(p, d.Procedure.Release, levels),
		status: components.Status{Label: p.T("desk.design.not_tried"), Colour: "red"},
	}
}

// onFrozen adds what the choice makes of the frozen months, and the second schema that could be made of it.
func (x *levelsView) onFrozen(p text.Printer, f release.Frozen) {
	x.frozen = frozenRows(p, f)
	x.name = components.Field{ID: "name", Name: "name", Label: p.T("desk.design.name"), Hint: p.T("desk.design.name_hint"), Autocomplete: "off", Width: 20}
}

func frozenRows(p text.Printer, f release.Frozen) []components.Row {
	row := func(key, value string) components.Row {
		return components.Row{Key: p.T(key), Values: []string{value}}
	}
	return []components.Row{
		row("desk.release.through", p.Date(f.Through.AddDate(0, 1, -1))), row("desk.release.rows", p.Int(int64(f.Rows))),
		row("desk.design.cells", p.Int(int64(f.Cells))), row("desk.design.smallest", p.N("desk.design.rows", f.Smallest)),
	}
}

// refuse says at the top why nothing was registered, and beside the name of a second schema.
func (x *levelsView) refuse(second bool, why []string) {
	at := x.fields[0].ID
	if second {
		at, x.name.Error = x.name.ID, why[0]
	}
	for _, words := range why {
		x.problems = append(x.problems, components.Problem{ID: at, Text: words})
	}
}

func levelFields(p text.Printer, s *procedure.ReleaseSchema, levels []int) []components.Field {
	var out []components.Field
	for i, c := range s.Columns {
		out = append(out, levelField(p, s, c, levels[i]))
	}
	return out
}

// levelField offers the levels of a column, each with the values it writes.
func levelField(p text.Printer, s *procedure.ReleaseSchema, c procedure.Column, level int) components.Field {
	f := components.Field{ID: "level-" + c.ID, Name: levelName(c.ID), Label: c.Label.In(p.Lang), Value: strconv.Itoa(level)}
	if c.Sensitive {
		f.Hint = p.T("desk.design.secret_hint", "n", s.Diverse)
	}
	for i, l := range c.Levels {
		if c.Sensitive && l.Size() < s.Diverse {
			continue
		}
		words := strings.Join(release.LevelWords(p, l), " · ")
		f.Options = append(f.Options, components.Option{Value: strconv.Itoa(i), Label: p.N("desk.design.level", l.Size(), "values", words)})
	}
	f.Options = append(f.Options, components.Option{Value: strconv.Itoa(len(c.Levels)), Label: p.T("desk.design.left_out")})
	return f
}

// figureRows are what a choice comes to.
func figureRows(p text.Printer, f design.Figures) []components.Row {
	row := func(key string, values ...string) components.Row {
		return components.Row{Key: p.T(key), Values: values}
	}
	of := func(n int) string {
		return p.T("desk.design.of_all", "share", p.Percent(float64(n)/float64(max(f.Records, 1)), 1), "n", p.Int(int64(n)))
	}
	delay := []string{p.T("desk.design.no_lines")}
	if f.Released > 0 {
		delay = []string{delayWords(p, "desk.design.median_is", "desk.design.median_now", f.Median), delayWords(p, "desk.design.ninth_is", "desk.design.ninth_now", f.Ninetieth)}
	}
	return []components.Row{
		row("desk.design.loss", p.Decimal(f.Loss, 3), p.T("desk.design.loss_hint")),
		row("desk.design.released", of(f.Released)),
		row("desk.design.held_back", of(f.HeldBack), p.T("desk.design.held_back_hint")),
		row("desk.design.never", of(f.Lapsed+f.Unknown+f.Waiting), p.T("desk.design.never_hint")),
		row("desk.design.delay", delay...),
		row("desk.design.blocks", p.Int(int64(f.Blocks))),
		row("desk.design.cells", p.Int(int64(f.Cells))),
		row("desk.design.smallest", p.N("desk.design.rows", f.Smallest)),
	}
}

// delayWords say in how many months, or at once.
func delayWords(p text.Printer, key, atOnce string, months int) string {
	if months == 0 {
		return p.T(atOnce)
	}
	return p.N(key, months)
}

func monthsTable(p text.Printer, d *release.Design, f design.Figures) components.Table {
	t := components.Table{Caption: p.T("desk.design.series_table"), Head: []components.Column{
		{Label: p.T("desk.design.month")},
		{Label: p.T("desk.design.closed"), Numeric: true},
		{Label: p.T("desk.design.judged"), Numeric: true},
		{Label: p.T("desk.design.released_rows"), Numeric: true},
		{Label: p.T("desk.design.so_far"), Numeric: true},
	}}
	closed, released := 0, 0
	for i, m := range f.Months {
		closed, released = closed+m.Closed, released+m.Released
		t.Rows = append(t.Rows, []components.Cell{
			{Text: d.Months[i].Format("01/2006"), Header: true},
			{Text: p.Int(int64(m.Closed))},
			{Text: p.Int(int64(m.Judged))},
			{Text: p.Int(int64(m.Released))},
			{Text: p.Percent(float64(released)/float64(max(closed, 1)), 0)},
		})
	}
	return t
}

// linesTable shows what the file would hold, with how often; words say what the cells of a line mean.
func linesTable(p text.Printer, s *procedure.ReleaseSchema, months []time.Time, t release.Trial, words func(release.Line) []string) components.Table {
	out := components.Table{Caption: p.T("desk.design.lines"), Empty: p.T("desk.design.no_lines")}
	titles := map[string]string{}
	for _, c := range s.Columns {
		titles[c.ID] = c.Label.In(p.Lang)
	}
	for _, id := range t.Columns {
		out.Head = append(out.Head, components.Column{Label: titles[id]})
	}
	out.Head = append(out.Head, components.Column{Label: p.T("desk.design.since")}, components.Column{Label: p.T("desk.release.rows"), Numeric: true})
	for _, line := range t.Lines[:min(len(t.Lines), mostLines)] {
		var row []components.Cell
		for _, cell := range words(line) {
			row = append(row, components.Cell{Text: cell})
		}
		out.Rows = append(out.Rows, append(row, components.Cell{Text: months[line.Month].Format("01/2006")}, components.Cell{Text: p.Int(int64(line.Rows))}))
	}
	return out
}

// remedyTable names choices that differ in one column and may be registered.
func remedyTable(p text.Printer, d *release.Design, levels []int) components.Table {
	t := components.Table{Caption: p.T("desk.design.remedies"), Empty: p.T("desk.design.no_remedy"), Head: []components.Column{
		{Label: p.T("desk.design.change")}, {Label: p.T("desk.design.released"), Numeric: true}, {Label: p.T("desk.design.loss"), Numeric: true},
	}}
	for _, f := range d.Remedies(levels) {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: changeWords(p, d.Procedure.Release, levels, f.Vector), Href: levelsPath(d, f.Vector), Header: true}, {Text: p.Percent(f.Share(), 1)}, {Text: p.Decimal(f.Loss, 3)},
		})
	}
	return t
}

// changeWords say which columns differ, and what becomes of them.
func changeWords(p text.Printer, s *procedure.ReleaseSchema, from, to []int) string {
	var out []string
	for i, c := range s.Columns {
		switch {
		case from[i] == to[i]:
		case to[i] == len(c.Levels):
			out = append(out, p.T("desk.design.leave_out", "column", c.Label.In(p.Lang)))
		default:
			out = append(out, p.N("desk.design.write_at", c.Levels[to[i]].Size(), "column", c.Label.In(p.Lang)))
		}
	}
	return strings.Join(out, ", ")
}
