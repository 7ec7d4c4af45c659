package tabulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// The attacker here knows every figure that is told and how the tables hang together, and looks for worlds: whole tables that
// agree with one another and with all that is told. It shares nothing with what hides but the order of the cells. Tables whose
// axes close no circle and that agree on what they share are always tables of some records, so it need not make these up; the
// test of all small worlds below does.

// world is a set of tables as they are told, beside the truth.
type world struct {
	Set
	truth   []Told
	told    []Told
	margins [][]figure // by axis and value; the last is of all records
}

type figure struct {
	n    int
	told bool
}

// worldOf reads what is told. Nothing is held back of the truth, which has no table of its own in the program.
func worldOf(s Set, records [][]int, told []Told) *world {
	w := &world{Set: s, told: told}
	for i, g := range s.Grids() {
		truth := Told{g, make([]int32, len(g.cells()))}
		for j, c := range g.cells() {
			for _, r := range records {
				if !slices.ContainsFunc(s.Tables[i], func(d int) bool {
					v := c[slices.Index(s.Tables[i], d)]
					return v < len(s.Axes[d].Values) && v != r[d]
				}) {
					truth.cells[j]++
				}
			}
			if told[i].cells[j] != untold && told[i].cells[j] != truth.cells[j] {
				panic("a figure is told wrong")
			}
		}
		w.truth = append(w.truth, truth)
	}
	for d, a := range s.Axes {
		all := make([]figure, len(a.Values)+1)
		for v := range all {
			for _, r := range records {
				if v == len(a.Values) || r[d] == v {
					all[v].n++
				}
			}
			for i, axes := range s.Tables {
				place := make(cell, len(axes))
				for x, e := range axes {
					if place[x] = len(s.Axes[e].Values); e == d {
						place[x] = v
					}
				}
				if slices.Contains(axes, d) || v == len(a.Values) {
					all[v].told = all[v].told || told[i].cells[told[i].grid.index(place)] != untold
				}
			}
		}
		w.margins = append(w.margins, all)
	}
	return w
}

// possible looks for a world in which a figure of a table is n: it draws margins that fit what is told, and asks whether each
// table can be filled.
func (w *world) possible(draw *rand.Rand, table int, at cell, n int) bool {
	for range 400 {
		margins, ok := w.drawn(draw, table, at, n)
		if !ok {
			continue
		}
		filled := true
		for i, axes := range w.Tables {
			if len(axes) == 2 {
				c := cell{-1, -1}
				if i == table {
					c = at
				}
				filled = filled && w.fills(i, margins[axes[0]], margins[axes[1]], c, n)
			}
		}
		if filled {
			return true
		}
	}
	return false
}

// drawn draws the margins: what is told as it is, the rest of each axis at random, now and then as it truly is.
func (w *world) drawn(draw *rand.Rand, table int, at cell, n int) ([][]int, bool) {
	out := make([][]int, len(w.Axes))
	for d, all := range w.margins {
		values := len(all) - 1
		left, free, fixed := all[values].n, []int{}, -1
		if x := slices.Index(w.Tables[table], d); x >= 0 && at[x] < values && w.inMargin(table, at) {
			fixed = at[x]
		}
		out[d] = make([]int, values)
		truly := draw.IntN(3) == 0
		for v := range values {
			switch {
			case v == fixed:
				out[d][v] = n
			case all[v].told || truly && fixed < 0:
				out[d][v] = all[v].n
			default:
				free = append(free, v)
				continue
			}
			left -= out[d][v]
		}
		if left < 0 || left > 0 && len(free) == 0 {
			return nil, false
		}
		if x := slices.Index(w.Tables[table], d); x >= 0 && fixed < 0 && slices.Contains(free, at[x]) && left >= n && draw.IntN(4) > 0 {
			out[d][at[x]], left = n, left-n // the place lies in it
		}
		draw.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
		for i, v := range free {
			n := left
			if most := min(left, (2*w.Least)<<draw.IntN(4)); i < len(free)-1 {
				n = draw.IntN(most + 1)
			}
			out[d][v], left = out[d][v]+n, left-n
		}
	}
	return out, true
}

// inMargin reports a place that is one value of one axis.
func (w *world) inMargin(table int, at cell) bool {
	named := 0
	for x, v := range at {
		if v < len(w.Axes[w.Tables[table][x]].Values) {
			named++
		}
	}
	return named == 1
}

// fills reports that a table of two axes has numbers with these sums, those that are told among them, and n at a place: the
// rest of each row flows to the columns.
func (w *world) fills(table int, rows, columns []int, at cell, n int) bool {
	rows, columns = slices.Clone(rows), slices.Clone(columns)
	open := make([][]bool, len(rows))
	for r := range rows {
		open[r] = make([]bool, len(columns))
		for c := range columns {
			told := w.told[table].cells[w.told[table].grid.index(cell{r, c})]
			switch {
			case slices.Equal(at, cell{r, c}):
				rows[r], columns[c] = rows[r]-n, columns[c]-n
			case told != untold:
				rows[r], columns[c] = rows[r]-int(told), columns[c]-int(told)
			default:
				open[r][c] = true
			}
		}
	}
	if slices.Min(rows) < 0 || slices.Min(columns) < 0 {
		return false
	}
	sent := make([][]int, len(rows))
	for r := range sent {
		sent[r] = make([]int, len(columns))
	}
	var push func(r int, seen []bool) bool // one more from a row, sending others elsewhere where that makes room
	push = func(r int, seen []bool) bool {
		for c := range columns {
			if !open[r][c] || seen[c] {
				continue
			}
			seen[c] = true
			if columns[c] > 0 {
				columns[c]--
				sent[r][c]++
				return true
			}
			for other := range rows {
				if sent[other][c] > 0 && push(other, seen) {
					sent[other][c]--
					sent[r][c]++
					return true
				}
			}
		}
		return false
	}
	for r := range rows {
		for range rows[r] {
			if !push(r, make([]bool, len(columns))) {
				return false
			}
		}
	}
	return slices.Max(columns) == 0
}

// pinned are the small figures of which the attacker rules a small number out, with that number. Of a month of which not even
// the number of records is told, nothing is.
func (w *world) pinned(draw *rand.Rand) (out []string) {
	for i, t := range w.truth {
		if !slices.ContainsFunc(w.told[i].cells, func(n int32) bool { return n != untold }) {
			continue
		}
		for j, c := range t.grid.cells() {
			n := int(t.cells[j])
			if n == 0 || n >= w.Least {
				continue
			}
			if w.told[i].cells[j] != untold {
				out = append(out, fmt.Sprintf("table %d, %v: %d is told", i, c, n))
				continue
			}
			for v := 1; v < w.Least; v++ {
				if !w.possible(draw, i, c, v) {
					out = append(out, fmt.Sprintf("table %d, %v: %d cannot be %d", i, c, n, v))
				}
			}
		}
	}
	return out
}

// shapes are the ways in which tables may hang together: each the sizes of the axes, and the axes of each table.
var shapes = []struct {
	sizes  []int
	tables [][]int
}{
	{[]int{4}, [][]int{{0}}},
	{[]int{2}, [][]int{{}, {0}}},
	{[]int{3, 3}, [][]int{{0, 1}}},
	{[]int{2, 4}, [][]int{{0, 1}, {1}}},
	{[]int{4, 5}, [][]int{{1, 0}}},
	{[]int{3, 2}, [][]int{{0}, {1}}},
	{[]int{2, 3, 2}, [][]int{{0, 1}, {1, 2}}},
	{[]int{3, 3, 3}, [][]int{{0, 1}, {0, 2}}},
	{[]int{3, 2, 3}, [][]int{{0, 1}, {2}, {}}},
	{[]int{2, 2, 2, 3}, [][]int{{0, 1}, {1, 2}, {1, 3}}},
}

func setOf(shape int, least int) Set {
	s := Set{Scope: "march", Tables: shapes[shape].tables, Least: least}
	for d, n := range shapes[shape].sizes {
		a := Axis{ID: fmt.Sprint("axis ", d)}
		for v := range n {
			a.Values = append(a.Values, fmt.Sprint(v))
		}
		s.Axes = append(s.Axes, a)
	}
	return s
}

// skewed draws records whose values are rare or common, and hang together or not.
func skewed(draw *rand.Rand, s Set, n int) [][]int {
	out := make([][]int, n)
	tilt, bound := 1+draw.IntN(4), draw.IntN(2) == 0
	for i := range out {
		first := draw.IntN(12)
		for _, a := range s.Axes {
			v := draw.IntN(len(a.Values))
			for range tilt - 1 {
				v = min(v, draw.IntN(len(a.Values)))
			}
			if bound && draw.IntN(3) > 0 {
				v = first % len(a.Values)
			}
			out[i] = append(out[i], v)
		}
	}
	return out
}

func ranks(draw *rand.Rand) Rank {
	known := map[string]uint64{}
	return func(name string) uint64 {
		if _, ok := known[name]; !ok {
			known[name] = draw.Uint64()
		}
		return known[name]
	}
}

// Thousands of sets of tables that share totals and margins: whatever small figure is hidden, the attacker finds a world with
// each number from 1 to Least-1 in its place.
func TestHiddenCellsStayOpen(t *testing.T) {
	trials := 6000
	if testing.Short() {
		trials = 300
	}
	draw := rand.New(rand.NewPCG(20, 26))
	small, told, cells, found := 0, 0, 0, 0
	for n := range trials {
		s := setOf(n%len(shapes), 3+draw.IntN(4))
		records := skewed(draw, s, draw.IntN(150))
		tables, err := Hide(s, records, ranks(draw))
		if err != nil {
			t.Fatal(err)
		}
		w := worldOf(s, records, tables)
		if got := w.pinned(draw); len(got) > 0 {
			found++
			t.Errorf("trial %d, least %d, %v:\ntrue %v\ntold %v\n%v", n, s.Least, s.Tables, w.truth, tables, got)
		}
		for i := range tables {
			for j, c := range w.truth[i].cells {
				if cells++; c > 0 && int(c) < s.Least {
					small++
				} else if tables[i].cells[j] != untold {
					told++
				}
			}
		}
	}
	t.Logf("figure hidden_cells_found %d of_%d_plays target 0 %s", found, trials, map[bool]string{true: "ok", false: "short"}[found == 0])
	if small < trials || told*2 < cells {
		t.Errorf("of %d figures %d are small and %d told: these tables prove little", cells, small, told)
	}
}

// A set that is not hidden with care is found out: small figures alone left out, as a page would do that forgets the totals.
func TestTheAttackerFindsWhatIsCareless(t *testing.T) {
	draw := rand.New(rand.NewPCG(7, 7))
	found, trials := 0, 100
	for n := range trials {
		s := setOf(n%len(shapes), 5)
		records := skewed(draw, s, 60)
		w := worldOf(s, records, careless(worldOf(s, records, hidden(t, s, records, draw))))
		if len(w.pinned(draw)) > 0 {
			found++
		}
	}
	if found < trials/3 {
		t.Errorf("of %d careless sets %d are found out", trials, found)
	}
}

func hidden(t *testing.T, s Set, records [][]int, draw *rand.Rand) []Told {
	t.Helper()
	tables, err := Hide(s, records, ranks(draw))
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// careless leaves out what is small and nothing else.
func careless(w *world) []Told {
	out := make([]Told, len(w.truth))
	for i, t := range w.truth {
		out[i] = Told{t.grid, slices.Clone(t.cells)}
		for j, n := range t.cells {
			if n > 0 && int(n) < w.Least {
				out[i].cells[j] = untold
			}
		}
	}
	return out
}
