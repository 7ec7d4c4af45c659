package release

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"guichet/internal/anonymise"
)

// Labels are the words of a workbook, in one language.
type Labels struct {
	Data, Dictionary, Proof                  string // names of the three sheets
	Column, Title, Sensitive, Value, Words   string // headings of the dictionary
	Yes, No                                  string
	Figure, Found                            string // headings of the proof
	Rows, Cells, K                           string // figures of the proof
	SmallestCell, Households, Filers         string // the last two: of the smallest cell, counted at the freeze, told as k at least
	HeldBack, HeldNone, HeldFewer, HeldAbout string // HeldFewer and HeldAbout hold one %d
	Loss                                     string // holds one %s, a column
	Notes                                    []string
	Columns                                  map[string]ColumnLabel // by column name; a missing one leaves its words empty
	Second                                   *Second                // nil: the dictionary is in one language
}

// Second is the dictionary's other language.
type Second struct {
	Title, Words string // headings
	Columns      map[string]ColumnLabel
}

// ColumnLabel says what a column and its values mean.
type ColumnLabel struct {
	Title  string
	Values map[string]string
}

// longestCell is Excel's own limit, in UTF-16 units.
const longestCell = 32767

// WriteXLSX writes a table as a workbook of three sheets: data, dictionary, proof. It accepts nothing but a sealed
// table, two runs give the same bytes, and nothing says who wrote it or when (RP-021, RP-177).
func WriteXLSX(w io.Writer, t anonymise.Table, l Labels) (err error) {
	if len(t.Columns()) == 0 {
		return errors.New("release: the table has no column")
	}
	if t.Len() >= excelize.TotalRows {
		return fmt.Errorf("release: %d rows do not fit into one sheet of %d", t.Len(), excelize.TotalRows)
	}
	frame, err := framed(t, l)
	if err != nil {
		return err
	}
	return fill(w, frame, t)
}

// framed is the workbook without its rows: in their place each value stands once, in the order of the columns, under the heading.
func framed(t anonymise.Table, l Labels) (_ []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := anonymous(f); err != nil {
		return nil, err
	}
	if err := writeData(f, t, l); err != nil {
		return nil, err
	}
	if err := writeSheet(f, l.Dictionary, dictionaryRows(t, l)); err != nil {
		return nil, err
	}
	if err := writeSheet(f, l.Proof, proofRows(t, l)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = f.WriteTo(&out)
	return out.Bytes(), err
}

// anonymous takes out the parts that would name a program, an author or an instant.
func anonymous(f *excelize.File) error {
	for _, part := range []string{"docProps/app.xml", "docProps/core.xml"} {
		f.Pkg.Delete(part)
	}
	named := f.ContentTypes.Overrides
	f.ContentTypes.Overrides = named[:0]
	for _, part := range named {
		if !strings.HasPrefix(part.PartName, "/docProps/") {
			f.ContentTypes.Overrides = append(f.ContentTypes.Overrides, part)
		}
	}
	f.Pkg.Store("_rels/.rels", []byte(xml.Header+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`))
	return nil
}

// writeData streams the heading and the values. It is the only streamed sheet: with two, the order of the parts would be chance.
func writeData(f *excelize.File, t anonymise.Table, l Labels) error {
	if err := f.SetSheetName("Sheet1", l.Data); err != nil {
		return err
	}
	out, err := f.NewStreamWriter(l.Data)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(t.Columns()), 24); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	heading := make([]any, 0, len(t.Columns()))
	for _, c := range t.Columns() {
		heading = append(heading, c.Name)
	}
	if err := setRow(out, 1, heading); err != nil {
		return err
	}
	number := 1
	for j := range heading {
		for _, value := range t.Words(j) {
			number++
			if err := setRow(out, number, []any{value}); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}

func setRow(out *excelize.StreamWriter, number int, cells []any) error {
	for i, c := range cells {
		text, err := SafeCell(c.(string))
		if err != nil {
			return fmt.Errorf("release: %w", err)
		}
		cells[i] = text
	}
	return out.SetRow("A"+strconv.Itoa(number), cells)
}

// writeSheet writes a small sheet of strings.
func writeSheet(f *excelize.File, name string, rows [][]string) error {
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	if err := f.SetColWidth(name, "A", "G", 30); err != nil {
		return err
	}
	for i, row := range rows {
		for j, value := range row {
			text, err := SafeCell(value)
			if err != nil {
				return fmt.Errorf("release: sheet %s, row %d: %w", name, i+1, err)
			}
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if err := f.SetCellStr(name, cell, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// dictionaryRows has a row for every value that a column can have, whether written or not.
func dictionaryRows(t anonymise.Table, l Labels) [][]string {
	rows := [][]string{{l.Column, l.Title, l.Sensitive, l.Value, l.Words}}
	if l.Second != nil {
		rows[0] = append(rows[0], l.Second.Title, l.Second.Words)
	}
	for _, c := range t.Columns() {
		label, secret := l.Columns[c.Name], l.No
		if c.Sensitive {
			secret = l.Yes
		}
		for _, value := range c.Values {
			row := []string{c.Name, label.Title, secret, value, label.Values[value]}
			if l.Second != nil {
				other := l.Second.Columns[c.Name]
				row = append(row, other.Title, other.Values[value])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func proofRows(t anonymise.Table, l Labels) [][]string {
	p := t.Proof()
	rows := [][]string{
		{l.Figure, l.Found},
		{l.Rows, strconv.Itoa(t.Len())},
		{l.Cells, strconv.Itoa(p.Cells)},
		{l.K, strconv.Itoa(p.K)},
		{l.SmallestCell, strconv.Itoa(p.Smallest.Rows)},
	}
	if p.Smallest.Households > 0 {
		s := told(p.Smallest, p.K)
		rows = append(rows, []string{l.Households, strconv.Itoa(s.Households)}, []string{l.Filers, strconv.Itoa(s.Filers)})
	}
	rows = append(rows, []string{l.HeldBack, heldBackText(p, l)})
	for _, c := range p.Loss {
		rows = append(rows, []string{fmt.Sprintf(l.Loss, c.Column), strconv.FormatFloat(c.Loss, 'f', 4, 64)})
	}
	for _, note := range l.Notes {
		rows = append(rows, []string{note})
	}
	return slices.Clip(rows)
}

func heldBackText(p anonymise.Proof, l Labels) string {
	switch {
	case p.HeldBack.None():
		return l.HeldNone
	case p.HeldBack.FewerThanK():
		return fmt.Sprintf(l.HeldFewer, p.K)
	default:
		return fmt.Sprintf(l.HeldAbout, p.HeldBack.About())
	}
}

// SafeCell makes a cell that no program reads as a formula, even after a conversion to CSV, and that XML can hold.
func SafeCell(value string) (string, error) {
	if strings.IndexFunc(value, unwritable) >= 0 {
		value = strings.Map(func(r rune) rune {
			if unwritable(r) {
				return '\uFFFD'
			}
			return r
		}, value)
	}
	if first := strings.TrimLeftFunc(value, unseen); strings.IndexAny(first, formulaStarts) == 0 || strings.IndexAny(value, "\t\r\n") == 0 {
		value = "'" + value
	}
	if len(value) > longestCell && len(utf16.Encode([]rune(value))) > longestCell {
		return "", fmt.Errorf("a cell holds more than %d characters", longestCell)
	}
	return value, nil
}

// formulaStarts begin a formula in some program, also in their wide forms.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// unseen is a mark or a space that a program may drop before it looks for a formula, such as a right-to-left mark.
func unseen(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Zs) }

// unwritable is a character that XML has no form for.
func unwritable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
