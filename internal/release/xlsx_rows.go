package release

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"guichet/internal/anonymise"
)

// dataPart is the sheet that the rows stand in.
const dataPart = "xl/worksheets/sheet1.xml"

// fill copies a framed workbook, part by part, and writes the rows of the table where its values stand. The library takes a
// microsecond for each cell; here a cell is the library's own bytes for its value, under a number.
func fill(w io.Writer, frame []byte, t anonymise.Table) (err error) {
	in, err := zip.NewReader(bytes.NewReader(frame), int64(len(frame)))
	if err != nil {
		return err
	}
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return newPacker(w), nil })
	for _, part := range in.File {
		text, err := unpacked(part)
		if err != nil {
			return err
		}
		to, err := out.Create(part.Name)
		if err != nil {
			return err
		}
		if part.Name != dataPart {
			_, err = to.Write(text)
		} else {
			err = writeRows(to, text, t)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

func unpacked(part *zip.File) (_ []byte, err error) {
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return io.ReadAll(in)
}

// chunk is how much of a sheet is put together before it is passed on.
const chunk = 64 << 10

// writeRows writes a sheet whose heading is the first row of the frame, and whose rows are made of the cells below it.
func writeRows(w io.Writer, frame []byte, t anonymise.Table) error {
	const endRow = "</row>"
	heading := bytes.Index(frame, []byte(endRow)) + len(endRow)
	end := bytes.LastIndex(frame, []byte("</sheetData>"))
	if heading < len(endRow) || end < heading {
		return errNotFramed
	}
	cells, err := readCells(frame[heading:end], t)
	if err != nil {
		return err
	}
	b := append(make([]byte, 0, 2*chunk), frame[:heading]...)
	number := 1
	for row := range t.Codes() {
		number++
		b = appendRow(b, number, row, cells)
		if len(b) >= chunk {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err = w.Write(append(b, frame[end:]...))
	return err
}

var errNotFramed = errors.New("release: the library writes sheets in another way than is known here")

// cell is what stands before and after the number of a row.
type cell struct{ before, after []byte }

func appendRow(b []byte, number int, row []uint32, cells [][]cell) []byte {
	var digits [20]byte
	n := strconv.AppendInt(digits[:0], int64(number), 10)
	b = append(append(append(b, `<row r="`...), n...), `">`...)
	for j, code := range row {
		c := &cells[j][code]
		b = append(append(append(b, c.before...), n...), c.after...)
	}
	return append(b, "</row>"...)
}

// readCells takes the cells of all values from the rows of the frame, where each has a row of its own, and puts them into
// their columns.
func readCells(rows []byte, t anonymise.Table) ([][]cell, error) {
	number := 1
	cells := make([][]cell, len(t.Columns()))
	for j := range cells {
		letters, err := excelize.ColumnNumberToName(j + 1)
		if err != nil {
			return nil, err
		}
		for range t.Words(j) {
			number++
			row, rest, ok := bytes.Cut(rows, []byte("</row>"))
			c, found := cellOf(row, number)
			if !ok || !found {
				return nil, errNotFramed
			}
			c.before = bytes.Replace(c.before, []byte(`r="A`), []byte(`r="`+letters), 1)
			cells[j], rows = append(cells[j], c), rest
		}
	}
	if len(rows) > 0 {
		return nil, errNotFramed
	}
	return cells, nil
}

// cellOf cuts the only cell of a row about its number.
func cellOf(row []byte, number int) (c cell, ok bool) {
	body, ok := bytes.CutPrefix(row, fmt.Appendf(nil, `<row r="%d">`, number))
	if !ok || !bytes.HasPrefix(body, []byte("<c ")) || bytes.Count(body, []byte("<c ")) != 1 {
		return c, false
	}
	place := fmt.Appendf(nil, `r="A%d"`, number)
	at := bytes.Index(body, place)
	if at < 0 {
		return c, false
	}
	at += len(`r="A`)
	return cell{bytes.Clone(body[:at]), bytes.Clone(body[at+len(place)-len(`r="A"`):])}, true
}
