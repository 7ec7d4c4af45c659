package verify

import (
	"fmt"
	"math/bits"
	"slices"
)

// key packs a row: a field of bits for each column, the first one highest. The codes follow the order of the cells' bytes, so
// keys compare as rows do.
type key [2]uint64

func (k key) and(m key) key { return key{k[0] & m[0], k[1] & m[1]} }

func (k key) less(o key) bool { return k[0] < o[0] || k[0] == o[0] && k[1] < o[1] }

func compare(a, b key) int {
	switch {
	case a.less(b):
		return -1
	case b.less(a):
		return 1
	}
	return 0
}

// table is the data sheet: every different row once, and which of them stands where.
type table struct {
	sheet   string
	columns []column
	values  [][]string // of each column, by code
	codes   []map[string]int
	masks   []key // of each column
	shift   []uint
	cells   []key          // different rows, in order once sealed
	rows    []uint32       // for each row of the data, its cell
	index   map[key]uint32 // of cells
	number  []int          // of the rows in the sheet, when they are not 2, 3, 4…: rows that could not be read are left out
	seen    [][]int        // rows by column and code
	tops    int            // rows of nothing but *
}

// newTable lays the fields out; nil when they take more than 128 bits, which ten columns of a thousand values do not.
func newTable(sheet string, columns []column) *table {
	t := &table{sheet: sheet, columns: columns, index: map[key]uint32{}}
	left := uint(128)
	for _, c := range columns {
		values, codes := c.sortedValues(), map[string]int{}
		for i, v := range values {
			codes[v] = i
		}
		width := uint(bits.Len(uint(len(values)))) // one code more, for what is no value of the level
		if width > left {
			return nil
		}
		if left > 64 && left-width < 64 {
			left = 64 // no field is cut in two
		}
		left -= width
		t.shift = append(t.shift, left)
		t.masks = append(t.masks, field(uint64(1)<<width-1, left))
		t.values, t.codes = append(t.values, values), append(t.codes, codes)
		t.seen = append(t.seen, make([]int, len(values)+1))
	}
	return t
}

func field(code uint64, shift uint) key {
	if shift >= 64 {
		return key{code << (shift - 64), 0}
	}
	return key{0, code << shift}
}

func (t *table) code(k key, column int) int {
	m, s := k.and(t.masks[column]), t.shift[column]
	if s >= 64 {
		return int(m[0] >> (s - 64))
	}
	return int(m[1] >> s)
}

// add takes a row of the sheet. What the level does not know has a code of its own, and is found by P1.
func (t *table) add(row int, cells [][]byte, unknown, empty *findings) {
	var k key
	tops := 0
	for i, cell := range cells {
		code, ok := t.codes[i][string(cell)]
		if !ok {
			code = len(t.values[i])
			unknown.add(Finding{What: fmt.Sprintf("a value of column %s is not one of the frozen level", t.columns[i].ID), Sheet: t.sheet, Row: row})
		}
		if len(cell) == 0 || len(cell) == 1 && cell[0] == '*' {
			tops++
			empty.add(Finding{What: fmt.Sprintf("the cell of column %s is empty or *", t.columns[i].ID), Sheet: t.sheet, Row: row})
		}
		t.seen[i][code]++
		f := field(uint64(code), t.shift[i])
		k[0], k[1] = k[0]|f[0], k[1]|f[1]
	}
	if tops == len(cells) {
		t.tops++
	}
	id, ok := t.index[k]
	if !ok {
		id = uint32(len(t.cells))
		t.index[k] = id
		t.cells = append(t.cells, k)
	}
	t.rows, t.number = append(t.rows, id), append(t.number, row)
}

// seal numbers the cells in their order.
func (t *table) seal() {
	order := slices.Clone(t.cells)
	slices.SortFunc(order, compare)
	place := make([]uint32, len(order))
	for i, k := range order {
		place[t.index[k]] = uint32(i)
	}
	for i, id := range t.rows {
		t.rows[i] = place[id]
	}
	t.cells, t.index = order, nil
}

// first finds the row of the sheet where a group begins, among the rows from to to.
func (t *table) first(from, to int, k, mask key) int {
	for i := from; i < to; i++ {
		if t.cells[t.rows[i]].and(mask) == k {
			return t.number[i]
		}
	}
	return 0
}
