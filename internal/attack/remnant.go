package attack

import "fmt"

// remnants looks for rows that say nothing but stand there with their secrets (P4). Who is left over when the classes of all
// other rows are subtracted from those who applied is somebody of the remnant.
func (w *world) remnants(r *Report) {
	for _, s := range w.releases {
		var tuples []int
		rows := 0
		for t := range s.count {
			if s.remnant[t] {
				tuples = append(tuples, t)
				rows += s.count[t]
			}
		}
		if rows == 0 {
			continue
		}
		left := w.leftOver(s)
		how := fmt.Sprintf("%d rows say nothing, and %d dossiers match no other row", rows, len(left))
		for _, secret := range s.secret {
			if why := s.tells(secret, s.secretOf(secret, tuples, s.count)); why != "" {
				how += "; there " + why
			}
		}
		if len(left) == 0 {
			r.rows(s, s.firstRow(tuples[0]), rows, rows, how)
			continue
		}
		r.people(s, left, len(left), how)
		r.line.Rows += rows
	}
}

// leftOver lists the dossiers closed in time that match no class.
func (w *world) leftOver(s *seen) []int32 {
	var left []int32
	for i, d := range w.applied {
		if d.month <= s.month && len(s.inside[d.profile]) == 0 {
			left = append(left, int32(i))
		}
	}
	return left
}
