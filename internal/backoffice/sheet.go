package backoffice

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/xuri/excelize/v2"

	"guichet/internal/release"
)

// bookKind is what a workbook is to a browser.
const bookKind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sheet is a page of a workbook: words alone, the first row its heads.
type sheet struct {
	name string
	rows [][]string
}

// wordBook is a workbook of words, for registers that the controller keeps of its own processings. No cell is read as a formula,
// whatever was typed, and nothing says who made it.
func wordBook(sheets ...sheet) (_ []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.SetDocProps(&excelize.DocProperties{}); err != nil {
		return nil, err
	}
	for i, s := range sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		if err != nil {
			return nil, err
		}
		if err := s.write(f); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	_, err = f.WriteTo(&b)
	return b.Bytes(), err
}

func (s sheet) write(f *excelize.File) error {
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	body, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(s.name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, max(1, len(s.rows[0])), 28); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for n, row := range s.rows {
		style := body
		if n == 0 {
			style = head
		}
		cells := make([]any, len(row))
		for i, words := range row {
			safe, err := release.SafeCell(words)
			if err != nil {
				return err
			}
			cells[i] = excelize.Cell{StyleID: style, Value: safe}
		}
		if err := out.SetRow("A"+strconv.Itoa(n+1), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}
