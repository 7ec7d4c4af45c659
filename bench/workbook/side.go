package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/xuri/excelize/v2"

	"guichet/internal/anonymise"
	"guichet/internal/release"
)

// writers are the two sides.
var writers = map[string]func(io.Writer, anonymise.Table) error{"ours": ours, "peer": peer}

func ours(w io.Writer, t anonymise.Table) error {
	return release.WriteXLSX(w, t, release.Labels{Data: "Data", Dictionary: "Dictionary", Proof: "Proof", HeldNone: "none", HeldFewer: "fewer than %d", HeldAbout: "about %d", Loss: "loss of %s"})
}

// peer streams the same rows as the library's documentation shows.
func peer(w io.Writer, t anonymise.Table) error {
	f := excelize.NewFile()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	number := 0
	for row := range t.Rows() {
		number++
		cells := make([]any, len(row))
		for i, value := range row {
			cells[i] = value
		}
		if err := out.SetRow("A"+strconv.Itoa(number), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if _, err := f.WriteTo(w); err != nil {
		return err
	}
	return f.Close()
}

const (
	columns = 10
	batch   = 50_000
)

// table freezes rows of nine open columns and a secret, in as many cohorts as it takes.
func table(rows int) (anonymise.Table, error) {
	s, err := schema()
	if err != nil {
		return anonymise.Table{}, err
	}
	var cohorts []anonymise.Cohort
	for from := 0; from < rows; from += batch {
		waiting := make([]anonymise.Waiting, 0, batch)
		for i := from; i < min(from+batch, rows); i++ {
			waiting = append(waiting, record(i))
		}
		j, err := anonymise.Judge(s, strconv.Itoa(from), waiting)
		if err != nil {
			return anonymise.Table{}, err
		}
		cohorts = append(cohorts, j.Cohort)
	}
	t, err := anonymise.Concat(s, cohorts...)
	if err == nil && t.Len() != rows {
		err = fmt.Errorf("the table has %d rows, not %d", t.Len(), rows)
	}
	return t, err
}

func schema() (*anonymise.Schema, error) {
	rules := anonymise.Rules{ID: "bench", Version: 1, K: 11, M: 55, Diverse: 3, Share: anonymise.Fraction(4, 5)}
	for c := range columns {
		var lines [][]string
		for v := range 4 {
			lines = append(lines, []string{value(c, v)})
		}
		h, err := anonymise.NewHierarchy("values", lines)
		if err != nil {
			return nil, err
		}
		rules.Columns = append(rules.Columns, anonymise.ReleaseColumn{Name: "column_" + strconv.Itoa(c), Hierarchy: h, Sensitive: c == columns-1})
	}
	return anonymise.NewSchema(rules)
}

func value(column, v int) string { return fmt.Sprintf("value %d of %d", v, column) }

// record belongs to one of 64 blocks, and has each secret as often as the others.
func record(i int) anonymise.Waiting {
	id, block := strconv.Itoa(i), i/4%64
	w := anonymise.Waiting{ID: id, Person: id, Household: id, Filer: id}
	for c := range columns - 1 {
		w.Cells = append(w.Cells, value(c, (block>>(c%6))&3))
	}
	w.Cells = append(w.Cells, value(columns-1, i%4))
	return w
}

// rest gives back what making the table took, so that what follows is the writer's, and tells the memory then, in KiB.
func rest() (int, error) {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak begins anew
		return 0, err
	}
	return memory("VmRSS")
}
