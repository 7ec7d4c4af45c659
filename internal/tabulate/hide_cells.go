package tabulate

import "cmp"

// merged is a table of two axes in which the held values of an axis stand as one. All its margins can be worked out by whoever
// holds the tables; of its cells, those that are not told.
type merged struct {
	rows, columns [][]int // the values that stand as one
	counts        [][]int
	closed        [][]bool // not told
	small         [][2]int // cells from 1 to Least-1
	least         int
}

// groups are the values of an axis with the held ones as one, the last.
func groups(held []bool) (out [][]int) {
	var one []int
	for v, h := range held {
		if h {
			one = append(one, v)
		} else {
			out = append(out, []int{v})
		}
	}
	if len(one) > 0 {
		out = append(out, one)
	}
	return out
}

func (h *hiding) merge(i int) *merged {
	a, b := h.Tables[i][0], h.Tables[i][1]
	m := &merged{rows: groups(h.held[a]), columns: groups(h.held[b]), least: h.Least}
	for r, us := range m.rows {
		m.counts, m.closed = append(m.counts, make([]int, len(m.columns))), append(m.closed, make([]bool, len(m.columns)))
		for c, vs := range m.columns {
			for _, u := range us {
				for _, v := range vs {
					m.counts[r][c] += h.inner[i].cells[u*h.inner[i].columns+v]
				}
			}
			few := h.few(m.counts[r][c])
			if few {
				m.small = append(m.small, [2]int{r, c})
			}
			m.closed[r][c] = few || h.held[a][us[0]] || h.held[b][vs[0]]
		}
	}
	return m
}

// protect shuts the small cells of a table, and others until each small one is left open and what is shut in a row or column
// is not small itself. It answers false where the margins alone leave too little open: then fewer of them may be told.
func (h *hiding) protect(i int) bool {
	m := h.merge(i)
	rank := func(r, c int) uint64 {
		return h.name(h.Axes[h.Tables[i][0]].ID, m.rows[r], h.Axes[h.Tables[i][1]].ID, m.columns[c])
	}
	if len(m.small) > 0 {
		m.shutZeros()
		if h.n < h.Least*len(m.rows)*len(m.columns) { // which small ones there are would be told by the choice among so few
			m.shutAll()
		}
	}
	m.fill(rank)
	for _, p := range m.small {
		for !m.open(p[0], p[1]) {
			if !m.rectangle(p[0], p[1], rank) {
				m.shutAll()
				break
			}
			m.fill(rank)
		}
	}
	for _, p := range m.small {
		if !m.open(p[0], p[1]) {
			return false
		}
	}
	for r, us := range m.rows {
		for c, vs := range m.columns {
			if len(us) == 1 && len(vs) == 1 {
				h.shut[i][us[0]*h.inner[i].columns+vs[0]] = m.closed[r][c]
			}
		}
	}
	return true
}

// fill shuts cells of the rows and columns in which what is shut comes to fewer than Least, in the order, until nothing small
// is left that could be worked out.
func (m *merged) fill(rank func(r, c int) uint64) {
	for again := true; again; {
		again = false
		for r := range m.rows {
			again = m.fillLine(rank, len(m.columns), func(c int) (int, int) { return r, c }) || again
		}
		for c := range m.columns {
			again = m.fillLine(rank, len(m.rows), func(r int) (int, int) { return r, c }) || again
		}
	}
}

func (m *merged) fillLine(rank func(r, c int) uint64, length int, at func(int) (r, c int)) (more bool) {
	for {
		sum, next := 0, -1
		var first uint64
		for i := range length {
			r, c := at(i)
			if m.closed[r][c] {
				sum += m.counts[r][c]
			} else if k := rank(r, c); !m.empty(r, c) && (next < 0 || k < first) {
				next, first = i, k
			}
		}
		if sum == 0 || sum >= m.least || next < 0 {
			return more
		}
		r, c := at(next)
		m.closed[r][c], more = true, true
	}
}

// shutZeros shuts the zeros of a table that has small cells: those that were told would show that it is not they.
func (m *merged) shutZeros() {
	for r := range m.closed {
		for c := range m.closed[r] {
			if m.counts[r][c] == 0 && !m.empty(r, c) {
				m.closed[r][c] = true
			}
		}
	}
}

// shutAll shuts a whole table, but for its totals.
func (m *merged) shutAll() {
	for r := range m.closed {
		for c := range m.closed[r] {
			m.closed[r][c] = m.closed[r][c] || !m.empty(r, c)
		}
	}
}

// empty reports a cell in a row or column of which it is told that nobody is in it: to shut it would hide nothing.
func (m *merged) empty(r, c int) bool {
	row, column := 0, 0
	for i := range m.columns {
		row += m.counts[r][i]
	}
	for i := range m.rows {
		column += m.counts[i][c]
	}
	return row == 0 || column == 0
}

// rectangle shuts the three other corners of a rectangle around a small cell, such that what the cell lacks or has too much can
// be moved round: of all that are enough the one that shuts fewest more, and of those the first in the order.
func (m *merged) rectangle(r, c int, rank func(r, c int) uint64) bool {
	up, down := m.needs(r, c)
	best, found := [2]int{}, 0
	for r2 := range m.rows {
		for c2 := range m.columns {
			if r2 == r || c2 == c || m.empty(r2, c2) || m.spare(r, c2, m.counts) < up || m.spare(r2, c, m.counts) < up || m.spare(r2, c2, m.counts) < down {
				continue
			}
			more := 0
			for _, x := range [][2]int{{r, c2}, {r2, c}, {r2, c2}} {
				if !m.closed[x[0]][x[1]] {
					more++
				}
			}
			if more > 0 && (found == 0 || cmp.Or(cmp.Compare(more, found), cmp.Compare(rank(r2, c2), rank(best[0], best[1]))) < 0) {
				best, found = [2]int{r2, c2}, more
			}
		}
	}
	if found > 0 {
		m.closed[r][best[1]], m.closed[best[0]][c], m.closed[best[0]][best[1]] = true, true, true
	}
	return found > 0
}

// needs are how much higher and lower a small cell must be thought possible.
func (m *merged) needs(r, c int) (up, down int) {
	return m.least - 1 - m.counts[r][c], m.counts[r][c] - 1
}

// spare is how much may be taken from a cell. One is left where there was any: who thinks that no 0 is hidden finds it possible too.
func (m *merged) spare(r, c int, counts [][]int) int {
	if m.counts[r][c] > 0 && len(m.rows[r]) == 1 && len(m.columns[c]) == 1 {
		return counts[r][c] - 1
	}
	return counts[r][c]
}

// open reports that other tables with the same margins and the same cells told have every number from 1 to Least-1 there. The
// tables are found as a flow: what comes to the cell is taken from another of its row, given back in that one's column, and so
// on, until it is taken from the cell's own column.
func (m *merged) open(r, c int) bool {
	up, down := m.needs(r, c)
	return m.moves(r, c, up, true) && m.moves(r, c, down, false)
}

func (m *merged) moves(r, c, want int, up bool) bool {
	counts := make([][]int, len(m.counts))
	for i := range counts {
		counts[i] = append([]int(nil), m.counts[i]...)
	}
	f := flow{m, counts, r, c, up, make([]bool, len(m.rows)), make([]bool, len(m.columns))}
	for want > 0 {
		clear(f.seenRow)
		clear(f.seenColumn)
		n := f.fromRow(r, want)
		if n == 0 {
			return false
		}
		want -= n
	}
	return true
}

// flow is a search for a way round from a cell's row to its column. Upwards, cells that are left by their row are taken from;
// downwards, they are given to.
type flow struct {
	*merged
	counts              [][]int
	r, c                int
	up                  bool
	seenRow, seenColumn []bool
}

// fromRow moves at most n, starting from a row, and gives what it moved.
func (f *flow) fromRow(row, n int) int {
	f.seenRow[row] = true
	for column := range f.columns {
		if f.seenColumn[column] || !f.closed[row][column] || row == f.r && column == f.c {
			continue
		}
		most := n
		if f.up {
			most = min(n, f.spare(row, column, f.counts))
		}
		if most <= 0 {
			continue
		}
		if moved := f.fromColumn(column, most); moved > 0 {
			f.change(row, column, moved, !f.up)
			return moved
		}
	}
	return 0
}

// fromColumn goes on from a column; at the cell's own it is there.
func (f *flow) fromColumn(column, n int) int {
	if column == f.c {
		return n
	}
	f.seenColumn[column] = true
	for row := range f.rows {
		if f.seenRow[row] || !f.closed[row][column] {
			continue
		}
		most := n
		if !f.up {
			most = min(n, f.spare(row, column, f.counts))
		}
		if most <= 0 {
			continue
		}
		if moved := f.fromRow(row, most); moved > 0 {
			f.change(row, column, moved, f.up)
			return moved
		}
	}
	return 0
}

func (f *flow) change(row, column, n int, more bool) {
	if more {
		f.counts[row][column] += n
	} else {
		f.counts[row][column] -= n
	}
}
