package backoffice

import (
	"strconv"
	"strings"

	"guichet/internal/design"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/web/components"
)

// mostPoints are drawn of a frontier: as many as can be told apart.
const mostPoints = 16

// designView is the trade-off of a schema.
type designView struct {
	title  string
	slip   string // why another version goes on than one must think, "" when none does
	facts  []components.Row
	chart  *plot
	own    components.Table // the version in force, which others may beat
	table  components.Table
	change string // where the levels in force can be altered
}

func designOf(p text.Printer, d *release.Design) *designView {
	points := design.Thin(d.Points, mostPoints)
	s := d.Procedure.Release
	x := &designView{title: d.Procedure.Title.In(p.Lang), slip: slipWords(p, d.Slip), change: designPath(d.Procedure.ID) + "/levels"}
	x.facts = []components.Row{
		{Key: p.T("desk.design.stream"), Values: []string{p.T("desk.design.stream_is", "n", p.Int(int64(d.Current.Records)), "months", len(d.Months)), p.T("desk.design.stream_nobody")}},
		{Key: p.T("desk.design.bounds"), Values: []string{p.T("desk.design.bounds_are", "k", s.K, "m", s.M, "n", s.Diverse, "share", p.Percent(s.Share, 0))}},
		{Key: p.T("desk.design.floor"), Values: []string{p.T("desk.design.floor_is", "share", p.Percent(s.Floor, 0))}},
	}
	if len(d.Misses) > 0 {
		x.facts = append(x.facts, components.Row{Key: p.T("desk.design.misses"), Values: append(missWords(p, release.Standing{Procedure: d.Procedure, Misses: d.Misses}), p.T("desk.design.misses_do"))})
	}
	x.chart = tradeOffChart(p, d, points)
	x.own = tradeOffTable(p, d, p.T("desk.design.own_table"), []choice{{p.T("desk.design.own", "n", s.Version), d.Current}})
	var best []choice
	for i, f := range points {
		best = append(best, choice{pointName(i), f})
	}
	x.table = tradeOffTable(p, d, p.T("desk.design.table"), best)
	return x
}

// choice is a choice of levels by the name that the page gives it.
type choice struct {
	name string
	design.Figures
}

func tradeOffTable(p text.Printer, d *release.Design, caption string, choices []choice) components.Table {
	t := components.Table{Caption: caption, Stacked: true, Head: []components.Column{
		{Label: p.T("desk.design.choice")},
		{Label: p.T("desk.design.columns")},
		{Label: p.T("desk.design.loss"), Numeric: true},
		{Label: p.T("desk.design.withheld"), Numeric: true},
		{Label: p.T("desk.design.median"), Numeric: true},
		{Label: p.T("desk.design.ninth"), Numeric: true},
		{Label: p.T("desk.design.cells"), Numeric: true},
		{Label: p.T("desk.release.status")},
	}}
	for _, f := range choices {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: f.name, Href: levelsPath(d, f.Vector), Header: true},
			{Text: columnWords(p, d.Procedure.Release, f.Vector)},
			{Text: p.Decimal(f.Loss, 3)},
			{Text: p.Percent(f.Withheld(), 1)},
			{Text: p.Int(int64(f.Median))},
			{Text: p.Int(int64(f.Ninetieth))},
			{Text: p.Int(int64(f.Cells))},
			{Status: floorStatus(p, d, f.Figures)},
		})
	}
	return t
}

func levelsPath(d *release.Design, levels []int) string {
	return designPath(d.Procedure.ID) + "/levels?" + levelsQuery(d.Procedure.Release, levels)
}

// columnWords name the columns that are written, each with how many values it keeps.
func columnWords(p text.Printer, s *procedure.ReleaseSchema, levels []int) string {
	var out []string
	for i, c := range s.Columns {
		if l := levels[i]; l < len(c.Levels) {
			out = append(out, c.Label.In(p.Lang)+" ("+strconv.Itoa(c.Levels[l].Size())+")")
		}
	}
	return strings.Join(out, ", ")
}

func floorStatus(p text.Printer, d *release.Design, f design.Figures) components.Status {
	if d.Passes(f) {
		return components.Status{Label: p.T("desk.design.passes"), Colour: "green"}
	}
	return components.Status{Label: p.T("desk.design.fails"), Colour: "red"}
}

// waitWords say how far a trial is.
func waitWords(p text.Printer, done, total int) string {
	if total == 0 {
		return p.T("desk.design.making_up")
	}
	return p.T("desk.design.tried", "done", p.Int(int64(done)), "total", p.Int(int64(total)))
}

// floorWords say why a choice cannot be registered, and which single change would do.
func floorWords(p text.Printer, d *release.Design, f design.Figures) string {
	return p.T("desk.design.under_floor", "share", p.Percent(f.Share(), 1), "floor", p.Percent(d.Procedure.Release.Floor, 0))
}
