package verify

import (
	"regexp"
	"strconv"
)

// cellState is what is known of the cell being read.
type cellState struct {
	kind   byte // i: a string in place, s: a shared one, n: a number
	opened bool // is or v
	filled bool // t, or the text of v
}

// holder is the element that holds the cell's value.
func (c cellState) holder() string {
	if c.kind == 'i' {
		return "is"
	}
	return "v"
}

var plainNumber = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,10})?$`)

func (r *sheetReader) openCell() {
	r.cell = cellState{kind: 'n'}
	at, row := 0, 0
	style := 1
	for _, a := range r.m.attrs {
		switch string(a.name) {
		case "r":
			at, row = place(a.value)
		case "t":
			r.cell.kind = cellKind(string(a.value))
		case "s":
			style = 1 + number(a.value)
		default:
			r.wrong("the cell has the attribute %s", clean(string(a.name)))
		}
	}
	if row != r.row || at <= len(r.ends) || at > mostSheetColumns || r.isData && at != len(r.ends)+1 {
		r.wrong("the cells are not numbered as they stand")
		at = len(r.ends) + 1
	}
	for len(r.ends) < min(at, mostSheetColumns)-1 {
		r.ends = append(r.ends, len(r.line)) // a cell that is not written is empty
	}
	if r.cell.kind == 0 || r.cell.kind == 'n' && r.isData {
		r.wrong("a cell is of another kind than text")
	}
	if r.isData && r.row > 1 {
		r.holdStyle(len(r.ends), style)
	}
}

// holdStyle wants one look for all cells of a column: a colour could mark a row.
func (r *sheetReader) holdStyle(column, style int) {
	if column >= mostSheetColumns {
		return
	}
	if r.styles[column] == 0 {
		r.styles[column] = style
	}
	if r.styles[column] != style {
		r.wrong("a cell looks different from the others of its column")
	}
}

func cellKind(t string) byte {
	switch t {
	case "inlineStr":
		return 'i'
	case "s", "n":
		return t[0]
	}
	return 0
}

// place reads the name of a cell: B12 is the second of row 12.
func place(b []byte) (column, row int) {
	n := 0
	for n < len(b) && n < 3 && b[n] >= 'A' && b[n] <= 'Z' {
		column = column*26 + int(b[n]-'A') + 1
		n++
	}
	return column, number(b[n:])
}

// value takes the text of a cell.
func (r *sheetReader) value(depth int) {
	switch b := r.m.text; {
	case depth == depthText && r.cell.kind == 'i' && r.cell.filled:
		r.line = append(r.line, b...)
	case depth == depthValue && r.cell.kind == 's' && r.cell.opened && !r.cell.filled:
		r.cell.filled = true
		i, err := strconv.Atoi(string(b))
		if err != nil || i < 0 || i >= len(r.shared) || len(b) > 1 && b[0] == '0' {
			r.wrong("a cell points to a string that is not there")
			return
		}
		r.used[i]++
		r.line = append(r.line, r.shared[i]...)
	case depth == depthValue && r.cell.kind == 'n' && r.cell.opened && !r.cell.filled:
		r.cell.filled = true
		if !plainNumber.Match(b) {
			r.wrong("a number is not written plainly")
		}
		r.line = append(r.line, b...)
	default:
		r.wrong("text stands beside the cells")
	}
}

func (r *sheetReader) endCell() {
	from := 0
	if n := len(r.ends); n > 0 {
		from = r.ends[n-1]
	}
	value := r.line[from:]
	if r.isData && !r.cell.filled {
		r.wrong("a cell has no value")
	}
	if r.cell.kind != 'n' && formulaLike(value) {
		r.formulas.add(Finding{What: "a cell begins as a formula does", Sheet: r.name, Row: r.row})
	}
	if len(r.ends) < mostSheetColumns {
		r.ends = append(r.ends, len(r.line))
	}
}
