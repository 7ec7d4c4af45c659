package attack

import (
	"fmt"
	"strings"
)

// tally is secret values of one column and how many rows have each.
type tally struct {
	words  []string
	counts []int
	all    int
}

// secretOf counts the values of a sensitive column over some tuples, times their rows.
func (s *seen) secretOf(column int, tuples []int, rows []int) tally {
	t := tally{words: s.words[column], counts: make([]int, len(s.words[column]))}
	for _, i := range tuples {
		t.counts[s.codes[column][i]] += rows[i]
		t.all += rows[i]
	}
	return t
}

// top is the commonest value.
func (t tally) top() (word string, n int) {
	for i, c := range t.counts {
		if c > n {
			word, n = t.words[i], c
		}
	}
	return word, n
}

// different counts the values that occur.
func (t tally) different() int {
	n := 0
	for _, c := range t.counts {
		if c > 0 {
			n++
		}
	}
	return n
}

// tells says why some rows give a secret away, "" when they do not.
func (s *seen) tells(column int, t tally) string {
	word, n := t.top()
	switch {
	case t.all == 0:
		return ""
	case s.schema.above(n, t.all):
		return fmt.Sprintf("%s is %s in %d of %d rows", s.Columns[column], word, n, t.all)
	case t.different() < s.schema.Diverse:
		return fmt.Sprintf("%s has %d values in %d rows", s.Columns[column], t.different(), t.all)
	}
	return ""
}

// say names the words of a tuple in some columns.
func (s *seen) say(tuple int, columns []int) string {
	if len(columns) == 0 {
		return "knowing nothing"
	}
	parts := make([]string, len(columns))
	for i, j := range columns {
		parts[i] = s.Columns[j] + "=" + s.words[j][s.codes[j][tuple]]
	}
	return strings.Join(parts, ", ")
}

// smallest counts distinct persons, households and filers of some dossiers, and gives the smallest with its name.
func (w *world) smallest(dossiers []int32) (n int, of string) {
	keys := []struct {
		name string
		key  func(dossier) int32
	}{
		{"persons", func(d dossier) int32 { return d.person }},
		{"households", func(d dossier) int32 { return d.household }},
		{"filers", func(d dossier) int32 { return d.filer }},
	}
	for i, k := range keys {
		seen := make(map[int32]struct{}, min(len(dossiers), 64))
		for _, d := range dossiers {
			seen[k.key(w.applied[d])] = struct{}{}
		}
		if i == 0 || len(seen) < n {
			n, of = len(seen), k.name
		}
	}
	return n, of
}

// all lists 0 to n-1.
func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// without lists the columns but one.
func without(columns []int, one int) []int {
	var out []int
	for _, j := range columns {
		if j != one {
			out = append(out, j)
		}
	}
	return out
}

// firstRow is the first row of a tuple.
func (s *seen) firstRow(tuple int) int {
	for i, t := range s.of {
		if int(t) == tuple {
			return i
		}
	}
	return 0
}
