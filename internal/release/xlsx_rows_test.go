package release

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"runtime"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"guichet/internal/anonymise"
)

// streamed is the data sheet as the library writes it cell by cell.
func streamed(t *testing.T, table anonymise.Table) []byte {
	t.Helper()
	f := excelize.NewFile()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(out.SetColWidth(1, len(table.Columns()), 24),
		out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	set := func(cells []any) {
		number++
		if err := setRow(out, number, cells); err != nil {
			t.Fatal(err)
		}
	}
	var heading []any
	for _, c := range table.Columns() {
		heading = append(heading, c.Name)
	}
	set(heading)
	for row := range table.Rows() {
		var cells []any
		for _, value := range row {
			cells = append(cells, value)
		}
		set(cells)
	}
	var book bytes.Buffer
	if err := errors.Join(out.Flush(), f.Write(&book), f.Close()); err != nil {
		t.Fatal(err)
	}
	return dataSheet(t, book.Bytes())
}

func dataSheet(t *testing.T, book []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range archive.File {
		if part.Name == dataPart {
			text, err := unpacked(part)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
	}
	t.Fatal("no data sheet")
	return nil
}

// Rows put together from the cells of their values are, to the byte, what the library writes cell by cell.
func TestRowsAreTheLibrarysOwn(t *testing.T) {
	for _, reasons := range [][]string{
		{"family", "work", "life", "other"},
		{"=cmd|' /C calc'!A0", "  two blanks ", "a\nb\tc", "&<>\"'"},
		{"_x0041_", "é\u200Fم😀", "</row><row r=\"3\"><c r=\"A3\"", "r=\"A2\""},
		{`<c r="A5" t="inlineStr">`, "\x01", "</is></c></row>", "</sheetData>"},
	} {
		table := thirtyRows(t, reasons...)
		if got, want := dataSheet(t, writtenWorkbook(t, table)), streamed(t, table); !bytes.Equal(got, want) {
			t.Errorf("%q are written\n%s\nnot\n%s", reasons, got, want)
		}
	}
}

// A sheet that the library would write in a way not known here is refused, not guessed at.
func TestUnknownFrameIsRefused(t *testing.T) {
	table := thirtyRows(t, "family", "work", "life", "other")
	for _, frame := range []string{
		"", "<sheetData></sheetData>", `<row r="1"></row></sheetData>`, `<row r="1"></row><row r="2"><c r="B2"></c></row></sheetData>`,
		`<row r="1"></row>` + "<row r=\"2\" spans=\"1\"><c r=\"A2\"></c></row></sheetData>",
	} {
		if err := writeRows(io.Discard, []byte(frame), table); !errors.Is(err, errNotFramed) {
			t.Errorf("%s: %v", frame, err)
		}
	}
}

func packedBy(t *testing.T, processors int, text []byte) []byte {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
	var out bytes.Buffer
	p := newPacker(&out)
	for i := 0; i < len(text); i += 70_001 {
		if _, err := p.Write(text[i:min(len(text), i+70_001)]); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPackedTheSameByAnyNumberOfProcessors(t *testing.T) {
	var text []byte
	for i := 0; len(text) < 3*packedBlock+7; i++ {
		text = strconv.AppendInt(append(text, "row "...), int64(i*i), 10)
	}
	for _, n := range []int{0, 1, packedBlock - 1, packedBlock, packedBlock + 1, len(text)} {
		one := packedBy(t, 1, text[:n])
		if !bytes.Equal(one, packedBy(t, 4, text[:n])) {
			t.Errorf("%d bytes are packed otherwise by four", n)
		}
		back, err := io.ReadAll(flate.NewReader(bytes.NewReader(one)))
		if err != nil || !bytes.Equal(back, text[:n]) {
			t.Errorf("%d bytes come back as %d: %v", n, len(back), err)
		}
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestPackerTellsThatTheDiskIsFull(t *testing.T) {
	p := newPacker(full{})
	_, _ = p.Write(make([]byte, packedBlock/2))
	if err := p.Close(); !errors.Is(err, errFull) {
		t.Error(err)
	}
	if err := WriteXLSX(full{}, thirtyRows(t, "family", "work", "life", "other"), testLabels()); !errors.Is(err, errFull) {
		t.Error(err)
	}
}
