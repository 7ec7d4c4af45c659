package attack

import "slices"

// table is the rows of a release with equal ones put together: each column coded by its own words.
type table struct {
	words [][]string // by column
	codes [][]uint32 // by column, by tuple
	count []int      // rows of each tuple
	of    []int32    // the tuple of each row
}

func newTable(r *Release) *table {
	t := &table{words: make([][]string, len(r.Columns)), codes: make([][]uint32, len(r.Columns))}
	coded := make([][]uint32, len(r.Columns))
	for j := range r.Columns {
		coded[j], t.words[j] = code(len(r.Rows), func(i int) string { return r.Rows[i][j] })
	}
	ids := make([]int32, len(r.Rows))
	groups := 1
	for j := range coded {
		ids, groups = refine(ids, groups, coded[j], len(t.words[j]))
	}
	if len(ids) == 0 {
		groups = 0
	}
	t.of, t.count = ids, make([]int, groups)
	for j := range t.codes {
		t.codes[j] = make([]uint32, groups)
	}
	for i, id := range ids {
		t.count[id]++
		for j := range coded {
			t.codes[j][id] = coded[j][i]
		}
	}
	return t
}

// code numbers the n values that at gives, in the order they are met.
func code(n int, at func(int) string) (codes []uint32, words []string) {
	codes = make([]uint32, n)
	known := make(map[string]uint32)
	for i := range n {
		value := at(i)
		c, ok := known[value]
		if !ok {
			c = uint32(len(words))
			known[value] = c
			words = append(words, value)
		}
		codes[i] = c
	}
	return codes, words
}

// denseLimit is up to where refine counts in an array instead of a map.
const denseLimit = 1 << 16

// refine splits groups by one more column: a group and a word make one packed number. Groups are numbered in the
// order they are met, from 0.
func refine(group []int32, groups int, codes []uint32, words int) (out []int32, n int) {
	out = make([]int32, len(group))
	if groups*words <= denseLimit {
		seen := make([]int32, groups*words)
		for i, g := range group {
			at := int(g)*words + int(codes[i])
			if seen[at] == 0 {
				n++
				seen[at] = int32(n)
			}
			out[i] = seen[at] - 1
		}
		return out, n
	}
	seen := make(map[uint64]int32)
	for i, g := range group {
		at := uint64(g)<<32 | uint64(codes[i])
		id, ok := seen[at]
		if !ok {
			id = int32(n)
			seen[at] = id
			n++
		}
		out[i] = id
	}
	return out, n
}

// groupBy puts the tuples together that are equal in some columns.
func (t *table) groupBy(columns []int) (of []int32, groups int) {
	of, groups = make([]int32, len(t.count)), 1
	for _, j := range columns {
		of, groups = refine(of, groups, t.codes[j], len(t.words[j]))
	}
	return of, groups
}

// mostSubsets bounds the sets of columns tried of a file that is wider than any release.
const mostSubsets = 100_000

// subsets calls do for every set of at most most of the columns, and for all of them together, each with its groups, until do
// says false. Of very wide files only smaller sets are tried.
func (t *table) subsets(columns []int, most int, do func(set []int, of []int32, groups int) bool) {
	for most > 1 && subsetsOf(len(columns), most) > mostSubsets {
		most--
	}
	var walk func(from int, set []int, of []int32, groups int) bool
	walk = func(from int, set []int, of []int32, groups int) bool {
		if !do(set, of, groups) {
			return false
		}
		if len(set) == most {
			return true
		}
		for i := from; i < len(columns); i++ {
			finer, n := refine(of, groups, t.codes[columns[i]], len(t.words[columns[i]]))
			if !walk(i+1, append(slices.Clip(set), columns[i]), finer, n) {
				return false
			}
		}
		return true
	}
	if walk(0, nil, make([]int32, len(t.count)), 1) && most < len(columns) {
		of, groups := t.groupBy(columns)
		do(columns, of, groups)
	}
}

// subsetsOf counts the sets of at most most of n columns.
func subsetsOf(n, most int) float64 {
	total, sets := 1.0, 1.0
	for i := 1; i <= min(n, most); i++ {
		sets = sets * float64(n-i+1) / float64(i)
		total += sets
	}
	return total
}

// example is the first tuple of a group.
func example(of []int32, group int32) int { return slices.Index(of, group) }

// sizes counts the rows of each group.
func (t *table) sizes(of []int32, groups int) []int {
	sizes := make([]int, groups)
	for i, g := range of {
		sizes[g] += t.count[i]
	}
	return sizes
}
