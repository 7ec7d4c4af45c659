package tabulate

import (
	"fmt"

	"guichet/internal/fault"
)

// untold stands for a count that is kept back.
const untold = -1

// Told is a table that may leave the house: every count has its noise, or is exact and not few, or is kept back. Only Perturb
// and Hide make one, from records, and only Read brings back what they made.
type Told struct {
	grid  Grid
	cells []int32
}

// Perturb counts records into a grid, and forgets them. The same records in the same cell are told as the same number,
// in whatever table the cell stands. Margins have noise of their own: they are no sums of what is told beside them.
func Perturb(g Grid, records []Record) (_ Told, err error) {
	defer fault.Wrap(&err, "tabulate.Perturb")
	t, err := g.count(records)
	if err != nil {
		return Told{}, err
	}
	out := Told{g, make([]int32, len(t.counts))}
	for i, c := range g.cells() {
		n := t.counts[i]
		if out.cells[i] = untold; g.tells(c, t) {
			out.cells[i] = int32(n + noise(n, g.cellKey(c, t.sums[i])))
		}
	}
	return out, nil
}

// Cells are the numbers for keeping, in the order of Read; -1 is one that is kept back.
func (t Told) Cells() []int32 { return t.cells }

// Read brings a kept table back. Numbers that neither Perturb nor, in a grid with a Least, Hide can have made are Internal.
func Read(g Grid, cells []int32) (_ Told, err error) {
	defer fault.Wrap(&err, "tabulate.Read")
	if len(cells) != len(g.cells()) {
		return Told{}, fault.From(fault.Internal, "", fmt.Errorf("%d numbers for %d cells", len(cells), len(g.cells())))
	}
	for _, n := range cells {
		if n < untold || n > 0 && n < int32(max(least, g.Least)) {
			return Told{}, fault.From(fault.Internal, "", fmt.Errorf("the number %d", n))
		}
	}
	return Told{g, cells}, nil
}

// Figure is a number told over several months.
type Figure struct {
	N     int
	Told  int // months it is the sum of
	Short int // months in which it was kept back
}

// Over sums tables of one grid, whatever their scopes. At gives a figure by an index on each axis; the number of an axis's
// values stands for all of them together.
func Over(tables []Told) Sums {
	var out Sums
	for i, t := range tables {
		if i == 0 {
			out = Sums{t.grid, make([]Figure, len(t.cells))}
		}
		for j, n := range t.cells {
			if f := &out.figures[j]; n == untold {
				f.Short++
			} else {
				f.Told++
				f.N += int(n)
			}
		}
	}
	return out
}

// Sums are figures over several months.
type Sums struct {
	grid    Grid
	figures []Figure
}

// At is the figure of a place; without any month, it is zero.
func (s Sums) At(place ...int) Figure {
	if len(s.figures) == 0 {
		return Figure{}
	}
	return s.figures[s.grid.index(place)]
}
