package tabulate

import (
	"fmt"
	"slices"

	"guichet/internal/fault"
)

// Set is what is counted of the same records, told exactly where it is not few: tables of no axis, one or two, which share
// totals and margins and are therefore hidden together (docs/decisions/hidden-cells.md). The pairs of axes may close no
// circle: with a×b, b×c and c×a no margin would part the tables.
type Set struct {
	Scope  string // of what the records are, such as a procedure, a clock and a month
	Axes   []Axis
	Tables [][]int // the axes of each table, by index
	Least  int     // counts from 1 to Least-1 are hidden; 3 at least
}

// Rank orders names in a way that nobody outside can foresee: which cells are hidden beside small ones never depends on how
// large they are, but on this order and on whether they are enough.
type Rank func(name string) uint64

// Grids are the tables of a set, for Read.
func (s Set) Grids() []Grid {
	out := make([]Grid, len(s.Tables))
	for i, axes := range s.Tables {
		out[i] = Grid{Scope: s.Scope, Least: s.Least}
		for _, a := range axes {
			out[i].Axes = append(out[i].Axes, s.Axes[a])
		}
	}
	return out
}

// Hide counts records, each its value on every axis, into the tables of a set, and keeps back what is few and what would give
// it away. Of every count from 1 to Least-1 all tables together leave each number from 1 to Least-1 possible; a count of 0 is
// told unless it hides others.
func Hide(s Set, records [][]int, rank Rank) (_ []Told, err error) {
	defer fault.Wrap(&err, "tabulate.Hide")
	h, err := newHiding(s, records, rank)
	if err != nil {
		return nil, err
	}
	if h.n = len(records); h.n >= s.Least {
		h.hide()
	}
	out := make([]Told, len(s.Tables))
	for i, g := range s.Grids() {
		out[i] = h.told(i, g)
	}
	return out, nil
}

// hiding is a set with its true counts, which live as long as Hide runs.
type hiding struct {
	Set
	rank    Rank
	n       int
	margins [][]int  // by axis
	held    [][]bool // values of an axis that are told nowhere, by axis
	inner   []matrix // by table; without cells where there are not two axes
	shut    [][]bool // cells of the inner that are kept back though their row and column are told, by table
}

// matrix are the counts of a table of two axes, row by row.
type matrix struct {
	columns int
	cells   []int
}

func newHiding(s Set, records [][]int, rank Rank) (*hiding, error) {
	if s.Least < least {
		return nil, fault.From(fault.Internal, "", fmt.Errorf("counts under %d are hidden, which tells them", s.Least))
	}
	h := &hiding{Set: s, rank: rank, inner: make([]matrix, len(s.Tables)), shut: make([][]bool, len(s.Tables))}
	for _, a := range s.Axes {
		h.margins, h.held = append(h.margins, make([]int, len(a.Values))), append(h.held, make([]bool, len(a.Values)))
	}
	for i, axes := range s.Tables {
		if len(axes) == 2 {
			rows, columns := len(s.Axes[axes[0]].Values), len(s.Axes[axes[1]].Values)
			h.inner[i], h.shut[i] = matrix{columns, make([]int, rows*columns)}, make([]bool, rows*columns)
		}
	}
	for _, r := range records {
		if err := h.add(r); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func (h *hiding) add(r []int) error {
	if len(r) != len(h.Axes) {
		return fault.New(fault.Internal, "")
	}
	for d, v := range r {
		if v < 0 || v >= len(h.margins[d]) {
			return fault.New(fault.Internal, "")
		}
		h.margins[d][v]++
	}
	for i, axes := range h.Tables {
		if len(axes) == 2 {
			h.inner[i].cells[r[axes[0]]*h.inner[i].columns+r[axes[1]]]++
		}
	}
	return nil
}

// hide holds values of axes back, then cells, and more values where no cells are enough, until nothing more is wanted. It ends:
// each round holds an axis more, and with all values of one held a table has nothing left to protect.
func (h *hiding) hide() {
	for d := range h.Axes {
		h.close(d)
	}
	for again := true; again; {
		again = false
		for i, axes := range h.Tables {
			if len(axes) == 2 && !h.protect(i) {
				h.widen(axes)
				again = true
			}
		}
	}
}

func (h *hiding) few(n int) bool { return n > 0 && n < h.Least }

// close holds the small values of an axis back, zeros with them, and others until there are two at least and Least records
// among them: what is taken off the total then tells their sum, and leaves each of them open.
func (h *hiding) close(d int) {
	held, counts := h.held[d], h.margins[d]
	if slices.ContainsFunc(counts, h.few) {
		for v, n := range counts {
			held[v] = held[v] || n < h.Least
		}
	}
	for {
		values, sum := 0, 0
		for v, n := range counts {
			if held[v] {
				values, sum = values+1, sum+n
			}
		}
		if values == 0 || values > 1 && sum >= h.Least || !h.hold(d) {
			return
		}
	}
}

// hold holds one more value of an axis back, the next in the order; it answers false when all are.
func (h *hiding) hold(d int) bool {
	next := -1
	for v, held := range h.held[d] {
		if !held && (next < 0 || h.rankOf(d, v) < h.rankOf(d, next)) {
			next = v
		}
	}
	if next >= 0 {
		h.held[d][next] = true
	}
	return next >= 0
}

// widen holds all values of one of two axes back. To hold as few as would do would tell how little was missing.
func (h *hiding) widen(axes []int) {
	first := axes[0]
	if h.name(h.Axes[axes[1]].ID) < h.name(h.Axes[first].ID) {
		first = axes[1]
	}
	for v := range h.held[first] {
		h.held[first][v] = true
	}
}

func (h *hiding) name(parts ...any) uint64 { return h.rank(fmt.Sprintf("%q%q", h.Scope, parts)) }

func (h *hiding) rankOf(d, v int) uint64 { return h.name(h.Axes[d].ID, h.Axes[d].Values[v]) }

// told writes a table with what is kept back left out.
func (h *hiding) told(i int, g Grid) Told {
	out := Told{g, nil}
	for _, c := range g.cells() {
		n := h.count(i, c)
		if h.hides(i, c) {
			n = untold
		}
		out.cells = append(out.cells, int32(n))
	}
	return out
}

// hides reports a place whose row or column is held, or which is shut itself; all are where there are few records in all.
func (h *hiding) hides(i int, c cell) bool {
	if h.few(h.n) {
		return true
	}
	named := 0
	for x, v := range c {
		if d := h.Tables[i][x]; v < len(h.held[d]) {
			if named++; h.held[d][v] {
				return true
			}
		}
	}
	return named == 2 && h.shut[i][c[0]*h.inner[i].columns+c[1]]
}

func (h *hiding) count(i int, c cell) int {
	axes := h.Tables[i]
	var at []int // the axes on which the place is one value
	for x, v := range c {
		if v < len(h.margins[axes[x]]) {
			at = append(at, x)
		}
	}
	switch len(at) {
	case 2:
		return h.inner[i].cells[c[0]*h.inner[i].columns+c[1]]
	case 1:
		return h.margins[axes[at[0]]][c[at[0]]]
	}
	return h.n
}
