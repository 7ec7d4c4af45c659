package release

import (
	"slices"
	"strings"

	"guichet/internal/procedure"
)

// tally counts rows by cell, and what the certificate claims is found on it anew, from the rows as they will be written: it
// shares nothing with the judgement but the bounds.
type tally struct {
	k, diverse int
	thousands  int   // the largest share of one value of a secret, in thousandths
	secrets    []int // indexes of the sensitive columns
	cells      [][]string
	index      map[string]int
	months     [][]int // rows of each cell, month by month
}

func newTally(s *procedure.ReleaseSchema) *tally {
	t := &tally{k: s.K, diverse: s.Diverse, thousands: thousandths(s.Share), index: map[string]int{}}
	for i, c := range s.Written() {
		if c.Sensitive {
			t.secrets = append(t.secrets, i)
		}
	}
	return t
}

// cellText joins a row so that no two rows give one text: no value holds a control character.
func cellText(row []string) string { return strings.Join(row, "\x1f") }

func (t *tally) month() { t.months = append(t.months, nil) }

// add counts rows of one cell in the last month.
func (t *tally) add(row []string, n int) {
	text := cellText(row)
	i, known := t.index[text]
	if !known {
		i = len(t.cells)
		t.index[text] = i
		t.cells = append(t.cells, slices.Clone(row))
	}
	last := len(t.months) - 1
	for len(t.months[last]) <= i {
		t.months[last] = append(t.months[last], 0)
	}
	t.months[last][i] += n
}

// between sums the months from a up to and without b.
func (t *tally) between(a, b int) []int {
	sum := make([]int, len(t.cells))
	for _, month := range t.months[a:b] {
		for i, n := range month {
			sum[i] += n
		}
	}
	return sum
}

func (t *tally) all() []int { return t.between(0, len(t.months)) }

// groups adds up the cells that are equal in some columns.
func (t *tally) groups(counts []int, columns func(i int) bool) map[string][]int {
	out := map[string][]int{}
	var key []string
	for cell, n := range counts {
		if n == 0 {
			continue
		}
		key = key[:0]
		for i, value := range t.cells[cell] {
			if columns(i) {
				key = append(key, value)
			}
		}
		text := cellText(key)
		out[text] = append(out[text], cell)
	}
	return out
}

// smallest is the smallest group of equal rows over every choice of columns; 0 when there is no row.
func (t *tally) smallest(counts []int) (least int) {
	if len(t.cells) == 0 {
		return 0
	}
	for set := 1; set < 1<<len(t.cells[0]); set++ {
		least = t.smaller(least, counts, func(i int) bool { return set>>i&1 == 1 })
	}
	return least
}

// smaller is the number of rows in the smallest group that is equal in some columns, or what was the least before; 0 is none.
func (t *tally) smaller(least int, counts []int, columns func(i int) bool) int {
	for _, group := range t.groups(counts, columns) {
		n := 0
		for _, cell := range group {
			n += counts[cell]
		}
		if least == 0 || n < least {
			least = n
		}
	}
	return least
}

// diversity is, over every choice of other columns as knowledge, the fewest values that a secret has in a group and the most
// rows in a thousand that one of them has, rounded up.
func (t *tally) diversity(counts []int) (fewest, most int) {
	if len(t.cells) == 0 {
		return 0, 0
	}
	for _, secret := range t.secrets {
		for set := range 1 << len(t.cells[0]) {
			if set>>secret&1 == 1 {
				continue
			}
			a, b := t.secretOf(counts, secret, func(i int) bool { return set>>i&1 == 1 })
			if fewest == 0 || a < fewest {
				fewest = a
			}
			most = max(most, b)
		}
	}
	return fewest, most
}

func (t *tally) secretOf(counts []int, secret int, columns func(i int) bool) (fewest, most int) {
	for _, group := range t.groups(counts, columns) {
		values, total := map[string]int{}, 0
		for _, cell := range group {
			values[t.cells[cell][secret]] += counts[cell]
			total += counts[cell]
		}
		if fewest == 0 || len(values) < fewest {
			fewest = len(values)
		}
		for _, n := range values {
			most = max(most, (n*1000+total-1)/total)
		}
	}
	return fewest, most
}

// sound reports whether rows counted by cell could be handed over alone: each cell none or k at least, each group diverse.
func (t *tally) sound(counts []int) bool {
	for _, n := range counts {
		if n < 0 || n > 0 && n < t.k {
			return false
		}
	}
	for _, secret := range t.secrets {
		fewest, most := t.secretOf(counts, secret, func(i int) bool { return i != secret })
		if fewest > 0 && (fewest < t.diverse || most > t.thousands) {
			return false
		}
	}
	return true
}

// rarest is the smallest count that a written value has in its column.
func (t *tally) rarest(counts []int) (least int) {
	for column := range t.cells[0] {
		least = t.smaller(least, counts, func(i int) bool { return i == column })
	}
	return least
}
