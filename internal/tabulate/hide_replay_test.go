package tabulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// every calls f with each way to spread n records over the tuples of values.
func every(s Set, n int, f func(records [][]int)) {
	tuples := slices.DeleteFunc((Grid{Axes: s.Axes}).cells(), func(c cell) bool {
		for d, v := range c {
			if v == len(s.Axes[d].Values) {
				return true
			}
		}
		return false
	})
	var spread func(at, left int, records [][]int)
	spread = func(at, left int, records [][]int) {
		for k := range left + 1 {
			more := slices.Clip(records)
			for range k {
				more = append(more, tuples[at])
			}
			switch {
			case at < len(tuples)-1:
				spread(at+1, left-k, more)
			case k == left:
				f(more)
			}
		}
	}
	spread(0, n, nil)
}

// An attacker who knows how cells are chosen, and not in which order, goes through all small worlds and keeps those that would
// be told as what they see. In a table of one axis every number from 1 to Least-1 is still possible then. In one of two axes a
// number may be ruled out, but none of the figures is known.
func TestWhoReplaysTheMethodIsSureOfNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through all small worlds")
	}
	for _, x := range []struct {
		sizes  []int
		least  int
		most   int
		lacked float64 // share of the figures of which a number is ruled out, at most
	}{
		{[]int{3}, 4, 14, 0},
		{[]int{2, 2}, 3, 10, 0.25},
		{[]int{2, 3}, 3, 7, 0.2},
	} {
		s := Set{Scope: "march", Least: x.least, Tables: [][]int{nil}}
		for d, n := range x.sizes {
			s.Axes, s.Tables[0] = append(s.Axes, Axis{ID: fmt.Sprint(d), Values: []string{"a", "b", "c"}[:n]}), append(s.Tables[0], d)
		}
		figures, lacks := 0, 0
		for n := s.Least; n <= x.most; n++ {
			for seen, could := range s.replayed(t, n) {
				for place, numbers := range could {
					if !slices.ContainsFunc(numbers, s.isFew) {
						continue
					}
					figures++
					if len(numbers) == 1 {
						t.Errorf("%v: who sees %s knows that figure %d is %d", x.sizes, seen, place, numbers[0])
					}
					for v := 1; v < s.Least; v++ {
						if !slices.Contains(numbers, v) {
							lacks++
							break
						}
					}
				}
			}
		}
		if float64(lacks) > x.lacked*float64(figures) {
			t.Errorf("%v: of %d figures %d lack a number", x.sizes, figures, lacks)
		}
	}
}

func (s Set) isFew(n int) bool { return n > 0 && n < s.Least }

// replayed are, for everything that can be seen of n records, the numbers that each hidden figure can be.
func (s Set) replayed(t *testing.T, n int) map[string]map[int][]int {
	t.Helper()
	out := map[string]map[int][]int{}
	for order := range uint64(24) {
		rank := ranks(rand.New(rand.NewPCG(order, 1)))
		every(s, n, func(records [][]int) {
			told, err := Hide(s, records, rank)
			if err != nil {
				t.Fatal(err)
			}
			seen := fmt.Sprint(told[0].cells)
			if out[seen] == nil {
				out[seen] = map[int][]int{}
			}
			truth := worldOf(s, records, told).truth[0]
			for place, shown := range told[0].cells {
				if v := int(truth.cells[place]); shown == untold && !slices.Contains(out[seen][place], v) {
					out[seen][place] = append(out[seen][place], v)
				}
			}
		})
	}
	return out
}
