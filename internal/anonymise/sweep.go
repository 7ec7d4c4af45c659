package anonymise

import "slices"

// sweep finishes a box of few open vectors, those that may be better than the best. What a vector dooms, all below it
// suppress: so the highest are evaluated first, and each that is not acceptable closes all below it.
type sweep struct {
	*worker
	box     *region
	strides []int  // by column: vectors are numbered in lexical order, those a level apart lie so far apart
	doomed  []int  // by number: records that the vector suppresses at least
	isOpen  []bool // by number
	open    []int  // their numbers, in order
}

const (
	smallBox = 1 << 12 // vectors of a box that is swept, at most
	fewOpen  = 100     // of them, those that are open
)

// sweep evaluates what may be better than the best in a box that has been looked at, unless that is much.
func (w *worker) sweep(r *region, best *Result) (done bool) {
	if len(w.engine.secrets) > 0 || w.engine.sized || w.engine.limit == 0 {
		return false // boxes exclude more by more than sizes, or at once
	}
	s := &sweep{worker: w, box: r, strides: make([]int, len(r.low))}
	size := 1
	for j := len(r.low) - 1; j >= 0; j-- {
		s.strides[j] = size
		if size *= r.high[j] - r.low[j] + 1; size > smallBox {
			return false
		}
	}
	s.doomed, s.isOpen = make([]int, size), make([]bool, size)
	if !s.unfold(slices.Clone(r.low), 0, 0, r.doomed, best) {
		return false
	}
	for len(s.open) > 0 {
		s.round(best)
	}
	return true
}

// unfold opens vectors from one upwards, which differ from it in the columns from j on, and reports that all are few.
func (s *sweep) unfold(v Vector, number, j, doomed int, best *Result) bool {
	if s.hopeless(v, doomed, s.box.floor, best) {
		return true
	}
	if j == len(v) {
		s.open = append(s.open, number)
		s.isOpen[number], s.doomed[number] = true, doomed
		return len(s.open) <= fewOpen
	}
	few := true
	for l := s.box.low[j]; l <= s.box.high[j] && few; l++ {
		v[j] = l
		few = s.unfold(v, number+(l-s.box.low[j])*s.strides[j], j+1, max(doomed, s.box.ahead[j][l]), best)
	}
	v[j] = s.box.low[j]
	return few
}

// round evaluates the highest vectors and closes what that allows.
func (s *sweep) round(best *Result) {
	list := s.highest()
	for _, v := range list {
		s.isOpen[s.number(v)] = false
	}
	all := &layout{s.box.keys, s.box.counts, []int32{0, int32(len(s.box.counts))}}
	s.visit(list, all, s.box.low, 0, best)
	s.lower()
	at := make(Vector, len(s.strides))
	s.open = slices.DeleteFunc(s.open, func(number int) bool {
		if s.isOpen[number] {
			s.vector(number, at)
			s.isOpen[number] = !s.hopeless(at, s.doomed[number], s.box.floor, best)
		}
		return !s.isOpen[number]
	})
}

// highest lists the open vectors with no open one right above.
func (s *sweep) highest() []Vector {
	var list []Vector
	at := make(Vector, len(s.strides))
next:
	for _, number := range s.open {
		s.vector(number, at)
		for j, l := range at {
			if l < s.box.high[j] && s.isOpen[number+s.strides[j]] {
				continue next
			}
		}
		list = append(list, slices.Clone(at))
	}
	return list
}

// lower carries what vectors doom down the box.
func (s *sweep) lower() {
	at := make(Vector, len(s.strides))
	for number := len(s.doomed) - 1; number >= 0; number-- {
		s.vector(number, at)
		for j, l := range at {
			if l < s.box.high[j] {
				s.doomed[number] = max(s.doomed[number], s.doomed[number+s.strides[j]])
			}
		}
	}
}

func (s *sweep) number(v Vector) int {
	number := 0
	for j, l := range v {
		number += (l - s.box.low[j]) * s.strides[j]
	}
	return number
}

// vector writes the vector of a number.
func (s *sweep) vector(number int, into Vector) {
	for j, stride := range s.strides {
		into[j] = s.box.low[j] + number/stride
		number %= stride
	}
}
