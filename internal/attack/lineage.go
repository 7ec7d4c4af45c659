package attack

import (
	"math"
	"strconv"
	"strings"
)

// lineage is releases, in order of time, that show the same columns at the same levels, with their rows counted by tuple.
type lineage struct {
	releases []*seen
	tuples   []place // by tuple of the lineage: where it stands first
	counts   [][]int // by release, by tuple
	kinds    []kind  // tuples that are equal in the open columns
	kind     []int   // by tuple
	rest     [][]int // by sensitive column: tuples that are equal in all others have one number
	rests    []int   // how many such numbers there are
}

// place is a tuple of a release.
type place struct {
	in    *seen
	tuple int
}

// kind is a class of the lineage.
type kind struct {
	place
	tuples []int    // of the lineage
	class  []*class // by release, nil where it has no row
	since  []int    // by release: the month after which rows that come later must have closed; 0 when they may be of any time
}

func (w *world) lineages() []*lineage {
	if w.lines != nil {
		return w.lines
	}
	byName := make(map[string]*lineage)
	for _, s := range w.releases {
		l := byName[s.lineage]
		if l == nil {
			l = &lineage{}
			byName[s.lineage] = l
			w.lines = append(w.lines, l)
		}
		l.releases = append(l.releases, s)
	}
	for _, l := range w.lines {
		l.count()
		l.group(w)
	}
	return w.lines
}

func (l *lineage) count() {
	number := make(map[string]int)
	for _, s := range l.releases {
		row := make([]int, len(l.tuples), len(l.tuples)+len(s.count))
		for t, n := range s.count {
			key := s.key(t, all(len(s.Columns)))
			id, ok := number[key]
			if !ok {
				id = len(l.tuples)
				number[key] = id
				l.tuples = append(l.tuples, place{s, t})
				row = append(row, 0)
			}
			row[id] = n
		}
		l.counts = append(l.counts, row)
	}
	for i, row := range l.counts {
		l.counts[i] = append(row, make([]int, len(l.tuples)-len(row))...)
	}
}

// key names a tuple's words in some columns, the same in every release.
func (s *seen) key(tuple int, columns []int) string {
	var key strings.Builder
	for _, j := range columns {
		word := s.words[j][s.codes[j][tuple]]
		key.WriteString(strconv.Itoa(len(word)))
		key.WriteByte(':')
		key.WriteString(word)
	}
	return key.String()
}

func (l *lineage) group(w *world) {
	s := l.releases[0]
	for _, secret := range s.secret {
		of, n := l.groups(without(all(len(s.Columns)), secret))
		l.rest, l.rests = append(l.rest, of), append(l.rests, n)
	}
	of, n := l.groups(s.open)
	l.kind, l.kinds = of, make([]kind, n)
	for i := len(of) - 1; i >= 0; i-- {
		l.kinds[of[i]].place = l.tuples[i]
		l.kinds[of[i]].tuples = append(l.kinds[of[i]].tuples, i)
	}
	classes := make([][]*class, len(l.releases))
	for i, s := range l.releases {
		classes[i] = make([]*class, n)
		byKey := make(map[string]*class, len(s.classes))
		for c := range s.classes {
			byKey[s.key(s.classes[c].tuples[0], s.open)] = &s.classes[c]
		}
		for g, k := range l.kinds {
			classes[i][g] = byKey[k.in.key(k.tuple, k.in.open)]
		}
	}
	for g := range l.kinds {
		k := &l.kinds[g]
		for i, s := range l.releases {
			k.class = append(k.class, classes[i][g])
			k.since = append(k.since, w.since(s, classes[i][g], k.place))
		}
	}
}

// groups puts the lineage's tuples together that are equal in some columns.
func (l *lineage) groups(columns []int) (of []int, groups int) {
	number := make(map[string]int)
	of = make([]int, len(l.tuples))
	for i, p := range l.tuples {
		key := p.in.key(p.tuple, columns)
		if _, ok := number[key]; !ok {
			number[key] = len(number)
		}
		of[i] = number[key]
	}
	return of, len(number)
}

// since tells from which month on the rows that a class gains after a release must have closed. That is known where every
// dossier of the class, closed in time, has its row already.
func (w *world) since(s *seen, c *class, p place) int {
	if s.month == math.MaxInt || s.mixed || p.in.remnant[p.tuple] {
		return 0
	}
	if c != nil {
		if c.rows == len(c.people) {
			return s.month
		}
		return 0
	}
	for _, d := range w.applied {
		if d.month <= s.month && w.fits(p.in, p.tuple, d) {
			return 0
		}
	}
	return s.month
}

// newcomersOf lists who the rows can be that a class gained from release a to release b.
func (w *world) newcomersOf(l *lineage, a, b, kind int) []int32 {
	k := &l.kinds[kind]
	if k.class[b] == nil || k.in.remnant[k.tuple] {
		return nil
	}
	var out []int32
	for _, d := range k.class[b].people {
		if w.applied[d].month > k.since[a] {
			out = append(out, d)
		}
	}
	return out
}
