package anonymise

import (
	"fmt"
	"slices"
)

// DistinctDiversity asks for at least L different sensitive values in every class.
type DistinctDiversity struct {
	Column string
	L      int
}

// Attribute is the sensitive column.
func (m DistinctDiversity) Attribute() string { return m.Column }

func (m DistinctDiversity) String() string {
	return fmt.Sprintf("distinct-%d-diversity for %s", m.L, m.Column)
}
func (m DistinctDiversity) least() (records, values int) { return m.L, m.L }
func (m DistinctDiversity) valid() string                { return atLeastOne(m.L) }

func (m DistinctDiversity) test(*population) test {
	return func(s *spectrum) bool { return len(s.present) >= m.L }
}

func atLeastOne(l int) string {
	if l < 1 {
		return "l is under 1"
	}
	return ""
}

// RecursiveDiversity asks that the most frequent value count less than C times those from the L-th on.
type RecursiveDiversity struct {
	Column string
	C      Rational
	L      int
}

// Attribute is the sensitive column.
func (m RecursiveDiversity) Attribute() string { return m.Column }

func (m RecursiveDiversity) String() string {
	return fmt.Sprintf("recursive-(%s,%d)-diversity for %s", m.C, m.L, m.Column)
}
func (m RecursiveDiversity) least() (records, values int) { return m.L, m.L }

func (m RecursiveDiversity) valid() string {
	if m.C.num <= 0 {
		return "c is not above 0"
	}
	return atLeastOne(m.L)
}

func (m RecursiveDiversity) test(*population) test {
	var counts []int
	return func(s *spectrum) bool {
		if len(s.present) < m.L {
			return false
		}
		counts = s.descending(counts)
		tail := 0
		for _, n := range counts[m.L-1:] {
			tail += n
		}
		return m.C.below(uint64(counts[0]), uint64(tail))
	}
}

// descending lists the counts of the class, largest first, in the given space.
func (s *spectrum) descending(space []int) []int {
	space = space[:0]
	for _, code := range s.present {
		space = append(space, s.count[code])
	}
	slices.Sort(space)
	slices.Reverse(space)
	return space
}

// MaximumShare asks that no sensitive value hold more than Share of a class.
type MaximumShare struct {
	Column string
	Share  Rational
}

// Attribute is the sensitive column.
func (m MaximumShare) Attribute() string { return m.Column }

func (m MaximumShare) String() string {
	return fmt.Sprintf("maximum share %s for %s", m.Share, m.Column)
}
func (MaximumShare) least() (records, values int) { return 1, 1 }

func (m MaximumShare) valid() string {
	if m.Share.num <= 0 || m.Share.num > m.Share.den {
		return "the share is not above 0 and at most 1"
	}
	return ""
}

func (m MaximumShare) test(*population) test {
	return func(s *spectrum) bool {
		for _, code := range s.present {
			if !m.Share.atMost(uint64(s.count[code]), uint64(s.records)) {
				return false
			}
		}
		return true
	}
}
