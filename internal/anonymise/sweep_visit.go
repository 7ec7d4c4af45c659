package anonymise

import "slices"

// visit evaluates vectors that are all above one, at which the records are grouped. Often the vector above them all is
// not acceptable, and with it none of them; else they are divided, each part grouped from the groups of the whole.
func (s *sweep) visit(list []Vector, from *layout, at Vector, depth int, best *Result) {
	best.Checked++
	doomed := s.sketch(from, s.changes(at, corner(list, higher)))
	list = slices.DeleteFunc(list, func(v Vector) bool {
		n := s.number(v)
		s.doomed[n] = max(doomed, s.doomed[n])
		return s.hopeless(v, s.doomed[n], s.box.floor, best)
	})
	if len(list) == 0 {
		return
	}
	low, here := corner(list, lower), from
	if changes := s.changes(at, low); len(changes) > 0 {
		here = s.room(depth)
		s.raise(from, changes, here)
	}
	if len(list) == 1 {
		s.measureAt(low, here, best)
		return
	}
	for _, part := range s.divide(list, low) {
		s.visit(part, here, low, depth+1, best)
	}
}

func (w *worker) changes(from, to Vector) []change {
	return w.engine.packing.changes(w.engine.attributes, from, to)
}

func lower(a, b int) int  { return min(a, b) }
func higher(a, b int) int { return max(a, b) }

// corner is the lowest or the highest level of each column.
func corner(list []Vector, of func(a, b int) int) Vector {
	m := slices.Clone(list[0])
	for _, v := range list[1:] {
		for j, l := range v {
			m[j] = of(m[j], l)
		}
	}
	return m
}

// divide makes parts of the vectors by the levels of a column: that by which they differ most, in what its values tell.
func (s *sweep) divide(list []Vector, low Vector) [][]Vector {
	column, most := -1, -1.0
	for j, a := range s.engine.attributes {
		differ, told := false, 0.0
		for _, v := range list {
			differ = differ || v[j] != low[j]
			told += a.bits[low[j]] - a.bits[v[j]]
		}
		if differ && told > most {
			column, most = j, told
		}
	}
	parts := make([][]Vector, s.engine.heights[column]+1)
	for _, v := range list {
		parts[v[column]] = append(parts[v[column]], v)
	}
	return slices.DeleteFunc(parts, func(part []Vector) bool { return len(part) == 0 })
}

// measureAt evaluates a vector at which the records are grouped.
func (s *sweep) measureAt(v Vector, y *layout, best *Result) {
	small := int(s.under(y.counts))
	s.try(&region{low: v, layout: *y, small: small, floor: s.box.floor}, best)
	s.doomed[s.number(v)] = small
}

// room is where a visit of a depth keeps its groups.
func (w *worker) room(depth int) *layout {
	for len(w.rooms) <= depth {
		w.rooms = append(w.rooms, new(layout))
	}
	return w.rooms[depth]
}

// raise groups a layout of one class at a more general vector.
func (w *worker) raise(from *layout, changes []change, into *layout) {
	w.next.copyOf(from)
	for _, c := range changes {
		w.next.lift(c, w.engine.packing.words)
	}
	w.merge()
	w.next, *into = *into, w.next
}

// sketch is how many records a more general vector dooms at the least. Groups are told apart by a hash alone: those that
// are taken for one are doomed less, and nothing branches on what is as good as random.
func (w *worker) sketch(from *layout, changes []change) int {
	words, lifted := w.engine.packing.words, &w.next
	lifted.keys = append(lifted.keys[:0], from.keys...)
	for _, c := range changes {
		lifted.lift(c, words)
	}
	tally, shift := emptySlots(w.tallies, len(from.counts))
	w.tallies = tally
	if words == 1 {
		for i, n := range from.counts {
			key := lifted.keys[i]
			tally[(key^key>>29)*goldenRatio>>(shift&63)] += n
		}
	} else {
		for i, n := range from.counts {
			tally[mix(lifted.keys[i*words:(i+1)*words])>>(shift&63)] += n
		}
	}
	return int(w.under(tally))
}

// under adds up what is under the least size that any model can pass. A mask takes the place of a condition, as in
// weighClass.
func (w *worker) under(sizes []uint32) (small uint32) {
	least := int64(w.engine.least)
	for _, n := range sizes {
		small += n & uint32((int64(n)-least)>>63)
	}
	return small
}
