package anonymise

import "sync"

// projections count, for few columns at a time, the records that stand in too small a class when all other
// columns are ignored. Finer classes are smaller still, so where a projection alone is beyond the limit, every
// vector with these levels, or lower, in these columns is unacceptable: whole down-sets fall without grouping.
type projections struct {
	limit int
	list  []*projection
}

// projection tabulates one set of columns for all their levels.
type projection struct {
	columns []int
	strides []int
	small   []int32 // records in classes under the least size
}

const (
	widestProjection = 3
	largestDomain    = 1 << 18 // cells of a projection at level 0; larger ones are left out
)

func (e *Engine) project(threads int) *projections {
	p := &projections{limit: e.limit}
	if e.least < 2 || e.limit >= e.data.rows {
		return p
	}
	var extend func(columns []int, domain int)
	extend = func(columns []int, domain int) {
		if len(columns) > 1 || len(e.attributes) == 1 {
			p.list = append(p.list, &projection{columns: append([]int(nil), columns...)})
		}
		if len(columns) == widestProjection {
			return
		}
		next := 0
		if len(columns) > 0 {
			next = columns[len(columns)-1] + 1
		}
		for j := next; j < len(e.attributes); j++ {
			if wider := domain * len(e.attributes[j].counts[0]); wider <= largestDomain {
				extend(append(columns, j), wider)
			}
		}
	}
	extend(nil, 1)
	parallel(threads, len(p.list), func(_, i int) { p.list[i].fill(e) })
	return p
}

// excludes reports that a vector, and all below it, are unacceptable.
func (p *projections) excludes(v Vector) bool {
	for _, q := range p.list {
		at := 0
		for i, j := range q.columns {
			at += v[j] * q.strides[i]
		}
		if int(q.small[at]) > p.limit {
			return true
		}
	}
	return false
}

func (q *projection) fill(e *Engine) {
	domain, size := 1, 1
	q.strides = make([]int, len(q.columns))
	for i := len(q.columns) - 1; i >= 0; i-- {
		a := e.attributes[q.columns[i]]
		q.strides[i] = size
		size *= a.height() + 1
		domain *= len(a.counts[0])
	}
	q.small = make([]int32, size)
	cells := make([]int32, domain)
	for g, n := range e.base.counts {
		key := e.base.keys[g*e.packing.words:]
		at := 0
		for _, j := range q.columns {
			at = at*len(e.attributes[j].counts[0]) + int(e.packing.fields[j].of(key))
		}
		cells[at] += int32(n)
	}
	q.descend(e, 0, 1, 0, cells)
}

// descend rolls the cells up, level by level, one column after the other: before counts the combinations of
// the columns already settled.
func (q *projection) descend(e *Engine, i, before, at int, cells []int32) {
	if i == len(q.columns) {
		for _, n := range cells {
			if int(n) < e.least {
				q.small[at] += n
			}
		}
		return
	}
	a := e.attributes[q.columns[i]]
	for l := 0; ; l++ {
		q.descend(e, i+1, before*len(a.counts[l]), at+l*q.strides[i], cells)
		if l == a.height() {
			return
		}
		cells = roll(cells, before, a.maps[l][l+1], len(a.counts[l+1]))
	}
}

// roll adds up the cells whose codes in one column become the same.
func roll(cells []int32, before int, up []uint32, width int) []int32 {
	inner := len(cells) / before / len(up)
	rolled := make([]int32, before*width*inner)
	for b := range before {
		for code, higher := range up {
			source := cells[(b*len(up)+code)*inner:][:inner]
			target := rolled[(b*width+int(higher))*inner:][:inner]
			for i, n := range source {
				target[i] += n
			}
		}
	}
	return rolled
}

// parallel calls work(thread, i) for i in [0,n), each once, on several goroutines.
func parallel(threads, n int, work func(thread, i int)) {
	threads = min(threads, n)
	if threads <= 1 {
		for i := range n {
			work(0, i)
		}
		return
	}
	var group sync.WaitGroup
	for t := range threads {
		group.Go(func() {
			for i := t; i < n; i += threads {
				work(t, i)
			}
		})
	}
	group.Wait()
}
