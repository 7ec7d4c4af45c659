package anonymise

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestBoxesOfAdult(t *testing.T) {
	d, hierarchies := adult(t)
	e, err := NewEngine(d, hierarchies, Case{
		QI: d.Columns(), Models: []Model{KAnonymity{K: 5}}, Metric: Metric{Name: Loss, Aggregate: GeometricMean, GS: 0.5}, Limit: Fraction(0, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	b, r, err := e.Boxes(2)
	if err != nil || !r.Found {
		t.Fatal(r.Found, err)
	}
	if r.Utility.Value() > 0.11 || r.Smallest < 5 || r.Suppressed != 0 {
		t.Errorf("loss %s, smallest class %d, %d suppressed", r.Utility, r.Smallest, r.Suppressed)
	}
	table, err := b.Table(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Verify(r); err != nil {
		t.Error(err)
	}
}

func TestBoxesCoverTheSpaceOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.c.Metric = Metric{Name: Loss, Aggregate: Sum, GS: 0.5}
		e, err := NewEngine(w.data(), w.hierarchies, w.c)
		if err != nil {
			t.Fatal(err)
		}
		b, r, err := e.Boxes(rapid.IntRange(1, 3).Draw(t, "threads"))
		if err != nil {
			t.Fatal(err)
		}
		if top := w.at(e.Heights()); !r.Found {
			for _, class := range top.classes {
				if len(top.classes) == 1 && !top.outlier(class) {
					t.Fatal("the whole keeps every model, but no box was found")
				}
			}
			return
		}
		w.everyTuple(func(tuple []string) {
			if n := b.covering(tuple); n != 1 {
				t.Fatalf("%d boxes cover %v", n, tuple)
			}
		})
		b.checkTable(t, w, r)
	})
}

// everyTuple goes through all combinations of values, met or not.
func (w world) everyTuple(visit func([]string)) {
	var extend func(tuple []string)
	extend = func(tuple []string) {
		if len(tuple) == len(w.c.QI) {
			visit(tuple)
			return
		}
		for _, value := range w.hierarchies[w.c.QI[len(tuple)]].Values(0) {
			extend(append(slices.Clone(tuple), value))
		}
	}
	extend(nil)
}

func (b *Boxes) covering(tuple []string) int {
	n := 0
	for _, x := range b.list {
		inside := true
		for j, s := range x.sides {
			h := b.engine.attributes[j].hierarchy
			inside = inside && slices.Contains(s.members, h.levels[s.level].from[h.levels[0].lookup[tuple[j]]])
		}
		if inside {
			n++
		}
	}
	return n
}

func (b *Boxes) checkTable(t *rapid.T, w world, r Result) {
	table, err := b.Table(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Verify(r); err != nil {
		t.Fatal(err)
	}
	n := w.at(b.engine.Heights()) // for the models and the distribution of the whole
	written := map[string][][]string{}
	for row := range table.Rows() {
		key := strings.Join(row[:len(w.c.QI)], "\x00")
		written[key] = append(written[key], slices.Clone(row))
	}
	for _, class := range written {
		if n.outlier(class) {
			t.Fatalf("a class of %d rows breaks a model", len(class))
		}
	}
	if table.Len() != len(w.rows) {
		t.Fatalf("%d rows of %d", table.Len(), len(w.rows))
	}
}

func TestBoxesDoNotDependOnThreadsOrOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.c.Metric = Metric{Name: Loss, Aggregate: GeometricMean, GS: 0.5}
		var written [2][]string
		for i := range written {
			e, err := NewEngine(w.data(), w.hierarchies, w.c)
			if err != nil {
				t.Fatal(err)
			}
			b, r, err := e.Boxes(1 + 2*i)
			if err != nil {
				t.Fatal(err)
			}
			if r.Found {
				table, err := b.Table(r)
				if err != nil {
					t.Fatal(err)
				}
				for row := range table.Rows() {
					written[i] = append(written[i], strings.Join(row, ";"))
				}
			}
			slices.Reverse(w.rows)
		}
		if !slices.Equal(written[0], written[1]) {
			t.Fatal("the same records in another order, with more threads, give another table")
		}
	})
}
