package anonymise

import (
	"slices"
	"strconv"
	"strings"

	"guichet/internal/fault"
)

// Judgement is the outcome of one month end for one schema.
type Judgement struct {
	Judged []string // ids of the dossiers judged now, sorted: they are never judged again, released or not
	Cohort Cohort   // what is released of them
}

// Judge judges every block whose waiting records count at least M, each record once: what passes joins the
// cohort named label, the rest is never released. Blocks that count less go on waiting. The order of the
// records plays no part (RP-021, RP-176 to RP-178; anonymisation.md section 2).
func Judge(s *Schema, label string, waiting []Waiting) (j Judgement, err error) {
	defer fault.Wrap(&err, "anonymise.Judge %s %s", s.rules.ID, label)
	if err := s.checkWaiting(waiting); err != nil {
		return Judgement{}, err
	}
	kept, older := latest(waiting)
	var passed []*Waiting
	for _, block := range s.gather(references(kept), s.open()) {
		if counts(block) < s.rules.M {
			continue
		}
		for _, w := range block {
			j.Judged = append(append(j.Judged, w.ID), older[w.ID]...)
		}
		passed = append(passed, s.sift(block)...)
	}
	slices.Sort(j.Judged)
	j.Cohort = s.freeze(label, passed, len(j.Judged)-len(passed))
	return j, nil
}

func references(kept []Waiting) []*Waiting {
	list := make([]*Waiting, len(kept))
	for i := range kept {
		list[i] = &kept[i]
	}
	return list
}

// sift drops all failing groups of a round at once, until none fails.
func (s *Schema) sift(block []*Waiting) []*Waiting {
	for {
		failing := s.failing(block)
		if len(failing) == 0 {
			return block
		}
		block = slices.DeleteFunc(slices.Clone(block), func(w *Waiting) bool { return failing[w] })
	}
}

// failing is every record of a cell that counts under K, or of a group that is not diverse.
func (s *Schema) failing(block []*Waiting) map[*Waiting]bool {
	failing := make(map[*Waiting]bool)
	for _, cell := range s.gather(block, s.all()) {
		if counts(cell) < s.rules.K {
			mark(failing, cell)
		}
	}
	for i, c := range s.rules.Columns {
		if !c.Sensitive {
			continue
		}
		for _, group := range s.gather(block, s.allBut(i)) {
			values := make([]string, len(group))
			for g, w := range group {
				values[g] = w.Cells[i]
			}
			if !s.diverse(values) {
				mark(failing, group)
			}
		}
	}
	return failing
}

func mark(failing map[*Waiting]bool, group []*Waiting) {
	for _, w := range group {
		failing[w] = true
	}
}

// diverse reports at least Diverse different values, none above Share.
func (s *Schema) diverse(values []string) bool {
	count := make(map[string]int)
	for _, value := range values {
		count[value]++
	}
	for _, n := range count {
		if !s.rules.Share.atMost(uint64(n), uint64(len(values))) {
			return false
		}
	}
	return len(count) >= s.rules.Diverse
}

// gather puts the records together that are equal in some columns, in the order of their cells.
func (s *Schema) gather(records []*Waiting, columns []int) [][]*Waiting {
	groups := make(map[string][]*Waiting)
	for _, w := range records {
		key := cellKey(w.Cells, columns)
		groups[key] = append(groups[key], w)
	}
	keys := make([]string, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	list := make([][]*Waiting, len(keys))
	for i, key := range keys {
		list[i] = groups[key]
	}
	return list
}

// cellKey joins cells so that no two different tuples give the same key.
func cellKey(cells []string, columns []int) string {
	var key strings.Builder
	for _, i := range columns {
		key.WriteString(strconv.Itoa(len(cells[i])))
		key.WriteByte(':')
		key.WriteString(cells[i])
	}
	return key.String()
}

// open lists the columns that are not sensitive: a tuple of them is a block.
func (s *Schema) open() []int {
	return s.columns(func(i int) bool { return !s.rules.Columns[i].Sensitive })
}

func (s *Schema) all() []int { return s.columns(func(int) bool { return true }) }

func (s *Schema) allBut(column int) []int {
	return s.columns(func(i int) bool { return i != column })
}

func (s *Schema) columns(wanted func(int) bool) []int {
	var list []int
	for i := range s.rules.Columns {
		if wanted(i) {
			list = append(list, i)
		}
	}
	return list
}
