package attack

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// cells is the joint values of the sensitive columns, with their shares of the released rows.
type cells struct {
	schema *Schema
	codes  [][]int // by cell, by sensitive column
	share  []float64
	values []string // of all sensitive columns
	has    [][]int  // by value, the cells that have it
	groups [][]int  // cells that differ in one secret alone

	kept    []int // for silent, used again
	failing []bool
}

func newCells(m *monthly) *cells {
	last := m.l.releases[len(m.l.releases)-1]
	c := &cells{schema: last.schema}
	if len(last.Rows) == 0 {
		return c
	}
	of, groups := last.groupBy(last.secret)
	for g, tuples := range members(of, groups) {
		n := 0
		for _, t := range tuples {
			n += last.count[t]
		}
		codes := make([]int, len(last.secret))
		for i, j := range last.secret {
			codes[i] = int(last.codes[j][tuples[0]])
			c.name(last.Columns[j]+"="+last.words[j][codes[i]], g)
		}
		c.codes, c.share = append(c.codes, codes), append(c.share, float64(n)/float64(len(last.Rows)))
	}
	c.group()
	return c
}

func (c *cells) name(value string, cell int) {
	i := slices.Index(c.values, value)
	if i < 0 {
		i = len(c.values)
		c.values, c.has = append(c.values, value), append(c.has, nil)
	}
	c.has[i] = append(c.has[i], cell)
}

func (c *cells) sum(value int, of []float64) float64 {
	total := 0.0
	for _, cell := range c.has[value] {
		total += of[cell]
	}
	return total
}

// mostWeighed is up to how many ways to fill the cells are weighed one by one; above, so many draws are taken instead.
const mostWeighed, draws = 300_000, 20_000

// weigh gives the probability that a batch of n is silent, and of that part the expected number in each cell.
func (c *cells) weigh(n int) (weight float64, expected []float64) {
	if ways(n, len(c.share)) <= mostWeighed {
		return c.weighOver(n, c.each)
	}
	return c.weighOver(n, c.drawn)
}

// weighOver sums over ways to spread n over the cells, each given with its probability.
func (c *cells) weighOver(n int, spread func(n int, do func(p float64, counts []int))) (weight float64, expected []float64) {
	expected = make([]float64, len(c.share))
	spread(n, func(p float64, counts []int) {
		if !c.silent(counts) {
			return
		}
		weight += p
		for i, x := range counts {
			expected[i] += p * float64(x)
		}
	})
	return weight, expected
}

// drawn spreads n by chance, the same every time.
func (c *cells) drawn(n int, do func(p float64, counts []int)) {
	random := rand.New(rand.NewPCG(uint64(n), uint64(len(c.share))))
	counts := make([]int, len(c.share))
	for range draws {
		clear(counts)
		for range n {
			counts[c.draw(random.Float64())]++
		}
		do(1.0/draws, counts)
	}
}

func (c *cells) draw(x float64) int {
	for i, share := range c.share {
		if x -= share; x < 0 {
			return i
		}
	}
	return len(c.share) - 1
}

// ways counts how n can be spread over cells.
func ways(n, cells int) float64 {
	total := 1.0
	for i := 1; i < cells; i++ {
		total *= float64(n+i) / float64(i)
	}
	return total
}

// each goes through all ways to spread n over the cells, with the probability of each.
func (c *cells) each(n int, do func(p float64, counts []int)) {
	factorial := make([]float64, n+1) // logarithms
	for i := 1; i <= n; i++ {
		factorial[i] = factorial[i-1] + math.Log(float64(i))
	}
	counts := make([]int, len(c.share))
	var fill func(cell, left int, log float64)
	fill = func(cell, left int, log float64) {
		if cell == len(counts)-1 {
			counts[cell] = left
			do(math.Exp(log+float64(left)*math.Log(c.share[cell])-factorial[left]), counts)
			return
		}
		for x := range left + 1 {
			counts[cell] = x
			fill(cell+1, left-x, log+float64(x)*math.Log(c.share[cell])-factorial[x])
		}
	}
	fill(0, n, factorial[n])
}

// silent reports that nothing of these counts would be written: the method drops what fails until nothing does.
func (c *cells) silent(counts []int) bool {
	kept, failing := c.kept, c.failing
	copy(kept, counts)
	for {
		for i, n := range kept {
			failing[i] = n > 0 && n < c.schema.K
		}
		for _, group := range c.groups {
			c.failGroup(kept, group)
		}
		dropped, left := false, 0
		for i := range kept {
			if failing[i] && kept[i] > 0 {
				kept[i], dropped = 0, true
			}
			left += kept[i]
		}
		if !dropped {
			return left == 0
		}
	}
}

// failGroup marks cells, equal in all secrets but one, in which that one is not diverse.
func (c *cells) failGroup(kept, group []int) {
	different, total, top := 0, 0, 0
	for _, i := range group {
		if kept[i] > 0 {
			different++
		}
		total += kept[i]
		top = max(top, kept[i])
	}
	if different < c.schema.Diverse || c.schema.above(top, total) {
		for _, i := range group {
			c.failing[i] = true
		}
	}
}

// group finds, for each secret, the cells that are equal in all others.
func (c *cells) group() {
	c.kept, c.failing = make([]int, len(c.codes)), make([]bool, len(c.codes))
	for secret := range c.codes[0] {
		number := make(map[string]int)
		from := len(c.groups)
		for i, codes := range c.codes {
			key := fmt.Sprint(slices.Delete(slices.Clone(codes), secret, secret+1))
			g, ok := number[key]
			if !ok {
				g = from + len(number)
				number[key] = g
				c.groups = append(c.groups, nil)
			}
			c.groups[g] = append(c.groups[g], i)
		}
	}
}
