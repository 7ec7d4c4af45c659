package statistic

import (
	"slices"

	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/tabulate"
	"guichet/internal/text"
)

// derive works rates and durations out of the figures that are told, row by row, and of nothing else: they say no more than these.
func (a *Answer) derive(p text.Printer) {
	if len(a.Figure.By) == 0 {
		return
	}
	across := a.Procedure.Statistics.Dimension(a.Figure.By[len(a.Figure.By)-1])
	for _, r := range a.Figure.Rates {
		a.Derived = append(a.Derived, r.Label.In(p.Lang))
	}
	if across.Derived == procedure.ByTime {
		a.Derived = append(a.Derived, p.T("statistic.half"), p.T("statistic.nine"))
	}
	for i := range a.Rows {
		row := &a.Rows[i]
		for _, r := range a.Figure.Rates {
			part, whole, ok := rate(*row, across, r)
			row.Derived = append(row.Derived, release.Untold)
			if ok {
				row.Derived[len(row.Derived)-1] = p.Percent(float64(part)/float64(whole), 1)
			}
		}
		if across.Derived == procedure.ByTime {
			counts, ok := bands(*row, across)
			for _, share := range []int{50, 90} {
				row.Derived = append(row.Derived, bandWords(a.Columns, counts, share, ok))
			}
		}
	}
}

// over sums what is told of some values in the months that tell all of them.
func over(row release.SheetRow, values []int) (counts []int, ok bool) {
	counts = make([]int, len(values))
	for _, t := range row.Tables {
		month, whole := tabulate.Over([]tabulate.Told{t}), true
		for _, v := range values {
			whole = whole && month.At(append(slices.Clip(row.Place), v)...).Told > 0
		}
		for i, v := range values {
			if whole {
				counts[i] += month.At(append(slices.Clip(row.Place), v)...).N
				ok = true
			}
		}
	}
	return counts, ok
}

func rate(row release.SheetRow, across *procedure.Dimension, r procedure.Rate) (part, whole int, ok bool) {
	var values []int
	for _, v := range r.Whole {
		values = append(values, slices.Index(across.Values, v))
	}
	counts, ok := over(row, values)
	for i, n := range counts {
		if whole += n; slices.Contains(r.Part, r.Whole[i]) {
			part += n
		}
	}
	return part, whole, ok && whole > 0
}

// bands are the counts of the bands of a dimension of time.
func bands(row release.SheetRow, across *procedure.Dimension) ([]int, bool) {
	values := make([]int, len(across.Values))
	for i := range values {
		values[i] = i
	}
	return over(row, values)
}

// bandWords name the band in which a share of those counted, in percent, is reached.
func bandWords(labels []string, counts []int, share int, ok bool) string {
	all, sum := 0, 0
	for _, n := range counts {
		all += n
	}
	for i, n := range counts {
		if sum += n; ok && all > 0 && 100*sum >= share*all {
			return labels[i]
		}
	}
	return release.Untold
}

// valueWords say each value of a dimension.
func valueWords(p text.Printer, proc *procedure.Procedure, d *procedure.Dimension) (out []string) {
	if d.Derived == procedure.ByTime {
		return release.LevelWords(p, procedure.Level{Cuts: d.Cuts})
	}
	for _, v := range d.Values {
		out = append(out, valueWord(p, proc, d, v))
	}
	return out
}

func valueWord(p text.Printer, proc *procedure.Procedure, d *procedure.Dimension, v string) string {
	switch {
	case v == procedure.Unsaid:
		return p.T("desk.tables.unknown")
	case d.Derived == procedure.ByOutcome:
		return proc.Flow.State(v).Desk.In(p.Lang)
	case d.Derived == procedure.ByChannel:
		return p.T("statistic.channel." + v)
	case d.Derived == procedure.ByDeadline:
		return p.T("statistic.deadline." + v)
	case v == procedure.Several && d.Of.Kind == form.Choices:
		return p.T("statistic.several")
	case d.Of.Kind == form.Bool:
		return p.T(v)
	}
	for _, o := range d.Of.Options {
		if o.ID == v {
			return o.Label.In(p.Lang)
		}
	}
	return v
}
