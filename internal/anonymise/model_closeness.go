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

func (m Closeness) valid() string {
	if m.T.den == 0 || m.T.num < 0 || m.T.num > m.T.den {
		return "t is not between 0 and 1"
	}
	return ""
}

func (m Closeness) test(p *population) test {
	cost, divisor := m.cost(p)
	return func(s *spectrum) bool {
		return m.T.atMost(uint64(cost(s)), scale(s.records, p.total, divisor))
	}
}

// cost is the distance of a class times its records, all records and a divisor: a whole number.
func (m Closeness) cost(p *population) (cost func(s *spectrum) int, divisor int) {
	switch m.Distance {
	case OrderedDistance:
		return ordered(p), max(1, len(p.texts)-1)
	case HierarchicalDistance:
		return hierarchical(p), max(1, p.hierarchy.Height())
	default:
		return equalDistance(p), 1
	}
}

// excess is n*N*(p-q) of one value, an integer: f of n records against F of N.
func (p *population) excess(s *spectrum, code int) int {
	return s.count[code]*p.total - p.count[code]*s.records
}

// equalDistance adds the positive differences, which are half of all.
func equalDistance(p *population) func(s *spectrum) int {
	return func(s *spectrum) int {
		sum := 0
		for _, code := range s.present {
			sum += max(0, p.excess(s, int(code)))
		}
		return sum
	}
}

// ordered carries what is too much or too little from value to value.
func ordered(p *population) func(s *spectrum) int {
	byRank := ranked(p.texts)
	return func(s *spectrum) int {
		sum, carried := 0, 0
		for _, code := range byRank {
			carried += p.excess(s, code)
			sum += max(carried, -carried)
		}
		return sum
	}
}

// hierarchical climbs from the leaves: at each inner node what children have too much is set against what
// others lack, at the cost of the node's level over the height.
func hierarchical(p *population) func(s *spectrum) int {
	levels := p.hierarchy.levels
	height := len(levels) - 1
	excess := make([]int, p.hierarchy.rows)
	next := make([]int, p.hierarchy.rows)
	positive := make([]int, p.hierarchy.rows)
	return func(s *spectrum) int {
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
		return cost
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
