package design

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Search says how the vectors of a stream are gone through.
type Search struct {
	Starts [][]int               // where to begin when there are too many to try them all
	Most   int                   // vectors to try at most
	Tell   func(done, total int) // told how far it is, from several goroutines; may be nil
}

// Frontier tries vectors, all of them when there are no more than the most, otherwise the neighbours of the best so far, and
// gives those that no other beats in loss, in the share not released and in the median delay, by rising loss. The same stream
// and search always give the same. The error is the context's.
func (s *Stream) Frontier(ctx context.Context, o Search) ([]Figures, error) {
	all, ok := s.lattice(o.Most)
	if ok {
		found, err := s.tryAll(ctx, all, func(n int) { o.tell(n, len(all)) })
		return best(found), err
	}
	tried, found := map[string]bool{}, []Figures(nil)
	next := slices.DeleteFunc(slices.Clone(o.Starts), func(v []int) bool { return !s.Admits(v) })
	for len(next) > 0 && len(tried) < o.Most {
		var batch [][]int
		for _, v := range next {
			if name := name(v); !tried[name] && len(tried) < o.Most {
				tried[name] = true
				batch = append(batch, v)
			}
		}
		more, err := s.tryAll(ctx, batch, func(n int) { o.tell(len(tried)-len(batch)+n, o.Most) })
		if err != nil {
			return nil, err
		}
		found = best(append(found, more...))
		next = s.beside(found, tried)
	}
	o.tell(o.Most, o.Most)
	return found, nil
}

func (o Search) tell(done, total int) {
	if o.Tell != nil {
		o.Tell(done, total)
	}
}

// lattice lists all vectors that a schema may have, if there are no more than the most.
func (s *Stream) lattice(most int) (out [][]int, ok bool) {
	size := 1
	for _, top := range s.Tops() {
		if size *= top + 1; size > most {
			return nil, false
		}
	}
	for i := range size {
		v := make([]int, len(s.columns))
		for j := len(v) - 1; j >= 0; j-- {
			levels := len(s.columns[j].Levels) + 1
			v[j] = i % levels
			i /= levels
		}
		if s.Admits(v) {
			out = append(out, v)
		}
	}
	return out, true
}

// tryAll tries vectors on every core.
func (s *Stream) tryAll(ctx context.Context, vectors [][]int, tell func(done int)) ([]Figures, error) {
	out := make([]Figures, len(vectors))
	var next, done atomic.Int64
	var g errgroup.Group
	for range runtime.GOMAXPROCS(0) {
		g.Go(func() error {
			t := s.newTrial()
			for i := next.Add(1) - 1; i < int64(len(vectors)); i = next.Add(1) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				out[i] = t.run(vectors[i])
				tell(int(done.Add(1)))
			}
			return nil
		})
	}
	return out, g.Wait()
}

// beside lists what was not tried yet and is one level away from a vector.
func (s *Stream) beside(found []Figures, tried map[string]bool) (out [][]int) {
	for _, f := range found {
		for j := range f.Vector {
			for _, by := range []int{-1, 1} {
				v := slices.Clone(f.Vector)
				v[j] += by
				if s.Admits(v) && !tried[name(v)] {
					out = append(out, v)
				}
			}
		}
	}
	slices.SortFunc(out, slices.Compare[[]int])
	return slices.CompactFunc(out, slices.Equal[[]int])
}

func name(v []int) string {
	out := make([]byte, len(v))
	for i, l := range v {
		out[i] = byte(l)
	}
	return string(out)
}

// best drops what releases nothing, and what another beats or equals.
func best(found []Figures) (out []Figures) {
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b Figures) int {
		return cmp.Or(cmp.Compare(a.Loss, b.Loss), cmp.Compare(b.Released, a.Released), cmp.Compare(a.Median, b.Median), slices.Compare(a.Vector, b.Vector))
	})
	for _, f := range found {
		beaten := slices.ContainsFunc(out, func(g Figures) bool { return g.Released >= f.Released && g.Median <= f.Median })
		if f.Released > 0 && !beaten {
			out = append(out, f)
		}
	}
	return out
}

// Thin keeps n points at most of a frontier, the two ends among them: those that lie closest to their neighbours go first.
func Thin(points []Figures, n int) []Figures {
	points = slices.Clone(points)
	for len(points) > max(n, 2) {
		closest, least := 1, 3.0
		for i := 1; i < len(points)-1; i++ {
			a, b := points[i-1], points[i+1]
			if gap := b.Loss - a.Loss + abs(b.Share()-a.Share()); gap < least {
				closest, least = i, gap
			}
		}
		points = slices.Delete(points, closest, closest+1)
	}
	return points
}

func abs(x float64) float64 { return max(x, -x) }
