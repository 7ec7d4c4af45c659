package anonymise

import (
	"context"

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

// batch is how many vectors are evaluated between two looks at the best one. It is the same for any number of
// threads, hence so are the result and the number of vectors checked.
const batch = 8

// search is one run over the lattice, best bound first: when the least bound left is worse than the best
// vector found, that vector is the optimum and the run is its proof.
type search struct {
	engine   *Engine
	threads  int
	workers  []*worker
	excluded *projections
	ceilings ceilings
	ancestry ancestry
	frontier frontier
	best     Result
}

// Optimum searches the whole lattice for the acceptable vector of least utility; of equal ones, the first in
// lexical order. When ctx ends first the result holds the best so far, not proven, with its gap.
func (e *Engine) Optimum(ctx context.Context, threads int) (r Result, err error) {
	defer fault.Wrap(&err, "anonymise.Optimum")
	s := e.newSearch(max(1, threads))
	for {
		nodes, done := s.next()
		if len(nodes) == 0 && done {
			s.best.Proven = true
			return s.best, nil
		}
		if ctx.Err() != nil {
			return s.stopped(nodes), nil
		}
		s.evaluate(nodes)
	}
}

func (e *Engine) newSearch(threads int) *search {
	s := &search{engine: e, threads: threads, excluded: e.project(threads), ancestry: ancestry{base: e.base}}
	for range threads {
		s.workers = append(s.workers, e.newWorker())
	}
	bottom := make(Vector, len(e.heights))
	s.frontier.push(node{vector: bottom, bound: e.cost.bound(bottom)})
	s.best.Records = e.data.rows
	return s
}

// next takes the next vectors worth grouping; done says that none is left behind them.
func (s *search) next() (nodes []node, done bool) {
	for len(nodes) < batch {
		if s.frontier.Len() == 0 || s.hopeless(s.frontier.nodes[0]) {
			return nodes, len(nodes) == 0
		}
		n := s.frontier.pop()
		if s.excluded.excludes(n.vector) || s.ceilings.excludes(n.vector) {
			s.expand(n, n.bound)
			continue
		}
		nodes = append(nodes, n)
	}
	return nodes, false
}

// hopeless reports that nothing left beats the best: all that is left is bound by n's bound, and what ties with it
// comes later in lexical order, as do all vectors above.
func (s *search) hopeless(n node) bool {
	if !s.best.Found {
		return false
	}
	c := n.bound.compare(s.best.Utility)
	return c > 0 || c == 0 && !n.vector.before(s.best.Vector)
}

// expand adds the vectors one level above n; none of them, nor any above them, is under floor.
func (s *search) expand(n node, floor Utility) {
	for j := n.from; j < len(n.vector); j++ {
		if n.vector[j] == s.engine.heights[j] {
			continue
		}
		up := n.vector.raise(j)
		s.frontier.push(node{vector: up, bound: worse(s.engine.cost.bound(up), floor), from: j})
	}
}

// finding is what a worker found at one node.
type finding struct {
	result     Result
	acceptable bool
	above      Utility
	ceiling    Vector  // or nil
	kept       *groups // to be remembered, or nil
}

func (s *search) evaluate(nodes []node) {
	found := make([]finding, len(nodes))
	parallel(s.threads, len(nodes), func(thread, i int) {
		found[i] = s.find(s.workers[thread], nodes[i], i == 0)
	})
	for i, n := range nodes {
		s.take(found[i])
		s.expand(n, worse(n.bound, found[i].above))
	}
}

// find evaluates one node; climb asks for a ceiling too. One for each batch is enough: neighbours share them.
func (s *search) find(w *worker, n node, climb bool) finding {
	base := s.ancestry.nearest(n.vector)
	g, p := w.evaluate(base, n.vector, s.engine.limit)
	f := finding{acceptable: p.acceptable, above: n.bound}
	if p.acceptable {
		f.result = s.engine.result(p)
		f.above = s.engine.cost.above(p)
	}
	if g != base && s.ancestry.worth(base, g) {
		f.kept = g.clone()
	}
	if p.condemned && climb {
		f.ceiling = w.climb(g, n.vector)
	}
	return f
}

func (s *search) take(f finding) {
	checked := s.best.Checked + 1
	if f.acceptable && s.better(f.result) {
		s.best = f.result
	}
	s.best.Checked = checked
	if f.kept != nil {
		s.ancestry.keep(f.kept)
	}
	if f.ceiling != nil {
		s.ceilings.add(f.ceiling)
	}
}

func (s *search) better(r Result) bool {
	if !s.best.Found {
		return true
	}
	c := r.Utility.compare(s.best.Utility)
	return c < 0 || c == 0 && r.Vector.before(s.best.Vector)
}

// stopped is the best so far, with the distance to the least bound not yet looked at.
func (s *search) stopped(nodes []node) Result {
	if s.best.Found {
		s.best.Gap = max(0, s.best.Utility.Value()-nodes[0].bound.Value())
	}
	return s.best
}

func (e *Engine) result(p *partition) Result {
	return Result{
		Found: true, Vector: append(Vector(nil), p.vector...), Utility: e.cost.of(p), Records: e.data.rows,
		Suppressed: p.suppressed, Classes: p.classes - p.outliers, Smallest: p.smallest,
	}
}
