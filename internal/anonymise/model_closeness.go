package anonymise

import (
	"fmt"
	"math/bits"
)

// Closeness asks that the sensitive values of a class be spread as in the whole input, within a distance T.
type Closeness struct {
	Column   string
	T        Rational
	Distance Distance
}

// Distance is the ground distance between two sensitive values.
type Distance uint8

// The distances: all values equally far; as far as their positions; as far as the level where they meet.
const (
	EqualDistance Distance = iota
	OrderedDistance
	HierarchicalDistance
)

// Attribute is the sensitive column.
func (m Closeness) Attribute() string { return m.Column }

func (m Closeness) String() string {
	name := [...]string{"equal", "ordered", "hierarchical"}[m.Distance]
	return fmt.Sprintf("%s-closeness (%s distance) for %s", m.T, name, m.Column)
}
func (Closeness) least() (records, values int) { return 1, 1 }
func (Closeness) merges() bool                 { return true }

func (m Closeness) valid() string {
	if m.T.den == 0 || m.T.num < 0 || m.T.num > m.T.den {
		return "t is not between 0 and 1"
	}
	return ""
}

func (m Closeness) test(p *population) test {
	switch m.Distance {
	case OrderedDistance:
		return m.ordered(p)
	case HierarchicalDistance:
		return m.hierarchical(p)
	default:
		return m.equal(p)
	}
}

// excess is n*N*(p-q) of one value, an integer: f of n records against F of N.
func (p *population) excess(s *spectrum, code int) int {
	return s.count[code]*p.total - p.count[code]*s.records
}

// equal adds the positive differences, which are half of all.
func (m Closeness) equal(p *population) test {
	return func(s *spectrum) bool {
		sum := 0
		for _, code := range s.present {
			sum += max(0, p.excess(s, int(code)))
		}
		return m.T.atMost(uint64(sum), uint64(s.records)*uint64(p.total))
	}
}

func (m Closeness) ordered(p *population) test {
	byRank := make([]int, len(p.order))
	for code, rank := range p.order {
		byRank[rank] = code
	}
	return func(s *spectrum) bool {
		sum, carried := 0, 0
		for _, code := range byRank {
			carried += p.excess(s, code)
			sum += max(carried, -carried)
		}
		return m.T.atMost(uint64(sum), scale(s.records, p.total, max(1, len(byRank)-1)))
	}
}

// hierarchical climbs from the leaves: at each inner node what children have too much is set against what
// others lack, at the cost of the node's level over the height.
func (m Closeness) hierarchical(p *population) test {
	levels := p.hierarchy.levels
	height := len(levels) - 1
	excess := make([]int, p.hierarchy.rows)
	next := make([]int, p.hierarchy.rows)
	positive := make([]int, p.hierarchy.rows)
	return func(s *spectrum) bool {
		clear(excess)
		for code, leaf := range p.leaf {
			excess[leaf] = p.excess(s, code)
		}
		cost := 0
		here, above := excess, next
		for l := 1; l <= height; l++ {
			clear(above)
			clear(positive)
			for code, up := range levels[l-1].up {
				above[up] += here[code]
				positive[up] += max(0, here[code])
			}
			for node := range levels[l].values {
				cost += l * min(positive[node], positive[node]-above[node])
			}
			here, above = above, here
		}
		return m.T.atMost(uint64(cost), scale(s.records, p.total, max(1, height)))
	}
}

// scale is a product of counts; beyond 64 bits, which no memory holds, it is the largest number.
func scale(a, b, c int) uint64 {
	high, low := bits.Mul64(uint64(a)*uint64(b), uint64(c))
	if high > 0 {
		return 1<<64 - 1
	}
	return low
}
