package verify

import (
	"fmt"
	"slices"
	"strings"
)

// values lists the cells that a column's frozen level can write: ids of groups, or bands of numbers.
func (c column) values() []string {
	l := c.Levels[c.Level]
	if len(l.Groups) > 0 && len(l.Cuts) > 0 {
		return nil
	}
	var out []string
	for _, g := range l.Groups {
		out = append(out, cellOf(g.ID))
	}
	for i := range l.Cuts {
		if i > 0 && l.Cuts[i] <= l.Cuts[i-1] {
			return nil
		}
		out = append(out, cellOf(l.below(i)))
	}
	if n := len(l.Cuts); n > 0 {
		out = append(out, cellOf(fmt.Sprintf("%d+", l.Cuts[n-1])))
	}
	return out
}

// below names the band that ends before the i-th cut: <45, then 45-64, and 64 alone where one number is between two cuts.
func (l level) below(i int) string {
	switch {
	case i == 0:
		return fmt.Sprintf("<%d", l.Cuts[0])
	case l.Cuts[i]-l.Cuts[i-1] == 1:
		return fmt.Sprint(l.Cuts[i-1])
	}
	return fmt.Sprintf("%d-%d", l.Cuts[i-1], l.Cuts[i]-1)
}

// cellOf is how a value stands in a cell: one that could be read as a formula has an apostrophe before it.
func cellOf(value string) string {
	if value != "" && strings.IndexByte("=+-@\t\r", value[0]) >= 0 {
		return "'" + value
	}
	return value
}

// vector writes the frozen levels: "age left out, eea 0, region 1".
func (s *schema) vector() string {
	words := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		words[i] = fmt.Sprintf("%s %d", c.ID, c.Level)
		if c.Level == len(c.Levels) {
			words[i] = c.ID + " left out"
		}
	}
	return strings.Join(words, ", ")
}

// sortedValues are the values in the order of their bytes, so that codes compare as cells do.
func (c column) sortedValues() []string {
	values := c.values()
	slices.Sort(values)
	return values
}
