package careless

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Traces is what an untidy workbook gives away besides its rows.
type Traces struct {
	Author string // in the properties of the document
	Hidden string // in a cell of a hidden sheet
	Erased string // once in a cell, now in the shared strings alone
	Remark string // in a comment
}

// Untidy writes a file as a workbook with its traces left in.
func (f File) Untidy(left Traces) (_ []byte, err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	set := func(sheet string, column, row int, text string) {
		cell, bad := excelize.CoordinatesToCellName(column, row)
		err = errors.Join(err, bad, book.SetCellStr(sheet, cell, text))
	}
	if left.Erased != "" {
		set("Sheet1", 1, 1, left.Erased)
	}
	for i, row := range append([][]string{f.Columns}, f.Rows...) {
		for j, word := range row {
			set("Sheet1", j+1, i+1, word)
		}
	}
	if left.Author != "" {
		err = errors.Join(err, book.SetDocProps(&excelize.DocProperties{Creator: left.Author, LastModifiedBy: left.Author}))
	}
	if left.Hidden != "" {
		_, bad := book.NewSheet("Notes")
		err = errors.Join(err, bad)
		set("Notes", 1, 1, left.Hidden)
		err = errors.Join(err, book.SetSheetVisible("Notes", false))
	}
	if left.Remark != "" {
		err = errors.Join(err, book.AddComment("Sheet1", excelize.Comment{Cell: "A1", Text: left.Remark}))
	}
	if err != nil {
		return nil, fmt.Errorf("careless.Untidy: %w", err)
	}
	var out bytes.Buffer
	_, err = book.WriteTo(&out)
	return out.Bytes(), err
}
