// Package tabulate counts records by one or two columns, and tells each count with the noise of its cell, or hides the few.
package tabulate

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"guichet/internal/fault"
)

// Key is a record's own random number, which nobody outside the keyring can compute.
type Key uint64

// KeyOf takes a key from the first eight bytes of a keyed hash.
func KeyOf(mac []byte) Key { return Key(binary.BigEndian.Uint64(mac)) }

// Axis is what cells differ by in one direction.
type Axis struct {
	ID     string   // names the column with its level: axes of different tables with one ID have the same values
	Values []string // in order
	Known  bool     // what a neighbour may know of somebody: a value with fewer than K records is not crossed with anything
}

// Grid is a table before anything is counted. Scope says of what its records are, such as a procedure and a month.
type Grid struct {
	Scope string
	Axes  []Axis // one or two, or none for the total alone
	K     int    // least number of records that are told apart further
	Least int    // of a table that is told exactly: what is fewer is hidden
}

// Record is one record: its value on each axis, by index, and its key.
type Record struct {
	Key    Key
	Values []int
}

// cell is a place of the grid: an index on each axis; the number of the axis's values stands for all of them together.
type cell []int

// cells goes through the places of the grid, margins included, the last axis fastest.
func (g Grid) cells() []cell {
	out := []cell{nil}
	for _, a := range g.Axes {
		var next []cell
		for _, c := range out {
			for v := range len(a.Values) + 1 {
				next = append(next, append(slices.Clone(c), v))
			}
		}
		out = next
	}
	return out
}

// index is the position of a place among cells.
func (g Grid) index(c cell) (i int) {
	for d, v := range c {
		i = i*(len(g.Axes[d].Values)+1) + v
	}
	return i
}

// name is what a cell is, in any table that has it and in whatever order of the columns.
func (g Grid) name(c cell) string {
	var parts []string
	for d, v := range c {
		if a := g.Axes[d]; v < len(a.Values) {
			parts = append(parts, fmt.Sprintf("%q=%q", a.ID, a.Values[v]))
		}
	}
	slices.Sort(parts)
	return fmt.Sprintf("%q", g.Scope) + strings.Join(parts, "&")
}

// cellKey is even over all numbers, whatever the records, and bound to what the cell is. Cells that hold the same records
// under two names get noises of their own: were they equal, a difference would tell that the records differ.
func (g Grid) cellKey(c cell, sum uint64) uint64 {
	h := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, sum), g.name(c)...))
	return binary.BigEndian.Uint64(h[:])
}

// tally counts the records of each cell, and adds their keys up.
type tally struct {
	counts []int
	sums   []uint64
}

func (g Grid) count(records []Record) (tally, error) {
	places := len(g.cells())
	t := tally{make([]int, places), make([]uint64, places)}
	for _, r := range records {
		if len(r.Values) != len(g.Axes) {
			return t, fault.New(fault.Internal, "")
		}
		for over := range 1 << len(g.Axes) { // each choice of axes that are summed over
			c := slices.Clone(cell(r.Values))
			for d := range c {
				if c[d] < 0 || c[d] >= len(g.Axes[d].Values) {
					return t, fault.New(fault.Internal, "")
				}
				if over>>d&1 == 1 {
					c[d] = len(g.Axes[d].Values)
				}
			}
			t.counts[g.index(c)]++
			t.sums[g.index(c)] += uint64(r.Key)
		}
	}
	return t, nil
}

// tells reports whether a cell may be told. Anything needs K records in all, also the total, which exact counts may hide. And
// where a cell says something more about those who share a value that a neighbour may know, K of those.
func (g Grid) tells(c cell, t tally) bool {
	all := g.margin()
	if t.counts[g.index(all)] < g.K {
		return false
	}
	named := 0
	for d, v := range c {
		if v < len(g.Axes[d].Values) {
			named++
		}
	}
	for d, v := range c {
		if named > 1 && g.Axes[d].Known && v < len(g.Axes[d].Values) {
			alone := slices.Clone(all)
			alone[d] = v
			if t.counts[g.index(alone)] < g.K {
				return false
			}
		}
	}
	return true
}

// margin is the place of the total.
func (g Grid) margin() cell {
	c := make(cell, len(g.Axes))
	for d, a := range g.Axes {
		c[d] = len(a.Values)
	}
	return c
}
