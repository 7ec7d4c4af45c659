package attack

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// rowOrder asks whether the place of a row tells who it is (P6). Rows sorted by their own cells tell nothing: a file may hold
// as many sorted runs as cohorts fit into it. Otherwise the rows are laid along the register, and along the order of closing.
func (w *world) rowOrder(r *Report) {
	for _, s := range w.releases {
		if s.sortedRuns() <= w.mostCohorts(s) {
			continue
		}
		register := w.inTime(s)
		closing := slices.Clone(register)
		slices.SortStableFunc(closing, func(a, b int32) int { return w.all[w.applied[a].line].closed.Compare(w.all[w.applied[b].line].closed) })
		for _, o := range []struct {
			name  string
			order []int32
		}{{"the order of the register", register}, {"the order of closing", closing}} {
			if w.aligned(s, o.order, o.name, r) || w.correlated(s, o.order, o.name, r) {
				break
			}
		}
	}
}

// sortedRuns counts the stretches of rows that are sorted by their cells as bytes.
func (s *seen) sortedRuns() int {
	runs := 1
	for i := 1; i < len(s.Rows); i++ {
		if slices.Compare(s.Rows[i-1], s.Rows[i]) > 0 {
			runs++
		}
	}
	return runs
}

// mostCohorts is how many cohorts a release can hold: one a month, each of a group of three values of k rows at least.
func (w *world) mostCohorts(s *seen) int {
	months := make(map[int]bool)
	for _, d := range w.applied {
		if d.month <= s.month {
			months[d.month] = true
		}
	}
	return max(1, min(len(months), len(s.Rows)/(s.schema.K*s.schema.Diverse)))
}

// inTime lists the dossiers that were closed in time for a release.
func (w *world) inTime(s *seen) []int32 {
	var out []int32
	for i, d := range w.applied {
		if d.month <= s.month {
			out = append(out, int32(i))
		}
	}
	return out
}

// aligned lays the rows along an order of dossiers, as early and as late as their words allow. Where that works for all rows,
// each can only be one of the dossiers between its earliest and its latest place.
func (w *world) aligned(s *seen, order []int32, name string, r *Report) bool {
	first, ok := w.lay(s, order, false)
	if !ok {
		return false
	}
	last, _ := w.lay(s, order, true)
	found := false
	for row := range s.Rows {
		var fit []int32
		for p := first[row]; p <= last[row] && len(fit) < s.schema.K; p++ {
			if w.stands(s, row, order[p]) {
				fit = append(fit, order[p])
			}
		}
		if len(fit) < s.schema.K {
			found = true
			r.people(s, fit, len(fit), fmt.Sprintf("row %d, by %s, can be %d dossiers only", row+1, name, len(fit)))
		}
	}
	return found
}

// lay finds the earliest place of every row, or from behind the latest.
func (w *world) lay(s *seen, order []int32, behind bool) ([]int, bool) {
	places := make([]int, len(s.Rows))
	at := 0
	for i := range s.Rows {
		row := i
		if behind {
			row = len(s.Rows) - 1 - i
		}
		for ; at < len(order); at++ {
			place := at
			if behind {
				place = len(order) - 1 - at
			}
			if w.stands(s, row, order[place]) {
				places[row] = place
				break
			}
		}
		if at == len(order) {
			return nil, false
		}
		at++
	}
	return places, true
}

// stands reports that a row can be that dossier; a row that says nothing can be any.
func (w *world) stands(s *seen, row int, d int32) bool {
	c := s.class[s.of[row]]
	return c < 0 || slices.Contains(s.inside[w.applied[d].profile], c)
}

// telling is how many standard deviations a rank correlation must be off nothing.
const telling = 5

// correlated compares the place of each row with the mean place of those who match it.
func (w *world) correlated(s *seen, order []int32, name string, r *Report) bool {
	sum, n := make([]float64, len(s.classes)), make([]float64, len(s.classes))
	for place, d := range order {
		for _, c := range s.inside[w.applied[d].profile] {
			sum[c] += float64(place)
			n[c]++
		}
	}
	var x, y []float64
	for row, t := range s.of {
		if c := s.class[t]; c >= 0 && n[c] > 0 {
			x, y = append(x, float64(row)), append(y, sum[c]/n[c])
		}
	}
	rho := spearman(x, y)
	if len(x) < 2 || math.Abs(rho)*math.Sqrt(float64(len(x)-1)) < telling {
		return false
	}
	r.rows(s, 0, len(s.Rows), 0, fmt.Sprintf("the rows follow %s: rank correlation %.2f over %d rows", name, rho, len(x)))
	return true
}

// spearman is the rank correlation, equal values sharing their mean rank.
func spearman(x, y []float64) float64 {
	a, b := ranks(x), ranks(y)
	mean := float64(len(x)-1) / 2
	var ab, aa, bb float64
	for i := range a {
		da, db := a[i]-mean, b[i]-mean
		ab, aa, bb = ab+da*db, aa+da*da, bb+db*db
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

func ranks(x []float64) []float64 {
	order := all(len(x))
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	out := make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			out[i] = float64(from+to-1) / 2
		}
		from = to
	}
	return out
}
