package anonymise

import (
	"strconv"
	"strings"
)

// Vector is one level for each quasi-identifier, in their order.
type Vector []int

// String is the vector as the cases write it: [0,2,1].
func (v Vector) String() string {
	parts := make([]string, len(v))
	for i, l := range v {
		parts[i] = strconv.Itoa(l)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// ParseVector reads [0,2,1], with or without blanks.
func ParseVector(text string) (Vector, error) {
	inner, opened := strings.CutPrefix(strings.TrimSpace(text), "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !opened || !closed {
		return nil, problem("vector", 0, "it does not stand in brackets", "write one level for each column, as [0,2,1]")
	}
	var v Vector
	for part := range strings.SplitSeq(inner, ",") {
		l, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, problem("vector", 0, "a level is no whole number", "write one level for each column, as [0,2,1]")
		}
		v = append(v, l)
	}
	return v, nil
}

// before orders vectors of equal utility, so that the answer depends on nothing else.
func (v Vector) before(w Vector) bool {
	for i, l := range v {
		if l != w[i] {
			return l < w[i]
		}
	}
	return false
}
