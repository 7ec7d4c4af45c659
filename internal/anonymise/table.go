package anonymise

import "iter"

// Table is data that may leave: only this package makes one, from cohorts that were judged or from a case that
// was solved, and a spreadsheet writer accepts nothing else. The zero Table is empty and has no columns.
type Table struct {
	columns []tableColumn
	rows    int
	proof   Proof
}

type tableColumn struct {
	TableColumn
	values []string
	codes  []uint32
}

// TableColumn says what a column of a table is.
type TableColumn struct {
	Name      string
	Level     int
	Sensitive bool
	Values    []string // every value the column can have, in the order of its hierarchy
}

// Columns describes the columns in their order.
func (t Table) Columns() []TableColumn {
	list := make([]TableColumn, len(t.columns))
	for i, c := range t.columns {
		list[i] = c.TableColumn
		list[i].Values = append([]string(nil), c.Values...)
	}
	return list
}

// Len is the number of rows.
func (t Table) Len() int { return t.rows }

// Rows goes through the rows in their order. The slice is used again: keep its strings, not the slice.
func (t Table) Rows() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		row := make([]string, len(t.columns))
		for i := range t.rows {
			for j := range t.columns {
				c := &t.columns[j]
				row[j] = c.values[c.codes[i]]
			}
			if !yield(row) {
				return
			}
		}
	}
}

// Codes goes through the same rows by the numbers of their values, and Words gives the values of a column by number: what a
// writer does for a value it need not do for every cell. The slice is used again.
func (t Table) Codes() iter.Seq[[]uint32] {
	return func(yield func([]uint32) bool) {
		row := make([]uint32, len(t.columns))
		for i := range t.rows {
			for j := range t.columns {
				row[j] = t.columns[j].codes[i]
			}
			if !yield(row) {
				return
			}
		}
	}
}

// Words are the values of the j-th column by their number in Codes.
func (t Table) Words(j int) []string { return append([]string(nil), t.columns[j].values...) }

// Proof is what the table promises and was found to hold.
func (t Table) Proof() Proof {
	p := t.proof
	p.Loss = append([]ColumnLoss(nil), p.Loss...)
	return p
}

// Proof holds the figures of a table.
type Proof struct {
	K        int      // the promise
	Smallest Smallest // the smallest cell written; of a solved case, the smallest class, in rows alone
	Cells    int      // different cells; of a solved case, classes
	HeldBack HeldBack
	Loss     []ColumnLoss
}

// ColumnLoss is what generalising cost a column over the written rows: 0 nothing, 1 all.
type ColumnLoss struct {
	Column string
	Loss   float64
}

// HeldBack is how many records are not written, told in total and no finer than k.
type HeldBack struct{ n, k int }

// None reports that nothing was held back.
func (h HeldBack) None() bool { return h.n == 0 }

// FewerThanK reports a number from 1 to k-1, which is not told.
func (h HeldBack) FewerThanK() bool { return h.n > 0 && h.n < h.k }

// About is the number rounded to a multiple of k, where it is at least k.
func (h HeldBack) About() int {
	if h.n < h.k || h.k == 0 {
		return 0
	}
	return (h.n + h.k/2) / h.k * h.k
}
