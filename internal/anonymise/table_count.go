package anonymise

import "fmt"

// count finds how many different tuples the wanted columns have, and how many rows the rarest.
func (t Table) count(wanted func(TableColumn) bool) (classes, smallest int) {
	layout := &packing{words: 1}
	var columns []*tableColumn
	used := uint(0)
	for j := range t.columns {
		if c := &t.columns[j]; wanted(c.TableColumn) {
			used = layout.place(len(c.values), used)
			columns = append(columns, c)
		}
	}
	x := index{words: layout.words}
	x.begin(t.rows)
	key := make([]uint64, x.words)
	for row := range t.rows {
		clear(key)
		for j, c := range columns {
			layout.fields[j].put(key, c.codes[row])
		}
		x.add(key, 1)
	}
	for i, n := range x.count {
		if i == 0 || int(n) < smallest {
			smallest = int(n)
		}
	}
	return len(x.count), smallest
}

// Verify counts the classes again, over all columns that are not sensitive, from the rows that will be written,
// and compares them with what the search found.
func (t Table) Verify(r Result) error {
	classes, smallest := t.count(func(c TableColumn) bool { return !c.Sensitive })
	if classes != r.Classes || smallest != r.Smallest || t.rows != r.Records-r.Suppressed {
		return fmt.Errorf("anonymise: the table has %d rows in %d classes of at least %d, the search found %d in %d of at least %d",
			t.rows, classes, smallest, r.Records-r.Suppressed, r.Classes, r.Smallest)
	}
	return nil
}
