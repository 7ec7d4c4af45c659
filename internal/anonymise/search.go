package anonymise

import (
	"context"
	"sync"
	"sync/atomic"

	"guichet/internal/fault"
)

// Result is what a search or an evaluation found.
type Result struct {
	Found      bool // false: no vector is acceptable
	Vector     Vector
	Utility    Utility
	Records    int
	Suppressed int     // records in outliers
	Classes    int     // classes kept
	Smallest   int     // records of the smallest class kept
	Checked    int     // vectors grouped
	Proven     bool    // no acceptable vector costs less
	Gap        float64 // when stopped early: the most by which a better vector could be better
}

// batch is how many branches are explored between two looks at the best vector. It is the same for any number
// of threads, hence so are the result and the number of vectors checked.
const batch = 8

// search is one run over the lattice, best bound first: when the least bound left is worse than the best
// vector found, that vector is the optimum and the run is its proof.
type search struct {
	engine   *Engine
	workers  []*worker
	frontier frontier
	best     Result
	turn     int // the worker that got room last
}

// Optimum searches the whole lattice for the acceptable vector of least utility; of equal ones, the first in
// lexical order. When ctx ends first the result holds the best so far, not proven, with its gap.
func (e *Engine) Optimum(ctx context.Context, threads int) (r Result, err error) {
	defer fault.Wrap(&err, "anonymise.Optimum")
	s := e.newSearch(max(1, threads))
	for {
		b := s.next()
		if len(b) == 0 {
			s.best.Proven = true
			return s.best, nil
		}
		if ctx.Err() != nil {
			return s.stopped(b[0]), nil
		}
		s.explore(b)
	}
}

func (e *Engine) newSearch(threads int) *search {
	s := &search{engine: e}
	for range threads {
		s.workers = append(s.workers, e.newWorker())
	}
	s.best.Records = e.data.rows
	r := s.workers[0].root()
	if r.doomed > e.limit {
		return s // no vector is acceptable
	}
	s.descend(r)
	r.waiting = 1
	s.frontier.push(branch{from: r, low: r.low, high: r.high, bound: e.cost.bound(r.low, r.doomed, r.floor)})
	return s
}

// next takes the next branches worth exploring.
func (s *search) next() []branch {
	var list []branch
	for len(list) < batch && s.frontier.Len() > 0 {
		b := s.frontier.pop()
		if beaten(b.bound, b.low, &s.best) {
			s.done(b)
			continue
		}
		list = append(list, b)
	}
	return list
}

// explore looks at the branches and takes what was found in their order.
func (s *search) explore(list []branch) {
	best := make([]Result, len(list))
	children := make([][]branch, len(list))
	parallel(len(s.workers), len(list), func(thread, i int) {
		best[i] = s.best
		best[i].Checked = 0
		children[i] = s.workers[thread].explore(list[i], &best[i])
	})
	for i := range list {
		s.take(best[i])
		s.done(list[i])
		for _, b := range children[i] {
			s.frontier.push(b)
		}
	}
}

// done notes that a branch needs its region no more, and gives the room of the region to a worker after the last.
func (s *search) done(b branch) {
	if b.from.waiting--; b.from.waiting == 0 {
		s.turn = (s.turn + 1) % len(s.workers)
		s.workers[s.turn].giveBack(b.from)
	}
}

// take keeps a result that is better than the best, and counts what it cost.
func (s *search) take(r Result) {
	checked := s.best.Checked + r.Checked
	if r.Found && r.beats(&s.best) {
		s.best = r
	}
	s.best.Checked = checked
}

// stopped is the best so far, with the distance to the least bound not yet looked at.
func (s *search) stopped(b branch) Result {
	if s.best.Found {
		s.best.Gap = max(0, s.best.Utility.Value()-b.bound.Value())
	}
	return s.best
}

func (e *Engine) result(p *partition) Result {
	return Result{
		Found: true, Vector: append(Vector(nil), p.vector...), Utility: e.cost.of(p), Records: e.data.rows,
		Suppressed: p.suppressed, Classes: p.classes - p.outliers, Smallest: p.smallest,
	}
}

// parallel calls work(thread, i) for i in [0,n), each once, on several goroutines.
func parallel(threads, n int, work func(thread, i int)) {
	threads = min(threads, n)
	if threads <= 1 {
		for i := range n {
			work(0, i)
		}
		return
	}
	var group sync.WaitGroup
	var next atomic.Int64
	for t := range threads {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(t, i)
			}
		})
	}
	group.Wait()
}
