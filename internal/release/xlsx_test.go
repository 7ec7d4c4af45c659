package release

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"guichet/internal/anonymise"
)

func testLabels() Labels {
	return Labels{
		Data: "Données", Dictionary: "Dictionnaire", Proof: "Preuve",
		Column: "Colonne", Title: "Intitulé", Sensitive: "Sensible", Value: "Valeur", Words: "Sens", Yes: "oui", No: "non",
		Figure: "Mesure", Found: "Constat", Rows: "Lignes", Cells: "Cases", K: "k", SmallestCell: "Plus petite case",
		Households: "Foyers", Filers: "Déposants", HeldBack: "Retenus", HeldNone: "aucun", HeldFewer: "moins de %d",
		HeldAbout: "environ %d", Loss: "Perte de %s", Notes: []string{"=note"},
		Columns: map[string]ColumnLabel{"age": {"Âge", map[string]string{"45+": "45 ans et plus"}}},
	}
}

// thirtyRows releases 5 records for each of three reasons in each of two ages, and holds back 3.
func thirtyRows(t testing.TB, reasons ...string) anonymise.Table {
	t.Helper()
	levels := func(values ...string) *anonymise.Hierarchy {
		var lines [][]string
		for _, v := range values {
			lines = append(lines, []string{v, "*"})
		}
		h, err := anonymise.NewHierarchy("h", lines)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	schema, err := anonymise.NewSchema(anonymise.Rules{
		ID: "permit", Version: 1, K: 5, M: 15, Diverse: 3, Share: anonymise.Fraction(4, 5),
		Columns: []anonymise.ReleaseColumn{
			{Name: "age", Hierarchy: levels("<45", "45+")},
			{Name: "reason", Hierarchy: levels(reasons...), Sensitive: true},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var waiting []anonymise.Waiting
	add := func(n int, cells ...string) {
		for range n {
			id := fmt.Sprint(len(waiting))
			waiting = append(waiting, anonymise.Waiting{ID: id, Person: id, Household: id, Filer: id, Cells: cells})
		}
	}
	for _, age := range []string{"<45", "45+"} {
		for _, reason := range reasons[:3] {
			add(5, age, reason)
		}
	}
	add(3, "45+", reasons[3])
	j, err := anonymise.Judge(schema, "2026-11", waiting)
	if err != nil {
		t.Fatal(err)
	}
	out, err := anonymise.Concat(schema, j.Cohort)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func writtenWorkbook(t testing.TB, table anonymise.Table) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteXLSX(&out, table, testLabels()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWorkbook(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(writtenWorkbook(t, thirtyRows(t, "family", "work", "life", "other"))))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Données", "Dictionnaire", "Preuve"}) {
		t.Fatalf("sheets %v", got)
	}
	data, err := f.GetRows("Données")
	if err != nil {
		t.Fatal(err)
	}
	if len(data) != 31 || !slices.Equal(data[0], []string{"age", "reason"}) || !slices.Equal(data[1], []string{"45+", "family"}) {
		t.Fatalf("%d rows, %v", len(data), data[:2])
	}
	words, err := f.GetRows("Dictionnaire")
	if err != nil {
		t.Fatal(err)
	}
	if len(words) != 7 || !slices.Equal(words[2], []string{"age", "Âge", "non", "45+", "45 ans et plus"}) {
		t.Errorf("dictionary %v", words)
	}
	figures, err := f.GetRows("Preuve")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Mesure", "Constat"},
		{"Lignes", "30"},
		{"Cases", "6"},
		{"k", "5"},
		{"Plus petite case", "5"},
		{"Foyers", "5"},
		{"Déposants", "5"},
		{"Retenus", "moins de 5"},
		{"Perte de age", "0.0000"},
		{"Perte de reason", "0.0000"},
		{"'=note"},
	}
	if !slices.EqualFunc(figures, want, slices.Equal) {
		t.Errorf("proof %v", figures)
	}
}

func TestWorkbookIsTheSameEveryTimeAndNamesNobody(t *testing.T) {
	one := writtenWorkbook(t, thirtyRows(t, "family", "work", "life", "other"))
	for range 5 {
		if !bytes.Equal(one, writtenWorkbook(t, thirtyRows(t, "family", "work", "life", "other"))) {
			t.Fatal("two runs gave different bytes")
		}
	}
	archive, err := zip.NewReader(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{
		"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/workbook.xml", "xl/styles.xml",
		"xl/sharedStrings.xml", "xl/theme/theme1.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "[Content_Types].xml",
	}
	for _, part := range archive.File {
		if !slices.Contains(allowed, part.Name) {
			t.Errorf("the part %s is not allowed", part.Name)
		}
		if y := part.Modified.Year(); y > 1980 {
			t.Errorf("%s was written in %d", part.Name, y)
		}
		in, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, told := range []string{"xcelize", "creator", "dcterms", "lastModified", `state="hidden"`, "docProps", "<f>"} {
			if bytes.Contains(text, []byte(told)) {
				t.Errorf("%s tells %s", part.Name, told)
			}
		}
	}
}

func TestHostileValuesAreText(t *testing.T) {
	hostile := []string{"=cmd|' /C calc'!A0", "+1", "@SUM(1)", "-2"}
	f, err := excelize.OpenReader(bytes.NewReader(writtenWorkbook(t, thirtyRows(t, hostile...))))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("sheet %s has the cell %q", sheet, cell)
				}
			}
		}
	}
	for value, want := range map[string]string{
		"\tx": "'\tx", "\rx": "'\rx", "a\x00b": "a\uFFFDb", "a=b": "a=b", "": "", "\u202Ex": "\u202Ex",
		"\nx": "'\nx", "\u200F=cmd|x": "'\u200F=cmd|x", "  +1": "'  +1", "\uFEFF@x": "'\uFEFF@x", "＝1": "'＝1", "－": "'－", "<45": "<45", "45-64": "45-64", "75+": "75+",
	} {
		if got, err := SafeCell(value); err != nil || got != want {
			t.Errorf("%q is written %q, %v", value, got, err)
		}
	}
	if _, err := SafeCell("=" + strings.Repeat("x", longestCell-1)); err == nil {
		t.Error("a cell that its escape makes too long is accepted")
	}
	if _, err := SafeCell(strings.Repeat("é", longestCell+1)); err == nil {
		t.Error("a cell that Excel would cut is accepted")
	}
	if got, err := SafeCell(strings.Repeat("é", longestCell)); err != nil || len(got) != 2*longestCell {
		t.Errorf("the longest cell is refused: %v", err)
	}
}

// Words of a schema are a person's: hostile ones reach no cell as a formula, and too long ones are refused, not cut.
func TestHostileLabels(t *testing.T) {
	table := thirtyRows(t, "family", "work", "life", "other")
	l := testLabels()
	l.Columns = map[string]ColumnLabel{"age": {"=cmd|' /C calc'!A0", map[string]string{"45+": "\u200F=1+1", "<45": "a\x01\x1fb\uFFFF"}}}
	l.Second = &Second{Title: "+1", Words: "@x", Columns: map[string]ColumnLabel{"age": {"\t=1", map[string]string{"45+": strings.Repeat("م", longestCell)}}}}
	var out bytes.Buffer
	if err := WriteXLSX(&out, table, l); err != nil {
		t.Fatal(err)
	}
	if err := clean(out.Bytes(), stringsOf(table, l)); err != nil {
		t.Errorf("the hygiene test: %v", err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Dictionnaire")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if safe, err := SafeCell(cell); err != nil || safe != cell && !strings.HasPrefix(cell, "'") {
				t.Errorf("the dictionary holds %q", cell)
			}
		}
	}
	l.Second.Columns["age"].Values["<45"] = strings.Repeat("x", longestCell+1)
	if err := WriteXLSX(io.Discard, table, l); err == nil {
		t.Error("a label longer than a cell is written")
	}
}

// The house's own look at the bytes finds a formula, a string from elsewhere and a part that no release has.
func TestHygieneSeesWhatIsNotClean(t *testing.T) {
	table := thirtyRows(t, "family", "work", "life", "other")
	written := stringsOf(table, testLabels())
	if err := clean(writtenWorkbook(t, table), written); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*excelize.File) error{
		"a formula": func(f *excelize.File) error { return f.SetCellFormula("Preuve", "D9", "1+1") },
		"a name":    func(f *excelize.File) error { return f.SetCellStr("Preuve", "D9", "Bianchi") },
		"a comment": func(f *excelize.File) error {
			return f.AddComment("Preuve", excelize.Comment{Cell: "A1", Author: "x", Text: "y"})
		},
		"a fourth page": func(f *excelize.File) error { _, err := f.NewSheet("k"); return err },
	} {
		f, err := excelize.OpenReader(bytes.NewReader(writtenWorkbook(t, table)))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := errors.Join(spoil(f), f.Write(&out), f.Close()); err != nil {
			t.Fatal(err)
		}
		if clean(out.Bytes(), written) == nil {
			t.Errorf("%s is not seen", name)
		}
	}
}

func TestOnlySealedTablesAreWritten(t *testing.T) {
	if err := WriteXLSX(io.Discard, anonymise.Table{}, testLabels()); err == nil {
		t.Error("a table that nobody made was written")
	}
}
