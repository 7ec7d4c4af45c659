package attack

import (
	"fmt"
	"slices"
)

// differences subtracts every release from every later one of its lineage: what was added, and what was taken away, counts 0
// or at least k, and what was added is diverse (P7). Sorted stretches of one file are cohorts, and differences too.
func (w *world) differences(r *Report) {
	for _, l := range w.lineages() {
		for b, s := range l.releases {
			for a := range b {
				w.difference(l, a, b, r)
			}
			w.runs(s, r)
		}
	}
}

func (w *world) difference(l *lineage, a, b int, r *Report) {
	from, to := l.releases[a], l.releases[b]
	added := make([]int, len(l.tuples))
	for t := range l.tuples {
		added[t] = l.counts[b][t] - l.counts[a][t]
		n, what := added[t], "new rows since"
		if n < 0 {
			n, what = -n, "rows fewer than in"
		}
		if n > 0 && n < to.schema.K {
			p := l.tuples[t]
			how := fmt.Sprintf("%d %s %s, under k = %d (%s)", n, what, from.Name, to.schema.K, p.in.say(p.tuple, all(len(to.Columns))))
			w.blame(l, a, b, t, n, how, r)
		}
		added[t] = max(added[t], 0)
	}
	for i, secret := range to.secret {
		for g, t := range l.tallies(l.rest[i], l.rests[i], secret, added) {
			if why := to.tells(secret, t); why != "" {
				w.blame(l, a, b, firstAdded(l.rest[i], g, added), t.all, fmt.Sprintf("of the new rows since %s, %s", from.Name, why), r)
			}
		}
	}
}

func firstAdded(of []int, group int, added []int) int {
	for t, g := range of {
		if g == group && added[t] > 0 {
			return t
		}
	}
	return 0
}

// tallies counts a secret's values in the added rows of each group.
func (l *lineage) tallies(of []int, groups, secret int, added []int) []tally {
	out := make([]tally, groups)
	for i, p := range l.tuples {
		if added[i] == 0 {
			continue
		}
		t := &out[of[i]]
		word := p.in.words[secret][p.in.codes[secret][p.tuple]]
		at := slices.Index(t.words, word)
		if at < 0 {
			at = len(t.words)
			t.words, t.counts = append(t.words, word), append(t.counts, 0)
		}
		t.counts[at] += added[i]
		t.all += added[i]
	}
	return out
}

// blame names who the added or missing rows of a tuple can be.
func (w *world) blame(l *lineage, a, b, tuple, n int, how string, r *Report) {
	to := l.releases[b]
	people := w.newcomersOf(l, a, b, l.kind[tuple])
	if len(people) == 0 {
		r.rows(to, to.rowOf(l.tuples[tuple]), n, n, how)
		return
	}
	r.people(to, people, n, how)
}

// rowOf is the first row of a tuple of the lineage in this release, the first of all when it has none.
func (s *seen) rowOf(p place) int {
	columns := all(len(s.Columns))
	key := p.in.key(p.tuple, columns)
	for t := range s.count {
		if s.key(t, columns) == key {
			return s.firstRow(t)
		}
	}
	return 0
}

// runs holds the sorted stretches of a file, where they can be cohorts, to the same bounds.
func (w *world) runs(s *seen, r *Report) {
	if n := s.sortedRuns(); n == 1 || n > w.mostCohorts(s) {
		return
	}
	from := 0
	for i := 1; i <= len(s.Rows); i++ {
		if i == len(s.Rows) || slices.Compare(s.Rows[i-1], s.Rows[i]) > 0 {
			w.run(s, from, i, r)
			from = i
		}
	}
}

func (w *world) run(s *seen, from, to int, r *Report) {
	rows := make([]int, len(s.count))
	for _, t := range s.of[from:to] {
		rows[t]++
	}
	for t, n := range rows {
		if n > 0 && n < s.schema.K {
			how := fmt.Sprintf("rows %d to %d are a sorted stretch with %d rows under k = %d (%s)", from+1, to, n, s.schema.K, s.say(t, all(len(s.Columns))))
			r.rows(s, from, n, n, how)
		}
	}
	for _, secret := range s.secret {
		of, groups := s.groupBy(without(all(len(s.Columns)), secret))
		for _, tuples := range members(of, groups) {
			t := s.secretOf(secret, tuples, rows)
			if why := s.tells(secret, t); why != "" {
				r.rows(s, from, t.all, t.all, fmt.Sprintf("in the sorted stretch of rows %d to %d, %s", from+1, to, why))
			}
		}
	}
}

// members lists the tuples of each group.
func members(of []int32, groups int) [][]int {
	out := make([][]int, groups)
	for t, g := range of {
		out[g] = append(out[g], t)
	}
	return out
}
