package careless

import (
	"cmp"
	"slices"
	"strings"
)

// Cumulative is a k-anonymous file of all closed dossiers, every month anew, sorted, at the schema's levels. Each file is
// k-anonymous by itself; what grows between two is not.
func Cumulative(t *Town) []File {
	return t.monthly(func([]Resident) recoding { return t.frozen() }, true)
}

// InOrder is one k-anonymous file whose row i is the i-th dossier of the register.
func InOrder(t *Town) []File {
	all := t.ClosedBefore(t.end())
	return []File{t.file(t.frozen(), all, false)}
}

// InClosingOrder is one k-anonymous file in the order in which the dossiers were closed.
func InClosingOrder(t *Town) []File {
	all := t.ClosedBefore(t.end())
	slices.SortStableFunc(all, func(a, b Resident) int { return a.Closed.Compare(b.Closed) })
	return []File{t.file(t.frozen(), all, false)}
}

// WithStars is one file in which the rows of classes under k stay, as stars beside their secrets.
func WithStars(t *Town) []File {
	all := t.ClosedBefore(t.end())
	c := t.frozen()
	c.stars = true
	return []File{t.file(c, all, true)}
}

// LevelsAnew is a file of all closed dossiers every month, each at the levels that are best for it.
func LevelsAnew(t *Town) []File {
	return t.monthly(func(dossiers []Resident) recoding {
		return recoding{schema: &t.Schema, vector: optimum(&t.Schema, dossiers)}
	}, true)
}

// TwoSchemas is two k-anonymous files of the same people, each at the levels of a schema of its own: the first has ages fine
// and all else coarse, the second is the other way round.
func TwoSchemas(t *Town) (files []File, schemas []Schema) {
	all := t.ClosedBefore(t.end())
	for i, name := range []string{"release", "second"} {
		s := t.Schema
		s.Name, s.Columns = name, slices.Clone(s.Columns)
		for j := range s.Columns {
			c := &s.Columns[j]
			switch {
			case c.Secret || (c.Kind == "age") == (i == 0):
				c.Frozen = 0
			default:
				c.Frozen = len(c.Levels) - 1
			}
		}
		f := t.file(recoding{schema: &s, vector: s.vector()}, all, true)
		f.Name = strings.Replace(f.Name, "release", name, 1)
		files, schemas = append(files, f), append(schemas, s)
	}
	return files, schemas
}

// AsTheyAre is a file without any generalising, only without names.
func AsTheyAre(t *Town) []File {
	f := File{Name: name(t.Months[len(t.Months)-1])}
	for _, c := range t.Schema.Columns {
		f.Columns = append(f.Columns, c.ID)
	}
	for _, who := range t.ClosedBefore(t.end()) {
		f.Rows = append(f.Rows, who.Values)
	}
	f.Sort()
	return []File{f}
}

// LocallyRecoded is one file in which each row is generalised just as far as it takes: classes at the schema's
// levels that count k stay as they are, the rest lose one column after the other, that with the most words first, until they count k
// together. Every group of equal rows counts k but perhaps a last one of stars alone.
func LocallyRecoded(t *Town) []File {
	all := t.ClosedBefore(t.end())
	c := t.frozen()
	f := t.file(c, nil, true)
	var cells [][]string
	for _, who := range all {
		row, _ := c.cells(who)
		cells = append(cells, row)
	}
	left := cells
	for _, j := range t.Schema.byWords(f.Columns, cells) {
		left = f.take(t, left, t.Schema.K)
		for _, row := range left {
			row[j] = "*"
		}
	}
	f.Rows = append(f.Rows, left...)
	f.Sort()
	return []File{f}
}

// take moves the rows of classes that count k into the file, and gives the others.
func (f *File) take(t *Town, rows [][]string, k int) (left [][]string) {
	key := func(row []string) string {
		var b strings.Builder
		for j, word := range row {
			if !t.Schema.secret(f.Columns[j]) {
				b.WriteString(word + "\x00")
			}
		}
		return b.String()
	}
	size := map[string]int{}
	for _, row := range rows {
		size[key(row)]++
	}
	for _, row := range rows {
		if size[key(row)] >= k {
			f.Rows = append(f.Rows, slices.Clone(row))
		} else {
			left = append(left, row)
		}
	}
	return left
}

func (s *Schema) secret(id string) bool {
	return slices.ContainsFunc(s.Columns, func(c Column) bool { return c.ID == id && c.Secret })
}

// byWords orders the written columns that are no secret, those with the most words first.
func (s *Schema) byWords(written []string, rows [][]string) []int {
	words := make([]int, len(written))
	var out []int
	for j, id := range written {
		seen := map[string]bool{}
		for _, row := range rows {
			seen[row[j]] = true
		}
		words[j] = len(seen)
		if !s.secret(id) {
			out = append(out, j)
		}
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Or(cmp.Compare(words[b], words[a]), cmp.Compare(a, b)) })
	return out
}
