package backoffice

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/xuri/excelize/v2"

	"guichet/internal/dossier"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// registerBook is a register as an Excel workbook of one sheet: its columns and no others. Days are dates that can be sorted; no
// cell is read as a formula, whatever somebody has written to us.
func registerBook(p text.Printer, g *workflow.Register, lines []dossier.RegisterLine) (_ []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	sheet := p.T("register.sheet")
	head := make([]any, len(g.Columns))
	for i, c := range g.Columns {
		head[i] = c.Label.In(p.Lang)
	}
	styles, err := registerStyles(f)
	if err != nil {
		return nil, err
	}
	out, err := startSheet(f, sheet, len(head))
	if err != nil {
		return nil, err
	}
	if err := out.SetRow("A1", head, excelize.RowOpts{StyleID: styles.head}); err != nil {
		return nil, err
	}
	for n, l := range lines {
		row, err := styles.row(p, l)
		if err != nil {
			return nil, err
		}
		if err := out.SetRow("A"+strconv.Itoa(n+2), row); err != nil {
			return nil, err
		}
	}
	if err := out.Flush(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = f.WriteTo(&b)
	return b.Bytes(), err
}

func startSheet(f *excelize.File, name string, columns int) (*excelize.StreamWriter, error) {
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	if err := f.SetDocProps(&excelize.DocProperties{}); err != nil {
		return nil, err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if err := out.SetColWidth(1, columns, 24); err != nil {
		return nil, err
	}
	return out, out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// bookStyles are those of a register's cells.
type bookStyles struct{ head, day, month int }

func registerStyles(f *excelize.File) (s bookStyles, err error) {
	day, month := "dd/mm/yyyy", "mm/yyyy"
	for into, style := range map[*int]*excelize.Style{
		&s.head: {Font: &excelize.Font{Bold: true}}, &s.day: {CustomNumFmt: &day}, &s.month: {CustomNumFmt: &month},
	} {
		if *into, err = f.NewStyle(style); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s bookStyles) row(p text.Printer, l dossier.RegisterLine) ([]any, error) {
	row := make([]any, len(l.Cells))
	for i, c := range l.Cells {
		if !c.Day.IsZero() {
			style := s.day
			if c.Month {
				style = s.month
			}
			row[i] = excelize.Cell{StyleID: style, Value: c.Day}
			continue
		}
		words, err := release.SafeCell(registerWords(p, c))
		if err != nil {
			return nil, err
		}
		row[i] = words
	}
	return row, nil
}
