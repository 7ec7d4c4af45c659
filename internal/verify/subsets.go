package verify

import (
	"math/bits"
	"slices"
)

// tally is rows counted: each different key once, in order, with how many rows have it.
type tally []counted

type counted struct {
	key
	rows int
}

// counts gives, by cell, how many of the rows from to to have it.
func (t *table) counts(from, to int) []int {
	n := make([]int, len(t.cells))
	for _, id := range t.rows[from:to] {
		n[id]++
	}
	return n
}

// tally lists the cells that some rows have.
func (t *table) tally(n []int) tally {
	var out tally
	for id, rows := range n {
		if rows > 0 {
			out = append(out, counted{t.cells[id], rows})
		}
	}
	return out
}

// masked counts again with only the bits of mask told apart, into a slice that is used again.
func (g tally) masked(mask key, into tally) tally {
	into = into[:0]
	for _, c := range g {
		into = append(into, counted{c.and(mask), c.rows})
	}
	if !slices.IsSortedFunc(into, func(a, b counted) int { return compare(a.key, b.key) }) {
		slices.SortFunc(into, func(a, b counted) int { return compare(a.key, b.key) })
	}
	merged := into[:0]
	for _, c := range into {
		if n := len(merged); n > 0 && merged[n-1].key == c.key {
			merged[n-1].rows += c.rows
			continue
		}
		merged = append(merged, c)
	}
	return merged
}

// set is a set of columns, a bit for each.
type set uint16

// mask is the fields of a set's columns.
func (t *table) mask(s set) key {
	var m key
	for rest := s; rest != 0; rest &= rest - 1 {
		f := t.masks[bits.TrailingZeros16(uint16(rest))]
		m[0], m[1] = m[0]|f[0], m[1]|f[1]
	}
	return m
}

func (t *table) all() set { return 1<<len(t.columns) - 1 }

// eachSet counts the rows over every set of columns but the empty one. Each set is counted from a set with one column more,
// which has fewer groups than the table has rows.
func (t *table) eachSet(g tally, do func(s set, g tally)) {
	spare := make([]tally, len(t.columns)+1)
	var walk func(s set, g tally, from, depth int)
	walk = func(s set, g tally, from, depth int) {
		do(s, g)
		for i := from; i < len(t.columns); i++ {
			if less := s &^ (1 << i); less != 0 {
				spare[depth] = g.masked(t.mask(less), spare[depth])
				walk(less, spare[depth], i+1, depth+1)
			}
		}
	}
	if len(g) > 0 {
		walk(t.all(), g, 0, 0)
	}
}
