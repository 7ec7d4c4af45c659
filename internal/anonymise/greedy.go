package anonymise

import "slices"

// descent is a way down from the top of the lattice to a good vector: again and again the column is lowered, by a
// level, that gains most utility for the records that this dooms. A branch and bound search prunes by what it has
// found, so it begins with several of these.
type descent struct {
	leeway float64 // how many more records may be doomed without counting, as a part of the limit
	barred int     // a column that stays at the top; -1 for none
}

// cheapGroups is how many groups cost so little that many ways are tried.
const cheapGroups = 5000

// fewVectors is how many vectors are searched as fast without a first one, where nothing may be suppressed.
const fewVectors = 1 << 16

func (e *Engine) descents() []descent {
	switch {
	case e.limit == 0 && e.vectors() <= fewVectors:
		return nil
	case e.limit == 0:
		return []descent{{0, -1}} // all ways would be the same
	}
	list := []descent{{0.3, -1}, {0.03, -1}}
	if len(e.base.counts) > cheapGroups {
		return list
	}
	for _, leeway := range []float64{3, 100} {
		for barred := -1; barred < len(e.heights); barred++ {
			list = append(list, descent{leeway, barred})
		}
	}
	return list
}

// vectors is how many the lattice has, or a large number.
func (e *Engine) vectors() int {
	n := 1
	for _, h := range e.heights {
		if n *= h + 1; n > 1<<40 {
			break
		}
	}
	return n
}

// descend takes all ways down and keeps the best vector.
func (s *search) descend(root *region) {
	ways := s.engine.descents()
	found := make([]Result, len(ways))
	parallel(len(s.workers), len(ways), func(thread, i int) {
		found[i].Records = s.best.Records
		s.workers[thread].descend(root, ways[i], &found[i])
	})
	for i := range found {
		s.take(found[i])
	}
}

// foothold is what is known of lowering a column by a level.
type foothold struct {
	doomed int // records more than before
	fresh  bool
	barred bool // it failed: the column stays where it is
}

func (w *worker) descend(root *region, way descent, best *Result) {
	e := w.engine
	own := *root // others descend from the same root
	r := &own
	holds := make([]foothold, len(r.low))
	if way.barred >= 0 {
		holds[way.barred].barred = true
	}
	for {
		j := w.step(r, holds, float64(e.limit)*way.leeway+1)
		if j < 0 {
			break
		}
		lower := w.restrict(r, r.low, lowered(r.high, j))
		if lower.doomed > e.limit || len(e.secrets) > 0 && !w.tryTop(lower, best) {
			holds[j].barred = true
			w.giveBack(lower)
			continue
		}
		if r != &own {
			w.giveBack(r)
		}
		r = lower
		for i := range holds {
			holds[i].fresh = false
		}
	}
	w.tryTop(r, best)
}

// tryTop evaluates the highest vector of a region.
func (w *worker) tryTop(r *region, best *Result) (acceptable bool) {
	top := w.restrict(r, r.high, r.high)
	defer w.giveBack(top)
	return w.try(top, best)
}

func lowered(v Vector, j int) Vector {
	v = slices.Clone(v)
	v[j]--
	return v
}

// step chooses the next column to lower; -1 where none gains anything. What is known from earlier steps is trusted
// until a column seems the best: then it is looked at again.
func (w *worker) step(r *region, holds []foothold, leeway float64) int {
	for {
		column, most := -1, 0.0
		here := w.engine.guide.bound(r.high, r.doomed, figures{}).Value()
		for j, hold := range holds {
			if hold.barred || r.high[j] == 0 || r.doomed+hold.doomed > w.engine.limit {
				continue
			}
			gain := here - w.engine.guide.bound(lowered(r.high, j), r.doomed+hold.doomed, figures{}).Value()
			if gain /= float64(hold.doomed) + leeway; gain > most {
				column, most = j, gain
			}
		}
		if column < 0 || holds[column].fresh {
			return column
		}
		r.ahead = r.emptyAhead()
		w.lookAt(r, []int{column})
		holds[column].doomed = r.ahead[column][r.high[column]-1] - r.doomed
		holds[column].fresh = true
		r.ahead = nil
	}
}
