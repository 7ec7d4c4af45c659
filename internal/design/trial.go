package design

import "slices"

// trial judges a stream at one vector after another; it is one goroutine's.
type trial struct {
	s       *Stream
	block   []uint32   // of each record; none when a level does not know it
	cell    []uint32   // of each record: the tuple of its secrets
	rest    [][]uint32 // for each written secret, the tuple of the others
	secrets []int
	value   [][]int32 // for each written secret, its value
	judged  []bool
	homes   *homes
	persons marks
	rows    marks // counts records of a block
	count   []int32
	seen    [2]marks // distinct households and filers
	older   [][2]int32
	kept    []int32
	delays  []int
	cells   map[[2]uint32]*Cell
	first   map[[2]uint32]int32 // a record of each cell
	figures Figures
}

const none = ^uint32(0)

func (s *Stream) newTrial() *trial {
	n := len(s.records)
	return &trial{
		s: s, block: make([]uint32, n), cell: make([]uint32, n), judged: make([]bool, n), homes: newHomes(n, s.keys),
		persons: newMarks(n), seen: [2]marks{newMarks(n), newMarks(n)}, delays: make([]int, s.months),
	}
}

// run judges the stream month by month, each record once, as the house does (anonymisation.md, section 2).
func (t *trial) run(vector []int) Figures {
	s := t.s
	t.figures = Figures{Vector: slices.Clone(vector), Loss: s.Loss(vector), Records: len(s.records), Months: make([]Month, s.months)}
	t.arrange(vector)
	clear(t.judged)
	clear(t.delays)
	t.cells, t.first = map[[2]uint32]*Cell{}, map[[2]uint32]int32{}
	for m := range s.months {
		t.month(m)
	}
	t.leftOver()
	t.figures.Cells = len(t.cells)
	t.figures.Median, t.figures.Ninetieth = percentile(t.delays, 50), percentile(t.delays, 90)
	return t.figures
}

// arrange numbers the blocks and the tuples of secrets at a vector.
func (t *trial) arrange(vector []int) {
	var open, secret []int
	for j, c := range t.s.columns {
		switch {
		case vector[j] == len(c.Levels):
		case c.Secret:
			secret = append(secret, j)
		default:
			open = append(open, j)
		}
	}
	size := t.number(t.block, open, vector)
	t.number(t.cell, secret, vector)
	t.secrets, t.rest, t.value = secret, nil, nil
	for _, j := range secret {
		others := slices.DeleteFunc(slices.Clone(secret), func(x int) bool { return x == j })
		rest := make([]uint32, len(t.block))
		t.number(rest, others, vector)
		t.rest = append(t.rest, rest)
		t.value = append(t.value, t.s.columns[j].at(vector[j]))
	}
	for i, c := range t.cell {
		if c == none {
			t.block[i] = none
		}
	}
	t.rows, t.count = newMarks(size), make([]int32, size)
	for _, b := range t.block {
		if b != none && t.rows.first(b) {
			t.figures.Blocks++
		}
	}
}

// at is what a level writes for each record.
func (c column) at(l int) []int32 {
	out := make([]int32, len(c.Raw))
	for i, raw := range c.Raw {
		if out[i] = -1; raw >= 0 {
			out[i] = c.Levels[l].Of[raw]
		}
	}
	return out
}

// number gives equal numbers to records that are equal in some columns; it tells how many numbers there may be.
func (t *trial) number(out []uint32, columns []int, vector []int) int {
	clear(out)
	size := 1
	for _, j := range columns {
		level := &t.s.columns[j].Levels[vector[j]]
		for i, raw := range t.s.columns[j].Raw {
			switch {
			case out[i] == none:
			case raw < 0 || level.Of[raw] < 0:
				out[i] = none
			default:
				out[i] = out[i]*uint32(level.Size) + uint32(level.Of[raw])
			}
		}
		if size *= level.Size; size > 1<<14 {
			size = renumber(out)
		}
	}
	return size
}

// renumber leaves no number unused.
func renumber(out []uint32) int {
	to := map[uint32]uint32{}
	for i, v := range out {
		if v == none {
			continue
		}
		n, known := to[v]
		if !known {
			n = uint32(len(to))
			to[v] = n
		}
		out[i] = n
	}
	return max(len(to), 1)
}

// leftOver counts what was never judged.
func (t *trial) leftOver() {
	for i, r := range t.s.records {
		if m := r.From; m >= 0 && m < t.s.months {
			t.figures.Months[m].Closed++
		}
		switch {
		case t.judged[i]:
		case t.block[i] == none:
			t.figures.Unknown++
		case r.Until <= t.s.months:
			t.figures.Lapsed++
		default:
			t.figures.Waiting++
		}
	}
}
