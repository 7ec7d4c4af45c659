// Package anonymise generalises and suppresses until a stated promise holds, proves it, and alone makes a Table.
package anonymise

import (
	"strconv"
	"strings"
)

// Data is a table held by columns: each column a dictionary of its values and one code for every row.
type Data struct {
	label   string
	columns []column
	rows    int
}

type column struct {
	name   string
	values []string          // dictionary, in order of first appearance
	lines  []int             // the line of the file where each value first stood, for errors
	codes  []uint32          // one for every row
	lookup map[string]uint32 // value to code
}

// NewData makes a table from rows of strings. The label stands for the file in errors; row i is line i+2.
func NewData(label string, names []string, rows [][]string) (*Data, error) {
	d, err := emptyData(label, names)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		if len(row) != len(names) {
			return nil, ragged(label, i+2, len(row), len(names))
		}
		d.add(row, i+2)
	}
	return d, nil
}

func emptyData(label string, names []string) (*Data, error) {
	d := &Data{label: label, columns: make([]column, len(names))}
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		if name == "" {
			return nil, problem(label, 1, "column "+strconv.Itoa(i+1)+" has no name", "give every column of the first line a name")
		}
		if seen[name] {
			return nil, problem(label, 1, "the column name "+strconv.Quote(name)+" stands twice", "rename one of the two columns")
		}
		seen[name] = true
		d.columns[i] = column{name: name, lookup: make(map[string]uint32)}
	}
	return d, nil
}

func (d *Data) add(row []string, line int) {
	for i, value := range row {
		c := &d.columns[i]
		code, known := c.lookup[value]
		if !known {
			code = c.define(value, line)
		}
		c.codes = append(c.codes, code)
	}
	d.rows++
}

// define enters a value met for the first time, with a copy of its string so that a reader's buffer can be reused.
func (c *column) define(value string, line int) uint32 {
	value = strings.Clone(value)
	code := uint32(len(c.values))
	c.values = append(c.values, value)
	c.lines = append(c.lines, line)
	c.lookup[value] = code
	return code
}

// Rows is the number of records.
func (d *Data) Rows() int { return d.rows }

// Columns names the columns in the order of the file.
func (d *Data) Columns() []string {
	names := make([]string, len(d.columns))
	for i := range d.columns {
		names[i] = d.columns[i].name
	}
	return names
}

// Value is the string at a row and a column, both counted from 0.
func (d *Data) Value(row, col int) string {
	c := &d.columns[col]
	return c.values[c.codes[row]]
}

func (d *Data) column(name string) (*column, bool) {
	for i := range d.columns {
		if d.columns[i].name == name {
			return &d.columns[i], true
		}
	}
	return nil, false
}
