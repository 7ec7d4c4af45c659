package release

import (
	"cmp"
	"slices"

	"guichet/internal/design"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// Trial is one choice of levels: its figures, and what the file would hold.
type Trial struct {
	design.Figures
	Columns []string // ids of those written
	Lines   []Line   // in the order of the file's first months
}

// Line is a row that the file holds some times.
type Line struct {
	Month int // its first, of the stream
	Cells []string
	Rows  int
}

// Passes reports that a schema with such figures may be registered (P11).
func (d *Design) Passes(f design.Figures) bool { return f.Share() > d.Procedure.Release.Floor }

// Try judges the made-up stream at some levels, one for each column of the schema. Errors: Invalid design.vector.
func (d *Design) Try(levels []int) (t Trial, err error) {
	defer fault.Wrap(&err, "release.Design.Try %s", d.Procedure.ID)
	figures, cells, err := d.run.stream.Try(levels)
	if err != nil {
		return Trial{}, err
	}
	t.Figures = figures
	written := at(d.Procedure.Release, levels, d.Next, "").Written()
	for _, c := range written {
		t.Columns = append(t.Columns, c.ID)
	}
	for _, cell := range cells {
		line := Line{Month: cell.Month, Rows: cell.Rows}
		for i, v := range cell.Values {
			line.Cells = append(line.Cells, written[i].Levels[written[i].Level].Values()[v])
		}
		t.Lines = append(t.Lines, line)
	}
	return t, nil
}

// Remedies are choices that may be registered and differ from the given one in one column; without any, those of the frontier
// that differ in the fewest. Then by rising loss, five at most.
func (d *Design) Remedies(levels []int) (out []design.Figures) {
	for j := range levels {
		for l := range len(d.Procedure.Release.Columns[j].Levels) + 1 {
			other := slices.Clone(levels)
			if other[j] = l; l == levels[j] {
				continue
			}
			if f, _, err := d.run.stream.Try(other); err == nil && d.Passes(f) {
				out = append(out, f)
			}
		}
	}
	if len(out) == 0 {
		for _, f := range d.Points {
			if d.Passes(f) {
				out = append(out, f)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b design.Figures) int {
		return cmp.Or(cmp.Compare(differing(levels, a.Vector), differing(levels, b.Vector)), cmp.Compare(a.Loss, b.Loss))
	})
	return out[:min(len(out), 5)]
}

// differing is in how many columns two choices differ.
func differing(a, b []int) (n int) {
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// YAML writes the next version of the schema with these levels, or with a name a second schema over the same people. What it was
// chosen on stands in its reference, in the author's words.
func (d *Design) YAML(p text.Printer, f design.Figures, name string) ([]byte, error) {
	reference := p.T("release.reference", "n", p.Int(int64(f.Records)), "from", p.Month(d.Months[0]), "to", p.Month(d.Months[len(d.Months)-1]),
		"share", p.Percent(f.Share(), 1), "loss", p.Decimal(f.Loss, 3))
	s := at(d.Procedure.Release, f.Vector, d.Next, reference)
	if name != "" && name != s.Release {
		s.Release, s.Version = name, max(d.names[name], 1)
	}
	return writeSchema(s)
}

// LevelWords says what a level of a column writes.
func LevelWords(p text.Printer, l procedure.Level) (out []string) {
	for _, g := range l.Groups {
		out = append(out, g.Label.In(p.Lang))
	}
	if len(l.Cuts) > 0 {
		for i := range len(l.Cuts) + 1 {
			out = append(out, bandWords(p, l.Cuts, i))
		}
	}
	return out
}

// CellWords says what the cells of a trial's line mean.
func (d *Design) CellWords(p text.Printer, t Trial, line Line) []string {
	return cellWords(columnLabels(p, with(d.Procedure, at(d.Procedure.Release, t.Vector, d.Next, ""))), t.Columns, line)
}

func cellWords(labels map[string]ColumnLabel, columns []string, line Line) []string {
	out := make([]string, len(line.Cells))
	for i, id := range columns {
		out[i] = labels[id].Values[line.Cells[i]]
	}
	return out
}
