package backoffice

import (
	"slices"
	"strconv"
	"strings"

	"guichet/internal/design"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/web/components"
)

// changesTable sets a version beside the one in force: the bounds that change, and every column of either with what it writes.
func changesTable(p text.Printer, r *release.Review) components.Table {
	t := components.Table{Caption: p.T("desk.release.review.changes"), Stacked: true, Head: []components.Column{
		{Label: p.T("desk.release.review.rule")},
		{Label: p.T("desk.release.review.before", "n", r.Before.Release.Version)},
		{Label: p.T("desk.release.review.after")},
		{Label: p.T("desk.release.status")},
	}}
	line := func(label, before, after string) {
		status := components.Status{Label: p.T("desk.release.review.same"), Colour: "grey"}
		if before != after {
			status = components.Status{Label: p.T("desk.release.review.changed"), Colour: "yellow"}
		}
		t.Rows = append(t.Rows, []components.Cell{{Text: label, Header: true}, {Text: before}, {Text: after}, {Status: status}})
	}
	before, after := boundsOf(p, r.Before.Release), boundsOf(p, r.After.Release)
	for i := range before {
		if before[i].words != after[i].words {
			line(before[i].label, before[i].words, after[i].words)
		}
	}
	for _, c := range columnsOfBoth(r) {
		line(c.Label.In(p.Lang), writtenWords(p, r.Before.Release, c.ID), writtenWords(p, r.After.Release, c.ID))
	}
	return t
}

// bound is a rule of a schema that is no column, in words.
type bound struct{ label, words string }

func boundsOf(p text.Printer, s *procedure.ReleaseSchema) []bound {
	fields := func(lists ...[]string) string {
		var out []string
		for _, l := range lists {
			out = append(out, strings.Join(l, " + "))
		}
		return strings.Join(out, " ; ")
	}
	return []bound{
		{p.T("desk.release.review.k"), strconv.Itoa(s.K)},
		{p.T("desk.release.review.m"), strconv.Itoa(s.M)},
		{p.T("desk.release.review.diverse"), strconv.Itoa(s.Diverse)},
		{p.T("desk.release.review.share"), p.Percent(s.Share, 1)},
		{p.T("desk.design.floor"), p.Percent(s.Floor, 1)},
		{p.T("desk.release.review.person"), fields(s.Person)},
		{p.T("desk.release.review.household"), fields(s.Household)},
		{p.T("desk.release.review.kin"), fields(s.Kin...)},
	}
}

// columnsOfBoth are the columns of the version, then those that it no longer has.
func columnsOfBoth(r *release.Review) []procedure.Column {
	out := slices.Clone(r.After.Release.Columns)
	for _, c := range r.Before.Release.Columns {
		if !slices.ContainsFunc(out, func(x procedure.Column) bool { return x.ID == c.ID }) {
			out = append(out, c)
		}
	}
	return out
}

// writtenWords say what a schema writes of a column: all its values, or that it stays out of the file.
func writtenWords(p text.Printer, s *procedure.ReleaseSchema, id string) string {
	for _, c := range s.Written() {
		if c.ID != id {
			continue
		}
		words := p.N("desk.design.level", c.Levels[c.Level].Size(), "values", strings.Join(release.LevelWords(p, c.Levels[c.Level]), " · "))
		if c.Sensitive {
			words = p.T("desk.release.review.sensitive", "values", words)
		}
		return words
	}
	return p.T("desk.design.left_out")
}

// measured adds what both versions come to on the made-up stream, and what the file would hold.
func (x *reviewView) measured(p text.Printer, r *release.Review) {
	if r.Frozen.Rows > 0 {
		x.frozen = frozenRows(p, r.Frozen)
	}
	if r.Is.Records == 0 {
		return
	}
	x.figures = figuresTable(p, r)
	x.lines = linesTable(p, r.After.Release, r.Months, r.Is, func(l release.Line) []string { return r.CellWords(p, l) })
	if rest := len(r.Is.Lines) - mostLines; rest > 0 {
		x.more = p.N("desk.design.more_lines", rest)
	}
}

// figuresTable compares what was measured. A second schema judges nobody: it differs in loss and in cells.
func figuresTable(p text.Printer, r *release.Review) components.Table {
	t := components.Table{Caption: p.T("desk.release.review.figures", "n", p.Int(int64(r.Is.Records)), "months", len(r.Months)), Head: []components.Column{
		{Label: p.T("desk.release.review.figure")},
		{Label: p.T("desk.release.review.before", "n", r.Before.Release.Version), Numeric: true},
		{Label: p.T("desk.release.review.after"), Numeric: true},
	}}
	line := func(key string, of func(design.Figures) string) {
		t.Rows = append(t.Rows, []components.Cell{{Text: p.T(key), Header: true}, {Text: of(r.Was.Figures)}, {Text: of(r.Is.Figures)}})
	}
	share := func(part func(design.Figures) int) func(design.Figures) string {
		return func(f design.Figures) string { return p.Percent(float64(part(f))/float64(max(f.Records, 1)), 1) }
	}
	line("desk.design.loss", func(f design.Figures) string { return p.Decimal(f.Loss, 3) })
	line("desk.design.cells", func(f design.Figures) string { return p.Int(int64(f.Cells)) })
	if r.Second() {
		return t
	}
	line("desk.design.released", share(func(f design.Figures) int { return f.Released }))
	line("desk.design.held_back", share(func(f design.Figures) int { return f.HeldBack }))
	line("desk.design.never", share(func(f design.Figures) int { return f.Lapsed + f.Unknown + f.Waiting }))
	line("desk.design.median", func(f design.Figures) string { return p.Int(int64(f.Median)) })
	line("desk.design.ninth", func(f design.Figures) string { return p.Int(int64(f.Ninetieth)) })
	line("desk.design.blocks", func(f design.Figures) string { return p.Int(int64(f.Blocks)) })
	line("desk.design.smallest", func(f design.Figures) string { return p.Int(int64(f.Smallest)) })
	return t
}
