package backoffice

import (
	"strconv"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// figuresView is the page of a team's figures: each a drawing above the table that says the same.
type figuresView struct {
	path  string
	team  *components.Field
	intro string
	parts []figurePart
}

type figurePart struct {
	title string
	chart chartView
	grid  components.Table
}

func (b *desk) getFigures(v *web.Visit) error {
	p := b.Catalogue.Get(v.Param("procedure"))
	if p == nil {
		return fault.New(fault.NotFound, "")
	}
	f, err := b.Office.Figures(v.R.Context(), v.Actor, p.ID, v.Query("team"))
	if err != nil {
		return err
	}
	teams, err := b.Office.Teams(v.R.Context(), v.Actor, p.ID)
	if err != nil {
		return err
	}
	x := &figuresView{
		path: "/figures/" + p.ID, intro: v.P.T("work.figures.intro", "date", v.P.DateAt(f.Since), "n", v.P.Int(int64(p.Flow.Figures.Least))),
		parts: []figurePart{ageFigures(v.P, f), stayFigures(v.P, f), weekFigures(v.P, f)},
	}
	if len(teams) > 0 {
		c := teamChoice(v, teams, func(team string) string { return b.Settings.TeamName(p.ID, team) }, f.Team, v.P.T("work.queue.any_team"))
		x.team = &c
	}
	pg := v.Frame(v.P.T("work.figures.title"))
	pg.Back = "/queue"
	return v.Page(figuresPage(pg, x))
}

// countWords writes a count, or that it is small.
func countWords(p text.Printer, f *dossier.Figures, c dossier.Count) string {
	if c.Hidden {
		return p.T("work.figures.few")
	}
	return p.Int(int64(c.N))
}

// newPart is a figure with its table's heads, the first of which names the rows.
func newPart(p text.Printer, title string, heads ...string) figurePart {
	x := figurePart{title: p.T(title), grid: components.Table{Caption: p.T(title), HiddenCaption: true, Stacked: true}}
	for i, h := range heads {
		x.grid.Head = append(x.grid.Head, components.Column{Label: p.T(h), Numeric: i > 0})
	}
	return x
}

// row adds a line to the table and its bars to the drawing; a bar's figure is a share of most.
func (x *figurePart) row(label string, most float64, cells []string, figures ...float64) {
	line := []components.Cell{{Text: label, Header: true}}
	for _, c := range cells {
		line = append(line, components.Cell{Text: c})
	}
	x.grid.Rows = append(x.grid.Rows, line)
	g := barGroup{label: label}
	for i, n := range figures {
		width := strconv.FormatFloat(n*widest/max(most, 1e-9), 'f', 2, 64) + "%"
		g.bars = append(g.bars, bar{patternOf(i), width, cells[len(cells)-len(figures)+i]})
	}
	x.chart.groups = append(x.chart.groups, g)
}

func ageFigures(p text.Printer, f *dossier.Figures) figurePart {
	x, most := newPart(p, "work.figures.age", "work.figures.waits", "work.figures.files"), 0
	for _, r := range f.Ages {
		most = max(most, r.Count.N)
	}
	for _, r := range f.Ages {
		label := p.T("work.figures.days_from_to", "from", p.Int(int64(r.From)), "to", p.Int(int64(r.Below-1)))
		if r.Below == 0 {
			label = p.T("work.figures.days_from", "from", p.Int(int64(r.From)))
		}
		x.row(label, float64(most), []string{countWords(p, f, r.Count)}, float64(r.Count.N))
	}
	return x
}

func stayFigures(p text.Printer, f *dossier.Figures) figurePart {
	x, most := newPart(p, "work.figures.stays", "desk.queue.state", "work.figures.files", "work.figures.median", "work.figures.ninetieth"), 0.0
	for _, s := range f.Stays {
		most = max(most, s.Ninetieth)
	}
	days := func(s dossier.Stay, n float64) string {
		if s.Count.Hidden || s.Count.N == 0 {
			return "–"
		}
		return p.T("work.figures.days", "n", p.Decimal(n, 1))
	}
	for _, s := range f.Stays {
		x.row(f.Def.Flow.State(s.State).Desk.In(p.Lang), most,
			[]string{countWords(p, f, s.Count), days(s, s.Median), days(s, s.Ninetieth)}, s.Median, s.Ninetieth)
	}
	x.chart.across = p.T("work.figures.stays")
	x.chart.legend = []barKind{{patternOf(0), p.T("work.figures.median")}, {patternOf(1), p.T("work.figures.ninetieth")}}
	return x
}

func weekFigures(p text.Printer, f *dossier.Figures) figurePart {
	x, most := newPart(p, "work.figures.decisions", "work.figures.week", "work.figures.made"), 0
	for _, w := range f.Weeks {
		most = max(most, w.Count.N)
	}
	for _, w := range f.Weeks {
		x.row(p.ShortDate(w.Monday), float64(most), []string{countWords(p, f, w.Count)}, float64(w.Count.N))
	}
	return x
}
