package careless

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Column is one column of a made-up release schema.
type Column struct {
	ID     string
	Kind   string // age, number, option or country
	Secret bool
	Raw    []string  // values people have
	Weight []float64 // how common each is
	Levels []Level
	Frozen int
}

// Level writes each raw value as a word.
type Level struct {
	cuts   []int
	groups []group
	word   map[string]string
}

type group struct {
	id     string
	values []string
	rest   bool
}

// Word is what a level writes for a raw value.
func (l Level) Word(raw string) string { return l.word[raw] }

// Words lists what a column's level can write, in the order of its raw values.
func (c *Column) Words(level int) []string {
	var out []string
	seen := map[string]bool{}
	for _, raw := range c.Raw {
		if w := c.Levels[level].word[raw]; !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func numbers(id, kind string, from, to int, levels ...[]int) Column {
	c := Column{ID: id, Kind: kind}
	for n := from; n <= to; n++ {
		c.Raw = append(c.Raw, strconv.Itoa(n))
		c.Weight = append(c.Weight, 1/float64(3+n-from)) // the young and the small homes are many
	}
	for _, cuts := range levels {
		l := Level{cuts: cuts, word: map[string]string{}}
		for n := from; n <= to; n++ {
			l.word[strconv.Itoa(n)] = band(cuts, n)
		}
		c.Levels = append(c.Levels, l)
	}
	return c
}

// band names the band of a number in the words of a release: <30, 30-44, 45+, and 2 for a band of one.
func band(cuts []int, n int) string {
	low, high := -1, -1
	for _, cut := range cuts {
		if n >= cut {
			low = cut
		}
		if n < cut && high < 0 {
			high = cut
		}
	}
	switch {
	case low < 0:
		return fmt.Sprintf("<%d", high)
	case high < 0:
		return fmt.Sprintf("%d+", low)
	case high == low+1:
		return strconv.Itoa(low)
	}
	return fmt.Sprintf("%d-%d", low, high-1)
}

// options makes a column whose level 0 has the values one by one and whose level 1 has them in pairs, the last taking the rest.
func options(r *rand.Rand, id, kind string, values int) Column {
	c := Column{ID: id, Kind: kind}
	fine, coarse := Level{word: map[string]string{}}, Level{word: map[string]string{}}
	for i := range values {
		v := fmt.Sprintf("%s%d", id[:1], i)
		c.Raw = append(c.Raw, v)
		c.Weight = append(c.Weight, 0.4+r.Float64())
		fine.add(group{id: v + "_alone", values: []string{v}})
		if i < 2 || i%2 == 0 && values > 4 {
			coarse.add(group{id: v + "_group", values: []string{v}})
			continue
		}
		last := &coarse.groups[len(coarse.groups)-1]
		last.values = append(last.values, v)
		coarse.word[v] = last.id
	}
	fine.groups[values-1].rest = true
	coarse.groups[len(coarse.groups)-1].rest = true
	c.Levels = []Level{fine, coarse}
	return c
}

func (l *Level) add(g group) {
	l.groups = append(l.groups, g)
	for _, v := range g.values {
		l.word[v] = g.id
	}
}

// Schema is a release schema that a population was made for.
type Schema struct {
	Name          string
	K, M, Diverse int
	Share         float64
	Columns       []Column
}

// randomSchema draws columns, frozen levels with at most eight blocks or so, and bounds.
func randomSchema(r *rand.Rand) Schema {
	s := Schema{Name: "made-up", K: []int{5, 5, 8, 11}[r.IntN(4)], Diverse: 3, Share: []float64{0.8, 0.8, 0.7}[r.IntN(3)]}
	s.M = s.K * (4 + r.IntN(3))
	s.Columns = []Column{
		numbers("age", "age", 18, 90, []int{30, 45, 55, 65, 75}, []int{45, 65}, []int{45}),
		options(r, "origin", "country", 6),
		options(r, "reason", "option", 4+r.IntN(2)),
		numbers("household", "number", 1, 7, []int{2, 3, 5}, []int{3}),
	}
	s.Columns[2].Secret = true
	for _, id := range []string{"tenure", "status", "sex"}[:r.IntN(4)] {
		s.Columns = append(s.Columns, options(r, id, "option", 2+r.IntN(3)))
	}
	if r.IntN(6) == 0 {
		outcome := options(r, "way", "option", 3)
		outcome.Secret = true
		s.Columns = append(s.Columns, outcome)
	}
	r.Shuffle(len(s.Columns), func(i, j int) { s.Columns[i], s.Columns[j] = s.Columns[j], s.Columns[i] })
	s.freeze(r)
	return s
}

// freeze keeps secrets fine and coarsens the rest until few blocks are left.
func (s *Schema) freeze(r *rand.Rand) {
	for i := range s.Columns {
		s.Columns[i].Frozen = 0
	}
	for s.blocks() > 1+r.IntN(8) {
		i := r.IntN(len(s.Columns))
		if c := &s.Columns[i]; !c.Secret && c.Frozen < len(c.Levels) {
			c.Frozen++
		}
	}
}

func (s *Schema) blocks() int {
	n := 1
	for i := range s.Columns {
		if c := &s.Columns[i]; !c.Secret && c.Frozen < len(c.Levels) {
			n *= len(c.Words(c.Frozen))
		}
	}
	return n
}

// YAML writes the schema as the file beside a form.
func (s *Schema) YAML() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "release: %s\nversion: 1\nk: %d\nm: %d\ndiverse: %d\nshare: %g\ncolumns:\n", s.Name, s.K, s.M, s.Diverse, s.Share)
	for _, c := range s.Columns {
		fmt.Fprintf(&b, "- id: %s\n  field: form.%s\n  hierarchy: %s\n  sensitive: %t\n  level: %d\n  levels:\n", c.ID, c.ID, c.Kind, c.Secret, c.Frozen)
		for _, l := range c.Levels {
			if l.cuts != nil {
				fmt.Fprintf(&b, "  - cuts: %s\n", strings.ReplaceAll(fmt.Sprint(l.cuts), " ", ", "))
				continue
			}
			b.WriteString("  - groups:\n")
			for _, g := range l.groups {
				fmt.Fprintf(&b, "    - id: %s\n      values: [%s]\n      rest: %t\n", g.id, strings.Join(g.values, ", "), g.rest)
			}
		}
	}
	return []byte(b.String())
}
