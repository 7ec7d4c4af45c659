package anonymise

import "slices"

// descend finds a good first vector: from the top of the lattice it lowers, again and again, the column that gains
// most utility for the records that this dooms, until nothing more can be gained. A branch and bound search prunes
// by what it has found, so it should begin with something near the best.
func (s *search) descend(r *region) {
	w, e := s.workers[0], s.engine
	if r.doomed > e.limit {
		return
	}
	barred := make(map[[2]int]bool) // steps that failed for another reason than too small classes
	for {
		s.look(r)
		j, l := e.step(r, barred)
		if j < 0 {
			break
		}
		high := slices.Clone(r.high)
		high[j] = l
		lower := w.restrict(r, r.low, high)
		if lower.doomed > e.limit || len(e.secrets) > 0 && !w.try(w.restrict(lower, high, high), &s.best) {
			barred[[2]int{j, l}] = true
			continue
		}
		r = lower
	}
	w.try(w.restrict(r, r.high, r.high), &s.best)
}

// look is worker.look with all threads.
func (s *search) look(r *region) {
	if r.ahead != nil {
		return
	}
	r.ahead = r.emptyAhead()
	parallel(len(s.workers), len(r.low), func(thread, j int) { s.workers[thread].lookAt(r, j) })
}

// step chooses the next column to lower and its level; -1 where none gains anything.
func (e *Engine) step(r *region, barred map[[2]int]bool) (column, level int) {
	column = -1
	most := 0.0
	here := e.guide.bound(r.high, r.doomed, figures{}).Value()
	at := slices.Clone(r.high)
	for j := range at {
		for l := r.low[j]; l < r.high[j]; l++ {
			doomed := r.ahead[j][l]
			if doomed > e.limit || barred[[2]int{j, l}] {
				continue
			}
			at[j] = l
			gain := here - e.guide.bound(at, doomed, figures{}).Value()
			gain /= float64(doomed-r.doomed+1) + float64(e.limit)/10
			if gain > most {
				column, level, most = j, l, gain
			}
		}
		at[j] = r.high[j]
	}
	return column, level
}
