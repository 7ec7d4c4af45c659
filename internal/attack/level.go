package attack

import "fmt"

// movingLevels looks for columns whose level is not the frozen one, or differs between releases: then the data decided it,
// and it tells of them (P6).
func (w *world) movingLevels(r *Report) {
	for i, s := range w.releases {
		for j, v := range s.views {
			if v.column == nil || len(s.Rows) == 0 {
				continue
			}
			if v.level != v.column.Level {
				r.rows(s, 0, len(s.Rows), 2, fmt.Sprintf("column %s is %s, the schema froze level %d", s.Columns[j], v.name(), v.column.Level))
			}
			for _, earlier := range w.releases[:i] {
				if before, ok := earlier.viewOf(s, j); ok && before.level != v.level && len(earlier.Rows) > 0 {
					r.rows(s, 0, len(s.Rows), 1, fmt.Sprintf("column %s is %s, in %s it was %s", s.Columns[j], v.name(), earlier.Name, before.name()))
					break
				}
			}
		}
	}
}

// viewOf is how a release shows a column of another release of the same schema.
func (s *seen) viewOf(other *seen, j int) (view, bool) {
	for i, id := range s.Columns {
		if id == other.Columns[j] && s.schema == other.schema {
			return s.views[i], true
		}
	}
	return view{}, false
}
