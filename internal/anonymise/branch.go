package anonymise

import "slices"

// branch is a smaller box of a region, not yet looked at; nothing in it is under the bound.
type branch struct {
	from      *region
	low, high Vector
	bound     Utility
	doomed    int
}

// explore looks at a branch: it tries vectors of it, and sweeps or splits what may hold a better one than the best.
func (w *worker) explore(b branch, best *Result) []branch {
	r := w.restrict(b.from, b.low, b.high)
	list := w.exploreRegion(&r, best)
	if r.waiting = len(list); r.waiting == 0 {
		w.giveBack(r)
	}
	return list
}

func (w *worker) exploreRegion(r **region, best *Result) []branch {
	if w.finished(*r, best) {
		return nil
	}
	w.look(*r)
	low, high, open := w.shrink(*r, best)
	if !open {
		return nil
	}
	if before := *r; !slices.Equal(low, before.low) || !slices.Equal(high, before.high) {
		*r = w.restrict(before, low, high)
		w.giveBack(before)
		if w.finished(*r, best) {
			return nil
		}
		(*r).ahead = before.ahead // of the larger box, so not more than of this one
	}
	if w.sweep(*r, best) {
		return nil
	}
	return w.branches(*r, best)
}

// finished tries the lowest vector of a region, and reports that nothing else in it can be better than the best.
func (w *worker) finished(r *region, best *Result) bool {
	if w.hopeless(r.low, r.doomed, r.floor, best) {
		return true
	}
	if len(w.engine.secrets) == 0 || r.single() {
		w.try(r, best)
	}
	return r.single() || w.hopeless(r.low, r.doomed, r.floor, best)
}

// hopeless reports that no vector from one upwards is both acceptable and better than the best, when they suppress at
// least so many records.
func (w *worker) hopeless(low Vector, doomed int, floor figures, best *Result) bool {
	return doomed > w.engine.limit || beaten(w.engine.cost.bound(low, doomed, floor), low, best)
}

// beaten reports that nothing in a box is better than the best: of equal ones, the first in lexical order counts.
func beaten(bound Utility, low Vector, best *Result) bool {
	if !best.Found {
		return false
	}
	c := bound.compare(best.Utility)
	return c > 0 || c == 0 && !low.before(best.Vector)
}

// beats is the order of the answers: utility, then the vector.
func (r *Result) beats(best *Result) bool {
	if !best.Found {
		return true
	}
	c := r.Utility.compare(best.Utility)
	return c < 0 || c == 0 && r.Vector.before(best.Vector)
}

// try evaluates the lowest vector of a region.
func (w *worker) try(r *region, best *Result) (acceptable bool) {
	e := w.engine
	best.Checked++
	if r.doomed > e.limit {
		return false
	}
	if len(e.secrets) == 0 && (r.small > e.limit || beaten(e.cost.bound(r.low, r.small, r.floor), r.low, best)) {
		return r.small <= e.limit
	}
	p := &partition{vector: r.low}
	g := &groups{at: r.low, keys: r.keys, counts: r.counts}
	keys, sizes := w.classify(g)
	if !w.judge(g, sizes, p, e.limit) {
		return false
	}
	w.measure(keys, sizes, p)
	found := e.result(p)
	if found.beats(best) {
		found.Checked = best.Checked
		*best = found
	}
	return true
}

// shrink cuts off the levels at which a column cannot stand; open is false when a column has none left.
func (w *worker) shrink(r *region, best *Result) (low, high Vector, open bool) {
	low, high = slices.Clone(r.low), slices.Clone(r.high)
	at := slices.Clone(r.low)
	stairs := thinned(w.stairs(r))
	for j := range low {
		first, last := -1, -1
		for l := r.low[j]; l <= r.high[j]; l++ {
			at[j] = l
			bound, found := w.least(r, stairs, j, l, func(u Utility) bool { return !beaten(u, at, best) })
			if !found || beaten(bound, at, best) {
				continue
			}
			if first < 0 {
				first = l
			}
			last = l
		}
		if first < 0 {
			return nil, nil, false
		}
		low[j], high[j] = first, last
		at[j] = r.low[j]
	}
	return low, high, true
}

// stair is the lowest vector of a region that may doom no more than so many records.
type stair struct {
	doomed int
	at     Vector
}

// stairs lists, for every number of doomed records that counts, how low the columns may go together. A vector
// dooms as many records as that one of its columns which dooms most, or more.
func (w *worker) stairs(r *region) []stair {
	numbers := []int{r.doomed}
	for j := range r.low {
		for l := r.low[j]; l < r.high[j]; l++ {
			if n := r.ahead[j][l]; n > r.doomed && n <= w.engine.limit {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	list := make([]stair, len(numbers))
	for i, n := range numbers {
		list[i] = stair{n, slices.Clone(r.low)}
		for j, l := range r.high {
			for l > r.low[j] && max(r.doomed, r.ahead[j][l-1]) <= n {
				l--
			}
			list[i].at[j] = l
		}
	}
	return list
}

// thinned keeps a few stairs: the lowest vector of those left out with the least that any of them dooms.
func thinned(list []stair) []stair {
	if len(list) <= fewStairs {
		return list
	}
	thin := make([]stair, fewStairs)
	for i := range thin {
		from, to := i*len(list)/fewStairs, (i+1)*len(list)/fewStairs
		thin[i] = stair{list[from].doomed, list[to-1].at}
	}
	return thin
}

const fewStairs = 8

func never(Utility) bool { return false }

// least is what vectors of the region with a column at a level cost at least; found is false where they doom too many.
// Any bound that does not beat enough is as good as the least: then the rest is not looked at.
func (w *worker) least(r *region, stairs []stair, j, l int, enough func(Utility) bool) (bound Utility, found bool) {
	doomed := r.ahead[j][l]
	if doomed > w.engine.limit {
		return Utility{}, false
	}
	for i, s := range stairs {
		if i+1 < len(stairs) && stairs[i+1].doomed <= doomed {
			continue // all of its vectors doom fewer
		}
		was := s.at[j]
		s.at[j] = l
		u := w.engine.cost.bound(s.at, max(doomed, s.doomed), r.floor)
		s.at[j] = was
		if !found || u.compare(bound) < 0 {
			bound, found = u, true
		}
		if enough(u) {
			break
		}
	}
	return bound, found
}

// branches takes the column whose levels leave least to be searched, and makes a branch of each.
func (w *worker) branches(r *region, best *Result) []branch {
	var list []branch
	weight := 0.0
	stairs := thinned(w.stairs(r))
	for j := range r.low {
		if r.low[j] == r.high[j] {
			continue
		}
		levels := w.levels(r, stairs, j, best)
		if len(levels) == 0 {
			return nil
		}
		if x := w.weigh(r, levels, best) / float64(r.high[j]-r.low[j]+1); list == nil || x < weight {
			list, weight = levels, x
		}
	}
	return list
}

// levels are the branches of one column.
func (w *worker) levels(r *region, stairs []stair, j int, best *Result) []branch {
	var list []branch
	for l := r.low[j]; l <= r.high[j]; l++ {
		low := slices.Clone(r.low)
		low[j] = l
		if bound, found := w.least(r, stairs, j, l, never); found && !beaten(bound, low, best) {
			high := slices.Clone(r.high)
			high[j] = l
			list = append(list, branch{from: r, low: low, high: high, bound: bound, doomed: max(r.doomed, r.ahead[j][l])})
		}
	}
	return list
}

// weigh guesses how much of a region its branches leave: the part of the leeway, in records and in utility.
func (w *worker) weigh(r *region, list []branch, best *Result) float64 {
	whole := w.engine.cost.bound(r.low, r.doomed, r.floor).Value()
	sum := 0.0
	for _, b := range list {
		x := float64(w.engine.limit-b.doomed+1) / float64(w.engine.limit-r.doomed+1)
		if left := best.Utility.Value() - whole; best.Found && left > 0 {
			x *= max(1e-3, (best.Utility.Value()-b.bound.Value())/left)
		}
		sum += x
	}
	return sum
}
