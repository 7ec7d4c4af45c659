package anonymise

import (
	"fmt"
	"math"
)

// Likeness bounds how much more frequent a value may be in a class than in the whole input: (p-q)/q <= B,
// and, enhanced, also <= -ln q.
type Likeness struct {
	Column   string
	B        Rational
	Enhanced bool
}

// Attribute is the sensitive column.
func (m Likeness) Attribute() string { return m.Column }

func (m Likeness) String() string {
	if m.Enhanced {
		return fmt.Sprintf("enhanced-%s-likeness for %s", m.B, m.Column)
	}
	return fmt.Sprintf("basic-%s-likeness for %s", m.B, m.Column)
}
func (Likeness) least() (records, values int) { return 1, 1 }

func (m Likeness) valid() string {
	if m.B.num <= 0 {
		return "beta is not above 0"
	}
	return ""
}

func (m Likeness) test(p *population) test {
	rarity := make([]float64, len(p.count)) // -ln q, where it is the tighter bound
	for code, f := range p.count {
		rarity[code] = math.Inf(1)
		if ln := -math.Log(float64(f) / float64(p.total)); m.Enhanced && ln < m.B.Float() {
			rarity[code] = ln
		}
	}
	return func(s *spectrum) bool {
		for _, code := range s.present {
			gain, base := p.excess(s, int(code)), p.count[code]*s.records
			if gain > 0 && (!m.B.atMost(uint64(gain), uint64(base)) || float64(gain) > rarity[code]*float64(base)) {
				return false
			}
		}
		return true
	}
}
