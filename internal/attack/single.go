package attack

import "fmt"

// singleRows looks, in every release, for a set of columns on which fewer than k rows are equal (P2). It reports the smallest
// such set, and how many rows stand in groups under k when all columns are known.
func (w *world) singleRows(r *Report) {
	for _, s := range w.releases {
		columns, least := []int(nil), 0
		row, size := 0, 0
		s.subsets(all(len(s.Columns)), w.MaxColumns, func(set []int, of []int32, groups int) bool {
			if columns != nil && len(set) >= least {
				return true
			}
			for g, n := range s.sizes(of, groups) {
				if n < s.schema.K && n > 0 {
					columns, least = append([]int{}, set...), len(set)
					row, size = s.firstRow(example(of, int32(g))), n
				}
			}
			return true
		})
		if columns == nil {
			continue
		}
		how := fmt.Sprintf("%d equal rows under k = %d knowing %d columns: %s", size, s.schema.K, least, s.say(int(s.of[row]), columns))
		r.rows(s, row, s.under(), size, how)
	}
}

// under counts the rows of tuples that count under k.
func (s *seen) under() int {
	n := 0
	for _, c := range s.count {
		if c < s.schema.K {
			n += c
		}
	}
	return n
}

// singlePeople looks for released groups that fewer than k persons, households or filers of the register match (P2). Knowing fewer
// columns only makes more of them match.
func (w *world) singlePeople(r *Report) {
	for _, s := range w.releases {
		for i := range s.classes {
			c := &s.classes[i]
			if len(c.people) < c.rows && !s.mixed {
				r.note("%s: the register knows %d dossiers for the %d rows of a group: it does not cover the release", s.Name, len(c.people), c.rows)
				continue
			}
			if n, of := w.smallest(c.people); n > 0 && n < s.schema.K {
				r.people(s, c.people, n, fmt.Sprintf("%d rows match %d %s of the register alone (%s)", c.rows, n, of, s.say(c.tuples[0], s.open)))
			}
		}
	}
}
