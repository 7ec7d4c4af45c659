package design_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"guichet/internal/design"
)

// several is a stream of four nested columns, in which everybody lives alone.
func several(t *testing.T) *design.Stream {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	var columns []design.Column
	for j := range 4 {
		c, _ := nested()
		c.Secret = j == 3
		for range 900 {
			c.Raw = append(c.Raw, int32(min(r.IntN(8), r.IntN(8))))
		}
		columns = append(columns, c)
	}
	records := make([]design.Record, 900)
	for i := range records {
		records[i] = design.Record{Person: int32(i), Filer: int32(i), Closed: int64(i), From: i / 100, Until: i/100 + 3}
	}
	s, err := design.NewStream(design.Bounds{K: 5, M: 25, Diverse: 3, Thousandths: 800}, 9, columns, records)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// No vector beats a point of the frontier, and each is beaten or equalled by one.
func TestFrontierIsWhatNothingBeats(t *testing.T) {
	s := several(t)
	points, err := s.Frontier(t.Context(), design.Search{Most: 1000})
	if err != nil {
		t.Fatal(err)
	}
	equals := func(a, b design.Figures) bool {
		return a.Loss <= b.Loss && a.Released >= b.Released && a.Median <= b.Median
	}
	for i := range 256 {
		v := []int{i & 3, i >> 2 & 3, i >> 4 & 3, i >> 6 & 3}
		if !s.Admits(v) {
			continue
		}
		f, _, err := s.Try(v)
		if err != nil {
			t.Fatal(err)
		}
		if f.Released > 0 && !slices.ContainsFunc(points, func(p design.Figures) bool { return equals(p, f) }) {
			t.Errorf("%v is not beaten, and not there", v)
		}
		for _, p := range points {
			if equals(f, p) && !equals(p, f) {
				t.Errorf("%v beats %v", v, p.Vector)
			}
		}
	}
	for i, p := range points {
		if slices.ContainsFunc(points[:i], func(q design.Figures) bool { return equals(q, p) }) {
			t.Errorf("%v adds nothing", p.Vector)
		}
	}
}

// Where there are too many vectors to try them all, the neighbours of the best lead to most of the same frontier.
func TestNeighboursLeadToTheFrontier(t *testing.T) {
	s := several(t)
	all, err := s.Frontier(t.Context(), design.Search{Most: 1000})
	if err != nil || len(all) < 6 {
		t.Fatal(err, len(all))
	}
	walk := design.Search{Most: 200, Starts: [][]int{{3, 3, 3, 0}, {2, 2, 2, 0}, {9, 9, 9, 9}}}
	some, err := s.Frontier(t.Context(), walk)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := s.Frontier(t.Context(), walk)
	same := func(a, b design.Figures) bool { return slices.Equal(a.Vector, b.Vector) }
	if !slices.EqualFunc(some, again, same) {
		t.Error("another run finds other vectors")
	}
	found := 0
	for _, f := range some {
		if slices.ContainsFunc(all, func(g design.Figures) bool { return same(f, g) }) {
			found++
		}
	}
	if found*2 < len(all) {
		t.Errorf("%d of %d found among %d", found, len(all), len(some))
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Frontier(ctx, walk); err == nil {
		t.Error("a search that was cancelled went on")
	}
}

// Broader levels of the same columns cost more; a frontier that is thinned keeps its ends.
func TestFrontierIsInOrder(t *testing.T) {
	s := several(t)
	for j := range 4 {
		v := []int{0, 0, 0, 0}
		for v[j] = 1; v[j] <= 3; v[j]++ {
			finer := slices.Clone(v)
			finer[j]--
			if s.Loss(v) <= s.Loss(finer) {
				t.Errorf("%v costs no more than %v", v, finer)
			}
		}
	}
	all, err := s.Frontier(t.Context(), design.Search{Most: 1000})
	if err != nil {
		t.Fatal(err)
	}
	few := design.Thin(all, 5)
	if len(few) != 5 || !slices.Equal(few[0].Vector, all[0].Vector) || !slices.Equal(few[4].Vector, all[len(all)-1].Vector) {
		t.Errorf("%d of %d are left", len(few), len(all))
	}
	for i := 1; i < len(all); i++ {
		if all[i].Loss < all[i-1].Loss {
			t.Error("the frontier is not in the order of its loss")
		}
	}
}

// Who is judged links no others any more: here B lives with A and with C, who have nothing else in common.
func TestHouseholdsAreThoseThatStillWait(t *testing.T) {
	column := design.Column{Levels: []design.Level{{Size: 2, Of: []int32{0, 1}}}}
	var records []design.Record
	add := func(raw int32, from int, keys ...int32) {
		i := int32(len(records))
		column.Raw = append(column.Raw, raw)
		records = append(records, design.Record{Person: i, Filer: i, Keys: keys, Closed: int64(i), From: from, Until: from + 3})
	}
	add(0, 0, 1, 2) // B, judged in the first month with four others
	for range 4 {
		add(0, 0)
	}
	add(1, 0, 1) // A and C wait with three others, and count as five once B is gone
	add(1, 0, 2)
	for range 3 {
		add(1, 1)
	}
	s, err := design.NewStream(design.Bounds{K: 5, M: 5, Diverse: 3, Thousandths: 800}, 2, []design.Column{column}, records)
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := s.Try([]int{0})
	if err != nil || f.Released != 10 || f.Months[0].Released != 5 || f.Months[1].Released != 5 {
		t.Errorf("%+v %v", f, err)
	}
}
