package verify

import (
	"fmt"
	"strings"
)

// readWorkbook reads the file, adds the checks of its hygiene, and leaves the table behind, nil when there is none.
func (v *verifier) readWorkbook() {
	var archive, content, shared, formulas, words findings
	list, err := walk(v.file, &archive)
	if err != nil {
		archive.say(err.Error())
		v.add(archive.check("P10.parts", "the archive cannot be read"))
		for _, id := range []string{"P10.content", "P10.strings", "P10.formulas", "dictionary"} {
			v.add(notChecked(id, "the archive cannot be read"))
		}
		v.unknown.say("there is no data sheet to be read")
		return
	}
	v.book = readBook(list, &archive, &content, &shared)
	if v.book.broken {
		content.say("the three sheets cannot be found")
		v.unknown.say("there is no data sheet to be read")
	} else {
		v.readData(&content, &formulas)
		v.readWords(&content, &formulas, &words)
		v.book.unused(&shared)
	}
	v.add(archive.check("P10.parts", fmt.Sprintf("%d parts, %d bytes", len(list), len(v.file))),
		content.check("P10.content", "sheets: "+v.sheetNames()),
		shared.check("P10.strings", fmt.Sprintf("%d shared strings", len(v.book.shared))),
		formulas.check("P10.formulas", fmt.Sprintf("%d looked like one", len(formulas.list)+formulas.more)),
		words.check("dictionary", fmt.Sprintf("%d columns", len(v.written))))
}

func (v *verifier) sheetNames() string {
	out := make([]string, len(v.book.names))
	for i, n := range v.book.names {
		out[i] = clean(n)
	}
	return strings.Join(out, ", ")
}

// readData reads the data sheet into the table.
func (v *verifier) readData(content, formulas *findings) {
	var t *table
	if len(v.written) <= mostColumns {
		t = newTable(v.book.data(), v.written)
	} else {
		v.unknown.say("more columns are written than can be counted")
	}
	v.book.readSheet(0, content, formulas, func(row int, cells [][]byte) {
		switch {
		case row == 1:
			if !v.checkHeader(texts(cells)) {
				t = nil
			}
			return
		case len(cells) != len(v.report.Columns):
			content.add(Finding{What: fmt.Sprintf("the row has %d cells, not %d", len(cells), len(v.report.Columns)), Sheet: v.book.data(), Row: row})
		case t != nil:
			t.add(row, cells, &v.unknown, &v.empty)
		}
		v.report.Rows++
	})
	if v.report.Columns == nil {
		v.unknown.say("the data sheet is empty")
		t = nil
	}
	if t != nil {
		t.seal()
	}
	v.table = t
}

func texts(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = string(c)
	}
	return out
}

// mostWords is more rows than a dictionary or a proof can have.
const mostWords = 20_000

// readWords reads the dictionary, held to the schema, and the proof, whose words are for people.
func (v *verifier) readWords(content, formulas, words *findings) {
	missing := map[string]map[string]bool{}
	for _, c := range v.written {
		values := map[string]bool{}
		for _, value := range c.values() {
			values[value] = true
		}
		missing[cellOf(c.ID)] = values
	}
	known := names(v.written)
	name := v.book.names[1]
	v.book.readSheet(1, content, formulas, func(row int, cells [][]byte) {
		if row == 1 || len(cells) == 0 || row > mostWords {
			return
		}
		values, ok := missing[string(cells[0])]
		if !ok {
			words.add(Finding{What: "the row is of no column of the file", Sheet: name, Row: row})
		}
		for _, c := range cells[1:] {
			delete(values, string(c))
		}
	})
	for _, id := range known {
		if n := len(missing[cellOf(id)]); n > 0 {
			words.add(Finding{What: fmt.Sprintf("%d values of column %s are not explained", n, id), Sheet: name})
		}
	}
	v.book.readSheet(2, content, formulas, func(int, [][]byte) {})
}
