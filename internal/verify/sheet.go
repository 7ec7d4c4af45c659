package verify

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

const (
	mostSheetRows    = 1 << 20
	mostSheetColumns = 64
)

// sheetReader reads the rows of one sheet as a stream. The data sheet admits strings alone, every cell of every row, and no
// attribute by which one row could differ from another.
type sheetReader struct {
	*book
	m        *markup
	name     string
	isData   bool
	content  *findings
	formulas *findings
	take     func(row int, cells [][]byte) // cells are valid until the next row

	inData, done bool // within the rows; behind them
	row, rows    int
	cell         cellState
	styles       [mostSheetColumns]int // of the data's columns, 1 more than what is written
	line         []byte
	ends         []int
	cells        [][]byte
	digits, head []byte // of the row, and of a plain cell
}

// readSheet reads the i-th sheet.
func (b *book) readSheet(i int, content, formulas *findings, take func(row int, cells [][]byte)) {
	limit := int64(mostPart)
	if i == 0 {
		limit = mostSheet
	}
	r := &sheetReader{book: b, name: b.names[i], isData: i == 0, content: content, formulas: formulas, take: take}
	r.m = newMarkup(b.parts[b.sheets[i]].open(limit))
	for {
		if r.plainCell() {
			continue
		}
		err := r.m.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			r.wrong("%s", err)
			return
		}
		r.token()
	}
}

func (r *sheetReader) wrong(format string, args ...any) {
	r.content.add(Finding{What: fmt.Sprintf(format, args...), Sheet: r.name, Row: r.row})
}

// Depths of the elements within worksheet/sheetData.
const (
	depthData  = 2
	depthRow   = 3
	depthCell  = 4
	depthValue = 5 // is, v
	depthText  = 6 // t
)

func (r *sheetReader) token() {
	depth := len(r.m.ends)
	switch {
	case r.m.kind == closing:
		r.closed(depth + 1)
	case !r.inData:
		r.outside()
	case r.m.kind == text:
		r.value(depth)
	default:
		r.opened(depth)
	}
}

// outside takes what stands before and behind the rows.
func (r *sheetReader) outside() {
	if r.m.kind == text {
		r.wrong("text stands beside the cells")
		return
	}
	if what := r.m.wrong(); what != "" {
		r.wrong("%s", what)
	}
	if string(r.m.path) == "worksheet/sheetData" {
		if r.done {
			r.wrong("the sheet has its rows in two places")
		}
		r.inData = true
	}
}

func (r *sheetReader) opened(depth int) {
	name := r.m.name
	switch {
	case depth == depthRow && string(name) == "row":
		r.openRow()
	case depth == depthCell && string(name) == "c":
		r.openCell()
	case depth == depthValue && string(name) == "f":
		r.formulas.add(Finding{What: "a formula", Sheet: r.name, Row: r.row})
	case depth == depthValue && string(name) == r.cell.holder() && len(r.m.attrs) == 0 && !r.cell.opened:
		r.cell.opened = true
	case depth == depthText && string(name) == "t" && r.cell.kind == 'i' && r.preserving() && !r.cell.filled:
		r.cell.filled = true
	default:
		r.wrong("the element %s is not one of a plain cell", clean(string(name)))
	}
}

// preserving admits xml:space on a text.
func (r *sheetReader) preserving() bool {
	a := r.m.attrs
	return len(a) == 0 || len(a) == 1 && string(a[0].name) == "xml:space" && string(a[0].value) == "preserve"
}

func (r *sheetReader) closed(depth int) {
	switch {
	case !r.inData:
	case depth == depthData:
		r.inData, r.done = false, true
	case depth == depthRow:
		r.endRow()
	case depth == depthCell:
		r.endCell()
	}
}

func (r *sheetReader) openRow() {
	r.line, r.ends = r.line[:0], r.ends[:0]
	before := r.row
	r.row = 0
	for _, a := range r.m.attrs {
		switch {
		case string(a.name) == "r":
			r.row = number(a.value)
		case string(a.name) == "hidden":
			r.wrong("a row is hidden")
		case r.isData && before > 0:
			r.wrong("the row has an attribute of its own")
		case !rowAttribute(string(a.name), string(a.value)):
			r.wrong("the row has the attribute %s", clean(string(a.name)))
		}
	}
	if r.row <= before || r.row > mostSheetRows || r.isData && r.row != before+1 {
		r.row = before + 1
		r.wrong("the rows are not numbered as they stand")
	}
	r.digits = strconv.AppendInt(r.digits[:0], int64(r.row), 10)
}

func rowAttribute(name, value string) bool {
	switch name {
	case "s", "ht":
		return kinds["num"].MatchString(value)
	case "customFormat", "customHeight":
		return kinds["flag"].MatchString(value)
	}
	return false
}

// endRow gives the row on.
func (r *sheetReader) endRow() {
	r.cells = r.cells[:0]
	from := 0
	for _, end := range r.ends {
		r.cells = append(r.cells, r.line[from:end:end])
		from = end
	}
	r.rows++
	r.take(r.row, r.cells)
}

// number reads digits without a leading zero, 0 when they are none.
func number(b []byte) int {
	n := 0
	if len(b) == 0 || len(b) > 7 || b[0] == '0' {
		return 0
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// formulaLike is a cell that a spreadsheet could compute once it is pasted or comes from CSV (RP-021).
func formulaLike(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n', ' ':
		return true
	}
	if b[0] < utf8.RuneSelf {
		return false
	}
	switch r, _ := utf8.DecodeRune(b); r {
	case '＝', '＋', '－', '＠', '\u00a0', '\u2212':
		return true
	}
	return false
}
