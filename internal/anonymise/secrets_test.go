package anonymise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSeveralSensitiveColumnsAtOnce counts every class again, from strings, for k, households and two secrets.
func TestSeveralSensitiveColumnsAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.names = append(w.names, "second", "household")
		for i := range w.rows {
			w.rows[i] = append(w.rows[i], rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "second"), fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "household")))
		}
		w.c.Models = []Model{
			KAnonymity{K: 2},
			KAnonymity{2, "household"},
			DistinctDiversity{"s", 2},
			DistinctDiversity{"second", 2},
			MaximumShare{"second", Fraction(4, 5)},
		}
		w.c.Sensitive = []string{"s", "second"}
		e, r := solve(t, w, 2)
		best := w.bestOf(e, func(class [][]string) bool {
			at := len(w.c.QI)
			second := valuesOf(class, at+1)
			return len(class) >= 2 && len(valuesOf(class, at)) >= 2 && len(second) >= 2 && len(valuesOf(class, at+2)) >= 2 &&
				5*slices.MaxFunc(second, func(a, b int) int { return a - b }) <= 4*len(class)
		})
		if r.Found != (best != nil) || r.Found && r.Utility.compare(*best) != 0 {
			t.Fatalf("found %v %s, naively %v", r.Found, r.Utility, best)
		}
		if r.Found {
			table, err := e.Table(r.Vector)
			if err != nil {
				t.Fatal(err)
			}
			if names := fmt.Sprint(table.Columns()); strings.Contains(names, "household") {
				t.Fatal("the households are written")
			}
		}
	})
}

// valuesOf counts the rows by their value in a column.
func valuesOf(class [][]string, column int) []int {
	count := map[string]int{}
	for _, row := range class {
		count[row[column]]++
	}
	var list []int
	for _, n := range count {
		list = append(list, n)
	}
	return list
}

// bestOf is the least utility over all vectors whose failing classes are within the limit; nil if there is none.
func (w world) bestOf(e *Engine, passes func(class [][]string) bool) *Utility {
	var best *Utility
	w.every(func(v Vector) {
		suppressed := 0
		for _, class := range w.at(v).classes {
			if !passes(class) {
				suppressed += len(class)
			}
		}
		if suppressed > e.limit {
			return
		}
		r, err := e.At(v)
		if err != nil || r.Suppressed != suppressed {
			panic(fmt.Sprintf("at %s: %d suppressed, naively %d, %v", v, r.Suppressed, suppressed, err))
		}
		if best == nil || r.Utility.compare(*best) < 0 {
			best = &r.Utility
		}
	})
	return best
}

// TestWideKeysGiveTheSameAnswer holds keys of several words to those of one: the same rows, beside a column that is
// so wide that it needs a word of its own.
func TestWideKeysGiveTheSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		_, narrow := solve(t, w, 1)
		e, err := NewEngine(w.data(), w.hierarchies, w.c)
		if err != nil {
			t.Fatal(err)
		}
		e.packing = spread(e.packing)
		for j, a := range e.attributes {
			e.packing.deltas[j] = e.packing.fields[j].deltas(a)
		}
		e.collapse(2)
		wide, err := e.Optimum(context.Background(), 2)
		if err != nil {
			t.Fatal(err)
		}
		if narrow.Found != wide.Found || narrow.Found && (narrow.Utility.compare(wide.Utility) != 0 || !slices.Equal(narrow.Vector, wide.Vector)) {
			t.Fatalf("%s %s, but in several words %s %s", narrow.Vector, narrow.Utility, wide.Vector, wide.Utility)
		}
	})
}

// spread gives each column a word of its own.
func spread(p *packing) *packing {
	out := &packing{words: len(p.fields), open: make([]uint64, len(p.fields)), deltas: make([][][]uint64, len(p.deltas))}
	for j, f := range p.fields {
		out.fields = append(out.fields, field{word: j, shift: 3, mask: f.mask})
		if j < len(p.deltas) {
			out.open[j] = f.mask << 3
		}
	}
	return out
}
