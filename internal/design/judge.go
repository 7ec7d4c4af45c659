package design

import (
	"cmp"
	"slices"
)

// month judges, at the end of a month, every block in which enough records wait.
func (t *trial) month(m int) {
	full := t.gather(m)
	if len(full) == 0 {
		return
	}
	t.homes.meet(t.s, t.s.linked[m], t.judged)
	slices.SortFunc(full, func(a, b int32) int { return cmp.Compare(t.block[a], t.block[b]) })
	for block := range runs(full, func(i int32) uint32 { return t.block[i] }) {
		if t.counts(block) < t.s.bounds.M {
			continue
		}
		for _, i := range block {
			t.judged[i] = true
		}
		t.figures.Months[m].Judged += len(block)
		t.figures.HeldBack += len(block)
		t.write(m, t.sift(block))
	}
	for _, pair := range t.older {
		if t.judged[pair[1]] {
			t.judged[pair[0]] = true
			t.figures.Months[m].Judged++
			t.figures.HeldBack++
		}
	}
}

// gather finds the waiting records of the blocks that may be full: of each person the latest, the others share its fate.
func (t *trial) gather(m int) (full []int32) {
	t.persons.clear()
	t.rows.clear()
	t.older, t.kept = t.older[:0], t.kept[:0]
	enough := false
	for _, i := range t.s.active[m] {
		b := t.block[i]
		if t.judged[i] || b == none {
			continue
		}
		if !t.s.alone[i] {
			p := uint32(t.s.records[i].Person)
			if !t.persons.first(p) {
				t.older = append(t.older, [2]int32{i, t.persons.value[p]})
				continue
			}
			t.persons.value[p] = i
		}
		if t.rows.first(b) {
			t.count[b] = 0
		}
		t.count[b]++
		enough = enough || int(t.count[b]) >= t.s.bounds.M
		t.kept = append(t.kept, i)
	}
	if !enough {
		return nil
	}
	return slices.DeleteFunc(t.kept, func(i int32) bool { return int(t.count[t.block[i]]) < t.s.bounds.M })
}

// counts is the smaller of the households and the filers of some records.
func (t *trial) counts(set []int32) int {
	t.seen[0].clear()
	t.seen[1].clear()
	households, filers := 0, 0
	for _, i := range set {
		if t.seen[0].first(uint32(t.homes.find(i))) {
			households++
		}
		if t.seen[1].first(uint32(t.s.records[i].Filer)) {
			filers++
		}
	}
	return min(households, filers)
}

// sift drops all failing groups of a round at once, until none fails. What is left is in the order of its cells.
func (t *trial) sift(block []int32) []int32 {
	block = slices.Clone(block)
	for {
		failing := t.failing(block)
		slices.SortFunc(block, func(a, b int32) int { return cmp.Compare(t.cell[a], t.cell[b]) })
		if len(failing) == 0 {
			return block
		}
		block = slices.DeleteFunc(block, func(i int32) bool { return failing[i] })
	}
}

func (t *trial) failing(block []int32) map[int32]bool {
	failing := map[int32]bool{}
	slices.SortFunc(block, func(a, b int32) int { return cmp.Compare(t.cell[a], t.cell[b]) })
	for cell := range runs(block, func(i int32) uint32 { return t.cell[i] }) {
		if t.counts(cell) < t.s.bounds.K {
			mark(failing, cell)
		}
	}
	for x := range t.secrets {
		rest, value := t.rest[x], t.value[x]
		slices.SortFunc(block, func(a, b int32) int {
			return cmp.Or(cmp.Compare(rest[a], rest[b]), cmp.Compare(value[a], value[b]))
		})
		for group := range runs(block, func(i int32) uint32 { return rest[i] }) {
			if !t.diverse(group, value) {
				mark(failing, group)
			}
		}
	}
	return failing
}

func mark(failing map[int32]bool, group []int32) {
	for _, i := range group {
		failing[i] = true
	}
}

// diverse reports enough different values in a group that is in their order, none above the largest share.
func (t *trial) diverse(group []int32, value []int32) bool {
	values := 0
	for same := range runs(group, func(i int32) uint32 { return uint32(value[i]) }) {
		values++
		if len(same)*1000 > t.s.bounds.Thousandths*len(group) {
			return false
		}
	}
	return values >= t.s.bounds.Diverse
}

// write counts what is released of a block at the end of a month.
func (t *trial) write(m int, rows []int32) {
	f := &t.figures
	f.Released += len(rows)
	f.HeldBack -= len(rows)
	f.Months[m].Released += len(rows)
	for _, i := range rows {
		t.delays[m-max(t.s.records[i].From, 0)]++
	}
	for same := range runs(rows, func(i int32) uint32 { return t.cell[i] }) {
		if f.Smallest == 0 || len(same) < f.Smallest {
			f.Smallest = len(same)
		}
		key := [2]uint32{t.block[same[0]], t.cell[same[0]]}
		if t.cells[key] == nil {
			t.cells[key], t.first[key] = &Cell{Month: m}, same[0]
		}
		t.cells[key].Rows += len(same)
	}
}

// runs goes through the stretches of a list that have one key.
func runs(list []int32, key func(int32) uint32) func(func([]int32) bool) {
	return func(yield func([]int32) bool) {
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && key(list[to]) == key(list[from]) {
				to++
			}
			if !yield(list[from:to]) {
				return
			}
			from = to
		}
	}
}
