package design

import (
	"cmp"
	"slices"

	"guichet/internal/fault"
)

// Try judges the stream at one vector, and gives the cells that it writes: those of the first month first, each month's in the
// order of their values. Errors: Invalid design.vector, for what is no vector of the stream or breaks a bound of schemas.
func (s *Stream) Try(vector []int) (Figures, []Cell, error) {
	if !s.Admits(vector) {
		return Figures{}, nil, fault.New(fault.Invalid, "design.vector")
	}
	t := s.newTrial()
	f := t.run(vector)
	var cells []Cell
	for key, c := range t.cells {
		for j, l := range vector {
			if l < len(s.columns[j].Levels) {
				c.Values = append(c.Values, s.columns[j].Levels[l].Of[s.columns[j].Raw[t.first[key]]])
			}
		}
		cells = append(cells, *c)
	}
	slices.SortFunc(cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), slices.Compare(a.Values, b.Values))
	})
	return f, cells, nil
}

// mostColumns may be written by a schema (anonymisation.md, section 2).
const mostColumns = 10

// Admits reports a vector that a schema may have: a column at least and ten at most, and each secret with values enough.
func (s *Stream) Admits(vector []int) bool {
	if len(vector) != len(s.columns) {
		return false
	}
	written := 0
	for j, l := range vector {
		c := s.columns[j]
		if l < 0 || l > len(c.Levels) {
			return false
		}
		if l == len(c.Levels) {
			continue
		}
		written++
		if c.Secret && c.Levels[l].Size < s.bounds.Diverse {
			return false
		}
	}
	return written > 0 && written <= mostColumns
}
