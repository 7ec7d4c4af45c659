package attack

import (
	"fmt"
	"slices"
	"strings"
)

// elimination is downcoding where a person could stand in several classes (P9). Everybody has a row: where those who can stand
// nowhere else fill a class, nobody else is in it, which may leave others with one class less, and so on. With classes
// that do not overlap there is nothing to eliminate.
func (w *world) elimination(r *Report) {
	for _, s := range w.releases {
		if !s.mixed {
			continue
		}
		in := w.inTime(s)
		if len(in) != len(s.Rows) {
			r.note("%s: %d rows for %d dossiers, so that nobody can be eliminated", s.Name, len(s.Rows), len(in))
			continue
		}
		left := eliminate(w, s, in)
		for _, d := range in {
			p := w.applied[d].profile
			before, after := len(s.inside[p]), slices.DeleteFunc(slices.Clone(left[p]), func(c int32) bool { return int(c) == len(s.classes) })
			if len(after) > 0 && len(after) < before {
				r.people(s, []int32{d}, len(after), fmt.Sprintf("could stand in %d groups of rows, elimination leaves %d: %s", before, len(after),
					s.say(s.classes[after[0]].tuples[0], s.open)))
			}
		}
	}
}

// eliminate gives the classes that remain for each profile. Rows that say nothing are one more class, which fits everybody.
func eliminate(w *world, s *seen, in []int32) [][]int32 {
	rows := make([]int, len(s.classes)+1)
	for c := range s.classes {
		rows[c] = s.classes[c].rows
	}
	for t, n := range s.count {
		if s.remnant[t] {
			rows[len(s.classes)] += n
		}
	}
	left, people := make([][]int32, len(s.inside)), make([]int, len(s.inside))
	for _, d := range in {
		people[w.applied[d].profile]++
	}
	for p := range left {
		left[p] = slices.Clone(s.inside[p])
		if rows[len(s.classes)] > 0 {
			left[p] = append(left[p], int32(len(s.classes)))
		}
	}
	full := make([]bool, len(rows))
	for fill(rows, full, left, people) {
	}
	return left
}

// fill finds the classes that are full of people who can stand nowhere else, and takes them from all others.
func fill(rows []int, full []bool, left [][]int32, people []int) (changed bool) {
	forced := make([]int, len(rows))
	for p, classes := range left {
		if len(classes) == 1 {
			forced[classes[0]] += people[p]
		}
	}
	for c := range rows {
		if full[c] || rows[c] == 0 || forced[c] != rows[c] {
			continue
		}
		full[c], changed = true, true
		for p, classes := range left {
			if len(classes) > 1 {
				left[p] = slices.DeleteFunc(classes, func(x int32) bool { return x == int32(c) })
			}
		}
	}
	return changed
}

// wouldSplit is downcoding by what a recoding that goes as far as it can did not do (P9): a class that stayed whole has a part
// of fewer than k rows. Where it can only be the one part, that tells how many of its people are in the file.
func (w *world) wouldSplit(r *Report) {
	for _, s := range w.releases {
		for _, j := range s.open {
			if s.views[j].level != mixedLevel {
				continue
			}
			for i := range s.classes {
				w.unsplit(s, j, &s.classes[i], r)
			}
		}
	}
}

func (w *world) unsplit(s *seen, j int, c *class, r *Report) {
	parts := w.parts(s, j, c)
	if len(parts) < 2 || len(c.people) <= c.rows {
		return // everybody who fits has a row: the register told as much before
	}
	var small []int32
	candidates := 0
	for _, part := range parts {
		least := max(0, c.rows-(len(c.people)-len(part)))
		most := min(c.rows, len(part))
		if least < s.schema.K && most > 0 {
			candidates++
			small = part
			if most < s.schema.K {
				small = nil // it had to be small anyway
			}
		}
	}
	if candidates == 1 && len(small) > 0 {
		r.people(s, small, s.schema.K-1, fmt.Sprintf("1 to %d of %d dossiers have a row, or the group would have been split (%s)", s.schema.K-1, len(small),
			s.say(c.tuples[0], s.open)))
	}
}

// parts splits the people of a class by the words one level finer than the class's own in a column, or by each word of a class
// that has several.
func (w *world) parts(s *seen, j int, c *class) map[string][]int32 {
	v := s.views[j]
	word := s.words[j][s.codes[j][c.tuples[0]]]
	first, _, several := strings.Cut(word, between)
	finer := len(v.column.Levels) - 1
	for i, l := range v.column.Levels {
		if !star(word) && slices.Contains(l.words(), first) {
			if finer = i; !several {
				finer--
			}
			break
		}
	}
	if finer < 0 {
		return nil
	}
	out := make(map[string][]int32)
	for _, d := range c.people {
		part := v.column.Levels[finer].word(w.words[v.head][w.raw[v.head][w.applied[d].line]])
		out[part] = append(out[part], d)
	}
	return out
}
