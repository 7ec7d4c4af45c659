package attack

import "fmt"

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
