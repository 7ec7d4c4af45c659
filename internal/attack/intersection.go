package attack

import (
	"fmt"
	"slices"
)

// intersections puts what releases of several lineages say of one person together: other levels, another schema (P8). Who
// has one dossier hides among those who share his class in each, and has a secret that occurs in each.
func (w *world) intersections(r *Report) {
	once := w.withOneDossier()
	lines := w.lineages()
	alike := make(map[string][]int32) // by the lineages a dossier surely stands in, and its class in each
	var keys []string
	stands := make(map[string][]stand)
	for i := range w.applied {
		at := w.standsIn(int32(i), lines)
		if len(at) == 0 {
			continue
		}
		key := fmt.Sprint(at)
		if stands[key] == nil {
			stands[key] = at
			keys = append(keys, key)
		}
		alike[key] = append(alike[key], int32(i))
	}
	for _, key := range keys {
		targets := slices.DeleteFunc(slices.Clone(alike[key]), func(d int32) bool { return !once[w.applied[d].person] })
		if len(targets) > 0 {
			w.intersect(lines, stands[key], targets, r)
		}
	}
}

// stand is a class of the last release of a lineage in which a dossier surely has a row.
type stand struct{ lineage, class int }

// sureTenths is the share, in tenths, of a class’s candidates that have a row, from which on each of them is taken to have one.
const sureTenths = 9

func (w *world) standsIn(d int32, lines []*lineage) []stand {
	var at []stand
	for i, l := range lines {
		s := l.releases[len(l.releases)-1]
		if s.month < w.applied[d].month {
			continue
		}
		if in := s.inside[w.applied[d].profile]; len(in) == 1 && s.classes[in[0]].rows*10 >= len(s.classes[in[0]].people)*sureTenths {
			at = append(at, stand{i, int(in[0])})
		}
	}
	return at
}

func (w *world) intersect(lines []*lineage, at []stand, targets []int32, r *Report) {
	last := func(a stand) *seen { rs := lines[a.lineage].releases; return rs[len(rs)-1] }
	s := last(at[len(at)-1])
	sharing := last(at[0]).classes[at[0].class].people
	for _, a := range at[1:] {
		sharing = common(sharing, last(a).classes[a.class].people)
	}
	if n, of := w.smallest(sharing); n < s.schema.K {
		r.people(s, targets, n, fmt.Sprintf("%d %s share his class in %d releases of different columns or levels", n, of, len(at)))
	}
	for _, secret := range s.secret {
		var values []string
		for i, a := range at {
			here := last(a).valuesOf(s, secret, a.class)
			switch {
			case i == 0 || values == nil:
				values = here
			case here != nil:
				values = slices.DeleteFunc(values, func(v string) bool { return !slices.Contains(here, v) })
			}
		}
		if values != nil && len(values) < s.schema.Diverse {
			r.people(s, targets, len(values), fmt.Sprintf("%s has %d values that occur in his class of all %d releases", s.Columns[secret], len(values), len(at)))
		}
	}
}

// valuesOf lists the values of another release's sensitive column in a class of this one, nil where they are not comparable.
func (s *seen) valuesOf(other *seen, secret, c int) []string {
	for _, j := range s.secret {
		if s.Columns[j] != other.Columns[secret] || s.views[j].level != other.views[secret].level {
			continue
		}
		values := []string{}
		for _, t := range s.classes[c].tuples {
			if v := s.words[j][s.codes[j][t]]; !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		return values
	}
	return nil
}

// common is what two ascending lists share.
func common(a, b []int32) []int32 {
	var out []int32
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); ok {
			out = append(out, x)
		}
	}
	return out
}

func (w *world) withOneDossier() []bool {
	n := make([]int, len(w.people))
	for _, d := range w.applied {
		n[d.person]++
	}
	once := make([]bool, len(n))
	for i, c := range n {
		once[i] = c == 1
	}
	return once
}
