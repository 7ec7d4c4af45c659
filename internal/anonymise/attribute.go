package anonymise

import (
	"cmp"
	"slices"
	"strconv"
)

// attribute is a quasi-identifier made ready for the search: its values are lines of its hierarchy.
type attribute struct {
	name      string
	hierarchy *Hierarchy
	codes     []uint32     // by record, as in the data
	lines     []uint32     // by code of the data: the line of the hierarchy
	maps      [][][]uint32 // maps[a][b] takes a code at level a to one at level b >= a
	counts    [][]int      // by level and code: records
	shares    []int        // by level: the sum over the records of their value's lines
	broad     [][]span     // by level: the records by the lines their values stand for
	bits      []float64    // by level: what the values tell, over all records
}

func newAttribute(d *Data, name string, h *Hierarchy) (*attribute, error) {
	c, ok := d.column(name)
	if !ok {
		return nil, noColumn(d.label, name)
	}
	lines, err := linesOf(d.label, c, h)
	if err != nil {
		return nil, err
	}
	a := &attribute{name: name, hierarchy: h, codes: c.codes, lines: lines}
	a.chart()
	return a, nil
}

func noColumn(label, name string) error {
	return problem(label, 1, "there is no column "+strconv.Quote(name), "name a column of the first line")
}

// linesOf finds each value of a column in a hierarchy.
func linesOf(label string, c *column, h *Hierarchy) ([]uint32, error) {
	lines := make([]uint32, len(c.values))
	for code, value := range c.values {
		line, ok := h.levels[0].lookup[value]
		if !ok {
			return nil, problem(label, c.lines[code], "the value of column "+strconv.Quote(c.name)+" is not in its hierarchy",
				"add a line for it to "+h.label)
		}
		lines[code] = line
	}
	return lines, nil
}

// chart tabulates the ways from level to level.
func (a *attribute) chart() {
	levels := len(a.hierarchy.levels)
	a.maps = make([][][]uint32, levels)
	for low := range levels {
		a.maps[low] = make([][]uint32, levels)
		for high := low; high < levels; high++ {
			a.maps[low][high] = a.hierarchy.between(low, high)
		}
	}
}

// count tabulates the records by their value at every level, given those of level 0.
func (a *attribute) count(first []int) {
	a.counts = make([][]int, len(a.maps))
	a.shares = make([]int, len(a.maps))
	a.broad, a.bits = nil, nil
	for l := range a.maps {
		a.counts[l] = make([]int, len(a.hierarchy.levels[l].values))
		for code, n := range first {
			a.counts[l][a.maps[0][l][code]] += n
		}
		for code, n := range a.counts[l] {
			a.shares[l] += n * a.hierarchy.levels[l].share[code]
		}
		a.broad = append(a.broad, a.spans(l))
		a.bits = append(a.bits, entropy(a.counts[l]))
	}
}

func (a *attribute) height() int { return a.hierarchy.Height() }

// secret is a sensitive column made ready: its values are codes of the data, never generalised in the search.
type secret struct {
	name  string
	codes []uint32
	population
}

func newSecret(d *Data, name string, h *Hierarchy) (*secret, error) {
	c, ok := d.column(name)
	if !ok {
		return nil, noColumn(d.label, name)
	}
	s := &secret{name: name, codes: c.codes}
	s.total, s.values, s.hierarchy = d.rows, len(c.values), h
	s.count = make([]int, len(c.values)) // filled in with the base of the search
	if h != nil {
		var err error
		if s.leaf, err = linesOf(d.label, c, h); err != nil {
			return nil, err
		}
	}
	s.texts = c.values
	return s, nil
}

// broadest is the largest sum of lines that so many records can stand for at a level.
func (a *attribute) broadest(l, records int) int {
	sum := 0
	for _, s := range a.broad[l] {
		if s.records >= records {
			return sum + records*s.lines
		}
		sum += s.records * s.lines
		records -= s.records
	}
	return sum
}

// span is how many records have values that stand for so many lines.
type span struct{ lines, records int }

// spans sorts the records of a level by the lines that their value stands for, most first.
func (a *attribute) spans(l int) []span {
	byLines := make(map[int]int)
	for code, n := range a.counts[l] {
		if n > 0 {
			byLines[a.hierarchy.levels[l].share[code]] += n
		}
	}
	list := make([]span, 0, len(byLines))
	for lines, records := range byLines {
		list = append(list, span{lines, records})
	}
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(b.lines, a.lines) })
	return list
}
