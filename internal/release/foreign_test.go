package release

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"guichet/internal/testkit/absent"
)

// hostile are words that some program somewhere would take for a formula.
var hostile = []string{"=cmd|' /C calc'!A0", "+1+1", "@SUM(A1:A9)", "-2", "plain, \"quoted\"; text"}

// LibreOffice opens the workbook, and what it converts to CSV is each cell's text, with no formula (P10).
func TestLibreOfficeReadsTheWorkbook(t *testing.T) {
	if _, err := exec.LookPath("soffice"); err != nil {
		absent.Skip(t, "LibreOffice (libreoffice-calc-nogui)")
	}
	dir := t.TempDir()
	book := filepath.Join(dir, "book.xlsx")
	sheets := hostileBook(t, book)
	// 44,34,76: commas, quotes, UTF-8; the tenth option writes formulas as formulas, the last every sheet to a file of its own.
	command := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,true,true,false,-1", "--outdir", dir, book)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, rows := range sheets {
		f, err := os.Open(filepath.Join(dir, "book-"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(f)
		r.FieldsPerRecord = -1
		got, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		sameCells(t, "LibreOffice's "+name, got, rows)
	}
}

// openpyxl, which shares nothing with the writer, finds the same text in the same cells and no formula (P10).
func TestOpenpyxlReadsTheWorkbook(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's, which is where its openpyxl is
	if exec.Command(python, "-c", "import openpyxl").Run() != nil {
		absent.Skip(t, "openpyxl (python3-openpyxl)")
	}
	book := filepath.Join(t.TempDir(), "book.xlsx")
	sheets := hostileBook(t, book)
	const script = `import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
assert all(c.data_type != "f" for s in book for row in s.rows for c in row), "a formula"
assert all(s.sheet_state == "visible" for s in book), "a hidden sheet"
assert not book.defined_names, "a defined name"
json.dump({s.title: [["" if c.value is None else c.value for c in row] for row in s.rows] for s in book}, sys.stdout)`
	out, err := exec.Command(python, "-c", script, book).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string][][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("a cell is not text: %v", err)
	}
	for name, rows := range sheets {
		sameCells(t, "openpyxl's "+name, got[name], rows)
	}
}

// hostileBook writes a workbook of hostile words and tells the cells that it means to hold.
func hostileBook(t *testing.T, path string) map[string][][]string {
	t.Helper()
	if err := os.WriteFile(path, writtenWorkbook(t, thirtyRows(t, hostile...)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	sheets := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if sheets[name], err = f.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	if len(sheets) != 3 {
		t.Fatalf("%d sheets, want 3", len(sheets))
	}
	return sheets
}

func sameCells(t *testing.T, who string, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d rows, want %d", who, len(got), len(want))
	}
	for i := range want {
		g := got[i]
		for len(g) > len(want[i]) && g[len(g)-1] == "" { // shorter rows are filled up
			g = g[:len(g)-1]
		}
		if !slices.Equal(g, want[i]) {
			t.Errorf("%s, row %d: %q, want %q", who, i+1, g, want[i])
		}
		for _, cell := range g {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("%s, row %d: %q would be read as a formula", who, i+1, cell)
			}
		}
	}
}
