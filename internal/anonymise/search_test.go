package anonymise

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func solve(t *rapid.T, w world, threads int) (*Engine, Result) {
	e, err := NewEngine(w.data(), w.hierarchies, w.c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Optimum(context.Background(), threads)
	if err != nil {
		t.Fatal(err)
	}
	return e, r
}

func numbers(u Utility) []float64 {
	if u.ranks != nil {
		return u.ranks
	}
	return []float64{u.value}
}

// near allows for the rounding of Loss to ten decimals.
func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return x == y || math.Abs(x-y) <= 1e-9*max(1, math.Abs(x))*10
	})
}

func TestSearchAgreesWithExhaustiveNaiveEngine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		e, got := solve(t, w, 2)
		limit := w.c.Limit.floorOf(len(w.rows))
		var best []float64
		w.every(func(v Vector) {
			n := w.at(v)
			suppressed := 0
			for _, class := range n.classes {
				if n.outlier(class) {
					suppressed += len(class)
				}
			}
			utility := n.utility(v)
			r, err := e.At(v)
			if err != nil {
				t.Fatal(err)
			}
			if r.Suppressed != suppressed || !near(numbers(r.Utility), utility) {
				t.Fatalf("at %s: %d suppressed, utility %s; naively %d and %v", v, r.Suppressed, r.Utility, suppressed, utility)
			}
			if suppressed <= limit && (best == nil || slices.Compare(utility, best) < 0) {
				best = utility
			}
		})
		if got.Found != (best != nil) || got.Found && !near(numbers(got.Utility), best) {
			t.Fatalf("found %v %s %s, naively %v", got.Found, got.Vector, got.Utility, best)
		}
	})
}

func TestOrderAndThreadsAreIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		_, one := solve(t, w, 1)
		w.rows = slices.Clone(w.rows)
		shuffle := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
		shuffle.Shuffle(len(w.rows), func(i, j int) { w.rows[i], w.rows[j] = w.rows[j], w.rows[i] })
		_, many := solve(t, w, rapid.IntRange(2, 7).Draw(t, "threads"))
		if one.Utility.compare(many.Utility) != 0 || !slices.Equal(one.Vector, many.Vector) || one.Checked != many.Checked ||
			one.Suppressed != many.Suppressed || one.Smallest != many.Smallest {
			t.Fatalf("%+v\nbut, in another order and with more threads,\n%+v", one, many)
		}
	})
}

func TestEveryWrittenClassKeepsItsPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		e, r := solve(t, w, 2)
		if !r.Found {
			return
		}
		table, err := e.Table(r.Vector)
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Verify(r); err != nil {
			t.Fatal(err)
		}
		written := map[string][][]string{}
		var last []string
		for row := range table.Rows() {
			if slices.Compare(last, row) > 0 {
				t.Fatal("the rows are not sorted by their values")
			}
			last = slices.Clone(row)
			key := cellKey(row[:len(w.c.QI)], e.ordinals())
			written[key] = append(written[key], last)
		}
		n := w.at(r.Vector)
		for _, class := range written {
			if n.outlier(class) {
				t.Fatalf("a class of %d rows that breaks a model is written", len(class))
			}
		}
		if table.Len() != r.Records-r.Suppressed {
			t.Fatalf("%d rows written of %d, %d suppressed", table.Len(), r.Records, r.Suppressed)
		}
	})
}

func (e *Engine) ordinals() []int {
	list := make([]int, len(e.attributes))
	for i := range list {
		list[i] = i
	}
	return list
}

func TestStoppedSearchTellsItsGap(t *testing.T) {
	d, hierarchies := adult(t)
	e, err := NewEngine(d, hierarchies, Case{
		QI: d.Columns(), Models: []Model{KAnonymity{K: 5}}, Limit: Fraction(1, 1),
		Metric: Metric{Name: Loss, Aggregate: GeometricMean, GS: 0.5},
	})
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := e.Optimum(ended, 2)
	if err != nil {
		t.Fatal(err)
	}
	if r.Proven || !r.Found || !(r.Gap > 0) {
		t.Fatalf("a search stopped at once: found %v, proven %v, gap %v", r.Found, r.Proven, r.Gap)
	}
	s := e.newSearch(1)
	s.explore(s.next())
	r = s.stopped(s.next()[0])
	if !r.Found || r.Proven || !(r.Gap > 0) || r.Gap > r.Utility.Value() {
		t.Fatalf("after one round: found %v, proven %v, gap %v of %v", r.Found, r.Proven, r.Gap, r.Utility)
	}
}
