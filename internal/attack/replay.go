package attack

import "slices"

// batch is the dossiers of a block that the method judged at one month end: the attacker has the code and the register, and
// timing depends on no secret, so he knows every batch exactly.
type batch struct {
	month  int
	block  int32
	people []int32 // the latest dossier of each person, in a block by it
}

// replay is the method's own course on the register.
type replay struct {
	blocks  []int32 // by dossier, -1 where the hierarchies miss a value
	sample  []int32 // by block, one of its dossiers
	batches []batch
}

// replay runs the method: every month end, each block whose waiting dossiers count m in households and filers is judged. It is
// possible where the columns stand at their frozen levels and the attacker knows all that are no secret.
func (w *world) replay(l *lineage) (*replay, bool) {
	s := l.releases[0]
	written := 0
	for i := range s.schema.Columns {
		if s.schema.Columns[i].written() {
			written++
		}
	}
	for _, v := range s.views {
		if v.column == nil || v.level != v.column.Level || v.head < 0 && !v.sensitive() {
			return nil, false
		}
	}
	if written != len(s.views) || len(w.applied) == 0 {
		return nil, false
	}
	p := &replay{}
	p.findBlocks(w, s)
	p.run(w, s.schema)
	return p, true
}

func (p *replay) findBlocks(w *world, s *seen) {
	of, n := make([]int32, len(w.applied)), 1
	known := make([]bool, len(w.applied))
	for i := range known {
		known[i] = true
	}
	for _, j := range s.open {
		v := s.views[j]
		level := v.column.Levels[v.level]
		byRaw := make([]string, len(w.words[v.head]))
		for i, raw := range w.words[v.head] {
			byRaw[i] = level.word(raw)
		}
		codes, words := code(len(w.applied), func(i int) string {
			word := byRaw[w.raw[v.head][w.applied[i].line]]
			known[i] = known[i] && word != ""
			return word
		})
		of, n = refine(of, n, codes, len(words))
	}
	p.blocks, p.sample = of, make([]int32, n)
	for i := len(of) - 1; i >= 0; i-- {
		p.sample[of[i]] = int32(i)
		if !known[i] {
			p.blocks[i] = -1
		}
	}
}

// blockOf is the block of a released tuple, -1 when nobody in the register is of it.
func (p *replay) blockOf(w *world, at place) int32 {
	for block, d := range p.sample {
		if p.blocks[d] >= 0 && w.fits(at.in, at.tuple, w.applied[d]) {
			return int32(block)
		}
	}
	return -1
}

func (p *replay) run(w *world, schema *Schema) {
	first, last := w.applied[0].month, w.applied[0].month
	for _, d := range w.applied {
		first, last = min(first, d.month), max(last, d.month)
	}
	gone := make([]bool, len(w.applied))
	for m := first; m <= last; m++ {
		var waiting []int32
		for i, d := range w.applied {
			purged := w.PurgeMonths > 0 && m-d.month >= w.PurgeMonths
			if d.month <= m && !gone[i] && !purged && p.blocks[i] >= 0 {
				waiting = append(waiting, int32(i))
			}
		}
		p.judge(w, schema, m, waiting, gone)
	}
}

func (p *replay) judge(w *world, schema *Schema, m int, waiting []int32, gone []bool) {
	kept := w.latestOf(waiting)
	byBlock := make(map[int32][]int32)
	for _, d := range kept {
		byBlock[p.blocks[d]] = append(byBlock[p.blocks[d]], d)
	}
	judged := make(map[int32]bool) // persons
	for block := range p.sample {
		people := byBlock[int32(block)]
		if n, _ := w.smallest(people); n == 0 || n < schema.M {
			continue
		}
		p.batches = append(p.batches, batch{m, int32(block), people})
		for _, d := range people {
			judged[w.applied[d].person] = true
		}
	}
	for _, d := range waiting {
		gone[d] = gone[d] || judged[w.applied[d].person]
	}
}

// latestOf keeps of each person the dossier closed last, in the order of the register.
func (w *world) latestOf(dossiers []int32) []int32 {
	latest := make(map[int32]int32)
	for _, d := range dossiers {
		person := w.applied[d].person
		if before, ok := latest[person]; !ok || w.closedAt(d).After(w.closedAt(before)) {
			latest[person] = d
		}
	}
	return slices.DeleteFunc(slices.Clone(dossiers), func(d int32) bool { return latest[w.applied[d].person] != d })
}
