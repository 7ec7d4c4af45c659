package release

import (
	"slices"
	"time"

	"guichet/internal/tabulate"
	"guichet/internal/text"
)

// Sheet is a table of counts over a period, laid out in the words of one language.
type Sheet struct {
	Offered []time.Time // months that are counted at all, oldest first; none: nothing was counted yet
	Period  Period
	Months  []time.Time // those of the period
	Head    string      // over the rows
	Across  string      // what the columns are, "" where there is the total alone
	Columns []string    // over the figures; the last is of the total
	Derived []string    // over what is worked out of the figures of a row
	Rows    []SheetRow  // the last is of the total
}

// SheetRow is a row of a sheet.
type SheetRow struct {
	Label   string
	Figures []tabulate.Figure
	Derived []string
	Tables  []tabulate.Told // of the months it sums
	Place   []int           // of it in each of them, without what the columns are
}

// Thing is what is counted by, and its values, in words.
type Thing struct {
	Label  string
	Values []string
}

// Within fills in what a period leaves open, from the months there are, and ends it where they do; one that lies wholly
// outside of them stays as it is.
func (d Period) Within(offered []time.Time) Period {
	last := offered[len(offered)-1]
	if d.To.IsZero() {
		d.To = last
	}
	if d.From.IsZero() {
		d.From = d.To.AddDate(0, -11, 0)
	}
	if d.To.Before(d.From) {
		d.From, d.To = d.To, d.From
	}
	if d.To.Before(offered[0]) || d.From.After(last) {
		return d
	}
	if d.From.Before(offered[0]) {
		d.From = offered[0]
	}
	if d.To.After(last) {
		d.To = last
	}
	return d
}

// Lay sets the figures out: months down the side where the sheet is by month, its first thing otherwise.
func (s *Sheet) Lay(p text.Printer, things []Thing, monthly bool, tables []tabulate.Told) {
	var side Thing
	if s.Head = p.T("desk.tables.month"); !monthly {
		side, things = things[0], things[1:]
		s.Head = side.Label
	}
	across := len(things) == 1
	if across {
		s.Across, s.Columns = things[0].Label, slices.Clone(things[0].Values)
	}
	s.Columns = append(s.Columns, p.T("desk.tables.all"))
	line := func(label string, tables []tabulate.Told, place ...int) {
		row := SheetRow{Label: label, Tables: tables, Place: place}
		sums := tabulate.Over(tables)
		for i := range s.Columns {
			at := place
			if across {
				at = append(slices.Clip(place), i)
			}
			row.Figures = append(row.Figures, sums.At(at...))
		}
		s.Rows = append(s.Rows, row)
	}
	if monthly {
		for i, t := range tables {
			line(p.Month(s.Months[i]), []tabulate.Told{t})
		}
		line(p.T("desk.tables.all"), tables)
	} else {
		for i, label := range append(slices.Clip(side.Values), p.T("desk.tables.all")) {
			line(label, tables, i)
		}
	}
}

// Drop takes the row and the column of what is not known away where nothing stands in them.
func (s *Sheet) Drop(unknown string) {
	nothing := func(f tabulate.Figure) bool { return f.N == 0 }
	s.Rows = slices.DeleteFunc(s.Rows, func(r SheetRow) bool {
		return r.Label == unknown && !slices.ContainsFunc(r.Figures, func(f tabulate.Figure) bool { return !nothing(f) })
	})
	i := slices.Index(s.Columns, unknown)
	if i < 0 || slices.ContainsFunc(s.Rows, func(r SheetRow) bool { return !nothing(r.Figures[i]) }) {
		return
	}
	s.Columns = slices.Delete(s.Columns, i, i+1)
	for j := range s.Rows {
		s.Rows[j].Figures = slices.Delete(s.Rows[j].Figures, i, i+1)
	}
}

// KeptBack lists the figures that some months keep back, each with how many of how many.
func (s *Sheet) KeptBack(p text.Printer) (out []string) {
	for _, r := range s.Rows {
		for i, g := range r.Figures {
			if g.Short > 0 {
				out = append(out, p.T("desk.tables.book.short_of", "row", r.Label, "column", s.Columns[i], "n", g.Short, "of", g.Short+g.Told))
			}
		}
	}
	return out
}
