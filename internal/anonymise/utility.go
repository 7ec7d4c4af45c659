package anonymise

import (
	"strconv"
	"strings"
)

// Utility is what a vector of levels costs: less is better. It is one number, or, for the RANK aggregate, the
// columns' losses in descending order, compared from the first.
type Utility struct {
	value float64
	ranks []float64
}

func scalar(x float64) Utility { return Utility{value: x} }

// Value is the number, or the largest of the ranks.
func (u Utility) Value() float64 {
	if len(u.ranks) > 0 {
		return u.ranks[0]
	}
	return u.value
}

// String is the shortest decimal that reads back as the same float: 0.25, or [0.5, 0.25, 0.0].
func (u Utility) String() string {
	if u.ranks == nil {
		return strconv.FormatFloat(u.value, 'f', -1, 64)
	}
	parts := make([]string, len(u.ranks))
	for i, x := range u.ranks {
		parts[i] = strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(parts[i], ".") {
			parts[i] += ".0"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// compare is negative where u is better than v.
func (u Utility) compare(v Utility) int {
	if u.ranks == nil {
		return order(u.value, v.value)
	}
	for i, x := range u.ranks {
		if i >= len(v.ranks) {
			return 1
		}
		if c := order(x, v.ranks[i]); c != 0 {
			return c
		}
	}
	return 0
}

func order(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}
