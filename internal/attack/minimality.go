package attack

import (
	"fmt"
	"slices"
)

// minimality asks, where the data chose the levels, why they are not finer by one: it is for the sake of those who would then
// stand in groups under k, and that tells who they are (P9). Frozen levels have no reason in the data.
func (w *world) minimality(r *Report) {
	for i, s := range w.releases {
		if s.mixed || s.boxed() || !w.chosen(i) {
			continue
		}
		for _, j := range s.open {
			if s.views[j].level > 0 {
				w.finer(s, j, r)
			}
		}
	}
}

// boxed reports a column that is finer in some rows than in others: then no level of the whole column was chosen.
func (s *seen) boxed() bool {
	return slices.ContainsFunc(s.views, func(v view) bool { return v.level == mixedLevel })
}

// chosen reports that the levels of a release are not the frozen ones, or not those of another release of its schema.
func (w *world) chosen(i int) bool {
	s := w.releases[i]
	if len(s.Rows) == 0 {
		return false
	}
	for j, v := range s.views {
		if v.column == nil {
			continue
		}
		if v.level != v.column.Level {
			return true
		}
		for _, other := range w.releases {
			if before, ok := other.viewOf(s, j); ok && before.level != v.level && len(other.Rows) > 0 {
				return true
			}
		}
	}
	return false
}

// finer groups those who applied in time with one column one level finer.
func (w *world) finer(s *seen, column int, r *Report) {
	in := w.inTime(s)
	of, groups := make([]int32, len(in)), 1
	for _, j := range s.open {
		v := s.views[j]
		level := v.level
		if j == column {
			level--
		}
		codes, words := code(len(in), func(i int) string {
			raw := w.words[v.head][w.raw[v.head][w.applied[in[i]].line]]
			if level < 0 {
				return raw
			}
			return v.column.Levels[level].word(raw)
		})
		of, groups = refine(of, groups, codes, len(words))
	}
	if groups == 0 {
		return
	}
	people := make([][]int32, groups)
	for i, g := range of {
		people[g] = append(people[g], in[i])
	}
	for _, group := range slices.DeleteFunc(people, func(g []int32) bool { return len(g) >= s.schema.K }) {
		r.people(s, group, len(group), fmt.Sprintf("%s would stand one level finer but for groups of %d", s.Columns[column], len(group)))
	}
}
