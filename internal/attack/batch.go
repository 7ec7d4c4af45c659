package attack

import (
	"fmt"
	"slices"
)

// batch is the dossiers of a block that the method judged at one month end: the attacker has the code and the register, and
// timing depends on no secret, so he knows every batch exactly.
type batch struct {
	month  int
	block  int32
	people []int32 // the latest dossier of each person, in a block by it
}

// batches replays the method on the register and sets what each month added to a class against the batch it must come
// from, whatever the months its dossiers closed in (P7, P8). A batch of which nothing appears is kept for the report.
func (w *world) batches(r *Report) {
	for _, l := range w.lineages() {
		replay, ok := w.replay(l)
		if !ok {
			continue
		}
		months := w.monthsOf(l, replay)
		if why := months.strange(); why != "" {
			r.note("%s: %s, so the releases were not made at month ends by the schema's method, or the register does not cover them", l.releases[0].Name, why)
			continue
		}
		for _, m := range months {
			if len(m.people) == 0 {
				continue
			}
			if m.rows == 0 {
				w.silent = append(w.silent, m)
				continue
			}
			r.Batches++
			w.told = append(w.told, m)
			w.judged(m, r)
		}
	}
}

// judged tells what the rows of a batch say of its people.
func (w *world) judged(m *monthly, r *Report) {
	s := m.to
	if size, of := w.smallest(m.people); size < s.schema.K {
		r.people(s, m.people, size, fmt.Sprintf("%d rows are of a batch of %d %s", m.rows, size, of))
	}
	for _, secret := range s.secret {
		for _, t := range m.l.tallies(make([]int, len(m.l.tuples)), 1, secret, m.added) {
			if why := s.tells(secret, t); why != "" {
				r.people(s, m.people, t.all, fmt.Sprintf("of the batch of %d judged in %s, %s", len(m.people), monthName(s.month), why))
			}
		}
	}
}

// monthly is what one release added to one block, and the people it can come from.
type monthly struct {
	l      *lineage
	to     *seen
	block  int32
	people []int32
	added  []int // by tuple of the lineage
	rows   int
}

type monthlies []*monthly

// strange says where rows appear that no batch explains.
func (list monthlies) strange() string {
	for _, m := range list {
		if m.rows > len(m.people) {
			return fmt.Sprintf("%d rows came in %s to a block whose batch counts %d", m.rows, m.to.Name, len(m.people))
		}
	}
	return ""
}

// monthsOf sets the rows that each release added against the batches judged since the one before.
func (w *world) monthsOf(l *lineage, replay *replay) monthlies {
	var list monthlies
	before := 0
	for i, s := range l.releases {
		byBlock := make(map[int32]*monthly)
		meet := func(block int32) *monthly {
			if byBlock[block] == nil {
				byBlock[block] = &monthly{l: l, to: s, block: block, added: make([]int, len(l.tuples))}
				list = append(list, byBlock[block])
			}
			return byBlock[block]
		}
		for _, b := range replay.batches {
			if b.month > before && b.month <= s.month {
				m := meet(b.block)
				m.people = append(m.people, b.people...)
			}
		}
		for t := range l.tuples {
			n := l.counts[i][t]
			if i > 0 {
				n -= l.counts[i-1][t]
			}
			if n > 0 {
				m := meet(replay.blockOf(w, l.tuples[t]))
				m.added[t] += n
				m.rows += n
			}
		}
		before = s.month
	}
	return list
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
