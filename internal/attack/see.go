package attack

import (
	"fmt"
	"math"
	"slices"

	"guichet/internal/fault"
)

// see finds the schema that fits a release best, and the level of each of its columns.
func (w *world) see(r *Release) (*seen, error) {
	t := newTable(r)
	var best *seen
	most := 0
	for i, schema := range w.schemas {
		s := &seen{Release: r, table: t, schema: schema, month: r.Month, lineage: fmt.Sprintf("schema %d: ", i)}
		if s.month == 0 {
			s.month = math.MaxInt
		}
		if fit := w.look(s); fit > most {
			best, most = s, fit
		}
	}
	if best == nil {
		return nil, fault.From(fault.Invalid, "", fmt.Errorf("%s has no column of the schema; name its own with --schema", r.Name))
	}
	return best, nil
}

// look fills the views and scores how well the schema fits: 1000 for a column it has, 1 more at the frozen level.
func (w *world) look(s *seen) (fit int) {
	s.views = make([]view, len(s.Columns))
	for j, id := range s.Columns {
		v := view{head: -1, level: noLevel}
		if c := s.schema.column(id); c >= 0 {
			v.column = &s.schema.Columns[c]
			v.head = w.headOf(v.column)
			v.fits = levelsOf(v.column, s.words[j], w.isRaw(v))
			fit += 1000
			if slices.Contains(v.fits, v.column.Level) {
				fit++
			}
		}
		s.views[j] = v
		switch {
		case v.sensitive():
			s.secret = append(s.secret, j)
		case v.head >= 0:
			s.open = append(s.open, j)
		}
	}
	s.markRemnant()
	return fit
}

// settle chooses the level of every column: of those that fit its words, the one that fits in the most releases. A few rows
// leave it open.
func (w *world) settle() {
	votes := make(map[string]int)
	key := func(s *seen, j, level int) string { return fmt.Sprintf("%p %s %d", s.schema, s.Columns[j], level) }
	for _, s := range w.releases {
		for j, v := range s.views {
			for _, level := range v.fits {
				votes[key(s, j, level)]++
			}
		}
	}
	for _, s := range w.releases {
		for j := range s.views {
			v := &s.views[j]
			if v.column == nil {
				s.lineage += fmt.Sprintf("%q unknown;", s.Columns[j])
				continue
			}
			v.level = mixedLevel
			for _, level := range v.fits {
				if v.level == mixedLevel || votes[key(s, j, level)] > votes[key(s, j, v.level)] {
					v.level = level
				}
			}
			if s.starred(j) {
				v.level = mixedLevel
			}
			if v.head >= 0 {
				v.covers = covered(v.column, v.level, s.words[j], w.words[v.head])
			}
			s.lineage += fmt.Sprintf("%q %s;", s.Columns[j], v.name())
		}
	}
}

func (w *world) isRaw(v view) func(string) bool {
	return func(word string) bool {
		return v.head >= 0 && slices.Contains(w.words[v.head], word)
	}
}

// markRemnant finds the tuples that say nothing in any open column.
func (s *seen) markRemnant() {
	s.remnant = make([]bool, len(s.count))
	for t := range s.count {
		s.remnant[t] = len(s.open) > 0
		for _, j := range s.open {
			s.remnant[t] = s.remnant[t] && star(s.words[j][s.codes[j][t]])
		}
	}
}

// starred reports a star in a row that says something elsewhere.
func (s *seen) starred(j int) bool {
	for t := range s.count {
		if !s.remnant[t] && star(s.words[j][s.codes[j][t]]) {
			return true
		}
	}
	return false
}
