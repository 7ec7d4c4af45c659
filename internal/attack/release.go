package attack

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/xuri/excelize/v2"

	"guichet/internal/fault"
)

// Release is one file that left, as the attacker sees it: its rows, its parts, its bytes.
type Release struct {
	Name    string
	Month   int // of its last cohort, numbered by year*12+month-1; 0 when nothing tells it
	Columns []string
	Rows    [][]string
	Parts   []Part // of a workbook
	Bytes   []byte

	claims  []claim         // of its certificate, or of its proof sheet
	escaped map[[2]int]bool // cells, by row and column, that an apostrophe keeps from being formulas
}

// Part is one entry of a workbook, inflated.
type Part struct {
	Header zip.FileHeader
	Data   []byte
}

// mostInflated bounds what a workbook may inflate to.
const mostInflated = 1 << 30

// Open reads a release, a workbook or a CSV file, whichever the bytes are. The month is that of the certificate, when one is
// given, or the last that the name tells, such as release-2026-11.xlsx.
func Open(name string, data, certificate []byte) (r *Release, err error) {
	defer fault.Wrap(&err, "attack.Open")
	defer func() {
		if recover() != nil { // the reader of workbooks is not ours, and files are made by anybody
			r, err = nil, fault.From(fault.Invalid, "", fmt.Errorf("%s is not a workbook that can be read", name))
		}
	}()
	r = &Release{Name: name, Bytes: data, Month: monthOf(name, certificate), claims: claimsOf(certificate)}
	switch {
	case bytes.HasPrefix(data, []byte("PK")):
		err = r.readWorkbook()
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		err = errors.New("it has a password: attack the file as it was before the password was set")
	default:
		err = r.readCSV()
	}
	if err != nil {
		return nil, fault.From(fault.Invalid, "", fmt.Errorf("%s: %w", name, err))
	}
	return r, nil
}

func (r *Release) readWorkbook() error {
	archive, err := zip.NewReader(bytes.NewReader(r.Bytes), int64(len(r.Bytes)))
	if err != nil {
		return err
	}
	left := int64(mostInflated)
	for _, f := range archive.File {
		part, err := inflate(f, left)
		if err != nil {
			return fmt.Errorf("part %q: %w", f.Name, err)
		}
		left -= int64(len(part))
		r.Parts = append(r.Parts, Part{f.FileHeader, part})
	}
	book, err := excelize.OpenReader(bytes.NewReader(r.Bytes), excelize.Options{UnzipSizeLimit: mostInflated, UnzipXMLSizeLimit: mostInflated})
	if err != nil {
		return err
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return errors.New("it has no sheet")
	}
	rows, err := book.GetRows(sheets[0], excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	if len(sheets) > 2 && len(r.claims) == 0 {
		proof, err := book.GetRows(sheets[2], excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		r.claims = claimOnSheet(proof)
	}
	return r.take(rows)
}

func inflate(f *zip.File, left int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, left+1))
	if err == nil && int64(len(data)) > left {
		err = errors.New("the file inflates to more than 1 GiB")
	}
	return data, err
}

func (r *Release) readCSV() error {
	rows, err := newCSV(r.Bytes).ReadAll()
	if err != nil {
		return err
	}
	return r.take(rows)
}

// take parts the headings from the rows. Workbooks leave empty cells at the end of a row out.
func (r *Release) take(rows [][]string) error {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return errors.New("it has no first row with the names of its columns")
	}
	r.Columns, r.escaped = rows[0], make(map[[2]int]bool)
	for i, row := range rows[1:] {
		if len(row) > len(r.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i+2, len(row), len(r.Columns))
		}
		for len(row) < len(r.Columns) {
			row = append(row, "")
		}
		for j, cell := range row {
			if len(cell) > 1 && cell[0] == '\'' && formula(cell[1:]) {
				r.escaped[[2]int{i, j}] = true
				row[j] = cell[1:]
			}
		}
		r.Rows = append(r.Rows, row)
	}
	return nil
}

var monthInName = regexp.MustCompile(`\d{4}-(0[1-9]|1[0-2])`)

// monthOf reads a month in a certificate, or the last in a name; 0 is none.
func monthOf(name string, text []byte) int {
	var c certificate
	if json.Unmarshal(text, &c) == nil && len(c.Signed.Cohorts) > 0 {
		name = c.Signed.Cohorts[len(c.Signed.Cohorts)-1].Month
	}
	found := monthInName.FindAllString(name, -1)
	if len(found) == 0 {
		return 0
	}
	at, err := time.Parse("2006-01", found[len(found)-1])
	if err != nil {
		return 0
	}
	return month(at)
}
