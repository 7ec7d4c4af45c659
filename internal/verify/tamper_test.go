package verify

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit"
)

const (
	sheet1 = "xl/worksheets/sheet1.xml"
	sheet3 = "xl/worksheets/sheet3.xml"
)

// swap changes a text of a part once.
func swap(part, old, new string) func(*sample) {
	return func(s *sample) {
		s.parts = func(p map[string]string) {
			if !strings.Contains(p[part], old) {
				panic("nothing to change in " + part)
			}
			p[part] = strings.Replace(p[part], old, new, 1)
		}
	}
}

// add puts a part into the archive.
func add(part, text string) func(*sample) {
	return func(s *sample) { s.parts = func(p map[string]string) { p[part] = text } }
}

// claim changes the certificate before it is signed: the service itself errs.
func claim(path string, value any) func(*sample) {
	return func(s *sample) {
		s.claim = func(c map[string]any) {
			names := strings.Split(path, ".")
			for _, n := range names[:len(names)-1] {
				c = c[n].(map[string]any)
			}
			c[names[len(names)-1]] = value
		}
	}
}

// tampering is one thing that somebody may do, the check that must find it, and the row it must name (0: any).
type tampering struct {
	name, check string
	row         int
	do          func(*sample)
}

func TestEveryTamperingIsFound(t *testing.T) {
	testkit.Covers(t, "RP-176", "RP-178")
	for _, x := range slices.Concat(dataTamperings, fileTamperings, certificateTamperings) {
		t.Run(x.name, func(t *testing.T) {
			s := newSample()
			x.do(s)
			c := find(s.verify(t), x.check)
			if c.Outcome != Failed || len(c.Findings) == 0 {
				t.Fatalf("%s: %s, %s", x.check, c.Outcome, c.Found)
			}
			if x.row != 0 && !slices.ContainsFunc(c.Findings, func(f Finding) bool { return f.Row == x.row && f.Sheet == "Data" }) {
				t.Errorf("row %d is not named: %v", x.row, c.Findings)
			}
		})
	}
}

// What is released is wrong, and the service certifies it: digests and signature are right.
var dataTamperings = []tampering{
	{"a row less in a cell of five", "P7", 7, func(s *sample) { s.months[0].rows = slices.Delete(s.months[0].rows, 6, 7) }},
	{"a cell of one", "P2", 62, func(s *sample) { s.months[0].rows = append(s.months[0].rows, []string{"<45", "near", "other"}) }},
	{"a rare value", "P5", 62, func(s *sample) { s.months[0].rows = append(s.months[0].rows, []string{"<45", "near", "other"}) }},
	{"a block with one reason", "P3", 2, func(s *sample) {
		for i := range s.months {
			s.months[i].rows = slices.DeleteFunc(s.months[i].rows, func(r []string) bool { return r[0] == "45+" && r[1] == "far" && r[2] != "calm" })
		}
	}},
	{"a block with one reason nearly", "P3", 2, func(s *sample) {
		s.months[0].rows = append(slices.Repeat([][]string{{"45+", "far", "calm"}}, 80), s.months[0].rows...)
	}},
	{"diverse together, uniform month by month", "P7", 2, func(s *sample) {
		s.months[0].rows = slices.DeleteFunc(s.months[0].rows, func(r []string) bool { return r[0] == "45+" && r[1] == "far" && r[2] == "food" })
	}},
	{"an increment under k", "P7", 62, func(s *sample) { s.months[2].rows = [][]string{{"45+", "far", "calm"}} }},
	{"an empty cell", "P4", 2, func(s *sample) { s.months[0].rows[0] = []string{"45+", "", "calm"} }},
	{"a row of nothing but *", "P4", 61, func(s *sample) { s.months[0].rows[59] = []string{"*", "*", "*"} }},
	{"a value of another level", "P1", 3, func(s *sample) { s.months[0].rows[1] = []string{"30-44", "far", "calm"} }},
	{"a value of another level, and its vector", "P6", 0, func(s *sample) { s.months[0].rows[1] = []string{"30-44", "far", "calm"} }},
	{"columns in another order", "P1", 1, func(s *sample) { s.header = []string{"origin", "age", "reason"} }},
	{"a column left out of the file by the schema", "P1", 1, func(s *sample) { s.header = []string{"age", "origin", "plot"} }},
	{"a cohort that is not sorted", "cohorts", 7, func(s *sample) { slices.Reverse(s.months[0].rows) }},
	{"a formula in a value", "P10.formulas", 4, func(s *sample) { s.months[0].rows[2] = []string{"=1+1", "far", "calm"} }},
	{"a formula with a wide sign", "P10.formulas", 4, func(s *sample) { s.months[0].rows[2] = []string{"＝1+1", "far", "calm"} }},
}

// The file holds more than its cells, and the service certifies it.
var fileTamperings = []tampering{
	{"a part nobody names", "P10.parts", 0, add("xl/notes.xml", xmlHead+"<a/>")},
	{"an author", "P10.parts", 0, add("docProps/core.xml", xmlHead+"<a/>")},
	{"a chain of calculations", "P10.parts", 0, add("xl/calcChain.xml", xmlHead+"<a/>")},
	{"a link to another file", "P10.parts", 0, add("xl/externalLinks/externalLink1.xml", xmlHead+"<a/>")},
	{"custom XML", "P10.parts", 0, add("customXml/item1.xml", xmlHead+"<a/>")},
	{"a macro", "P10.parts", 0, add("xl/vbaProject.bin", "x")},
	{"comments", "P10.parts", 0, add("xl/comments1.xml", xmlHead+"<a/>")},
	{"a fourth sheet", "P10.parts", 0, add("xl/worksheets/sheet4.xml", xmlHead+"<a/>")},
	{"a missing part", "P10.parts", 0, func(s *sample) { s.parts = func(p map[string]string) { delete(p, partStyles) } }},
	{"an instant", "P10.parts", 0, func(s *sample) {
		s.pack = func(h *zip.FileHeader) { h.Modified = time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC) }
	}},
	{"a comment on an entry", "P10.parts", 0, func(s *sample) { s.pack = func(h *zip.FileHeader) { h.Comment = "for you" } }},
	{"an extra field", "P10.parts", 0, func(s *sample) { s.pack = func(h *zip.FileHeader) { h.Extra = []byte{1, 0, 1, 0, 9} } }},
	{"rights of a file", "P10.parts", 0, func(s *sample) { s.pack = func(h *zip.FileHeader) { h.SetMode(0o644) } }},
	{"an entry that is not packed", "P10.parts", 0, func(s *sample) { s.pack = func(h *zip.FileHeader) { h.Method = zip.Store } }},
	{"bytes behind the archive", "P10.parts", 0, func(s *sample) { s.file = func(b []byte) []byte { return append(b, "more"...) } }},
	{"bytes before the archive", "P10.parts", 0, func(s *sample) { s.file = func(b []byte) []byte { return append([]byte("MZ"), b...) } }},
	{"a comment on the archive", "P10.parts", 0, func(s *sample) {
		s.file = func(b []byte) []byte { b[len(b)-2] = 4; return append(b, "note"...) }
	}},
	{"bytes between entries and directory", "P10.parts", 0, func(s *sample) { s.file = between }},
	{"headers that differ", "P10.parts", 0, func(s *sample) {
		s.file = func(b []byte) []byte { b[localLength] = 'x'; return b }
	}},
	{"bytes in a packed part, behind its end", "P10.content", 0, func(s *sample) { s.file = behindDeflate }},
	{"a checksum that is wrong", "P10.content", 0, func(s *sample) {
		s.file = func(b []byte) []byte { return bytes.ReplaceAll(b, checksum(b, 0), []byte{1, 2, 3, 4}) }
	}},

	{"a hidden sheet", "P10.content", 0, swap(partBook, `name="Proof"`, `name="Proof" state="hidden"`)},
	{"a defined name", "P10.content", 0, swap(partBook, `</sheets>`, `</sheets><definedNames><definedName name="x">Data!A1</definedName></definedNames>`)},
	{"the same sheet twice", "P10.content", 0, swap(partBook, `r:id="rId3"`, `r:id="rId2"`)},
	{"an external relationship", "P10.content", 0, swap(partBookRels, `Id="rId1"`, `Id="rId1" TargetMode="External"`)},
	{"a relationship elsewhere", "P10.content", 0, swap(partRoot, `xl/workbook.xml`, `https://example.org/`)},
	{"another type", "P10.content", 0, swap(partTypes, `spreadsheetml.sheet.main+xml`, `ms-excel.sheet.macroEnabled.main+xml`)},
	{"a format in the styles", "P10.content", 0, swap(partStyles, `<fonts`, `<numFmts count="1"><numFmt numFmtId="164" formatCode="a secret"/></numFmts><fonts`)},
	{"another theme", "P10.content", 0, swap(partTheme, `Calibri Light`, `Jane Doe`)},
	{"a namespace of its own", "P10.content", 0, swap(sheet1, `<worksheet `, `<worksheet xmlns:q="urn:jane-doe" `)},
	{"a comment in the XML", "P10.content", 0, swap(sheet1, `<sheetData>`, `<!-- x --><sheetData>`)},
	{"a section", "P10.content", 0, swap(sheet1, `<t>calm</t>`, `<t><![CDATA[calm]]></t>`)},
	{"a document type", "P10.content", 0, swap(partStrings, `<sst`, `<!DOCTYPE sst [<!ENTITY a "b">]><sst`)},
	{"text between cells", "P10.content", 0, swap(sheet1, `</row>`, `x</row>`)},
	{"blanks between cells", "P10.content", 0, swap(sheet1, `</row>`, " \t </row>")},
	{"a hidden row", "P10.content", 0, swap(sheet3, `<row r="2">`, `<row r="2" hidden="1">`)},
	{"a row with a height of its own", "P10.content", 9, swap(sheet1, `<row r="9">`, `<row r="9" ht="15.01" customHeight="1">`)},
	{"a hidden column", "P10.content", 0, swap(sheet1, `<sheetData>`, `<cols><col min="1" max="1" hidden="1"/></cols><sheetData>`)},
	{"a cell with a look of its own", "P10.content", 9, swap(sheet1, `<c r="B9" `, `<c r="B9" s="1" `)},
	{"a merged cell", "P10.content", 0, swap(sheet1, `</sheetData>`, `</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>`)},
	{"an extension", "P10.content", 0, swap(sheet1, `</sheetData>`, `</sheetData><extLst><ext uri="x"/></extLst>`)},
	{"a row that stands twice", "P10.content", 9, swap(sheet1, `<row r="9">`, `<row r="8">`)},
	{"a cell that stands twice", "P10.content", 9, swap(sheet1, `<c r="B9" `, `<c r="A9" `)},
	{"a second text in a cell", "P10.content", 2, swap(sheet1, `<t>calm</t>`, `<t>calm</t><t></t>`)},
	{"a rich text", "P10.content", 2, swap(sheet1, `<is><t>calm</t></is>`, `<is><r><t>calm</t></r></is>`)},
	{"a number in the data", "P10.content", 2, swap(sheet1, `t="inlineStr"><is><t>45+</t></is>`, `><v>45</v>`)},
	{"a character that does not show", "P10.content", 0, swap(sheet1, `<t>calm</t>`, "<t>ca\u200blm</t>")},
	{"an escaped character that does not show", "P10.content", 0, swap(partStyles, `Calibri`, "Cal&#x202E;ibri")},
	{"a second document", "P10.content", 0, swap(sheet3, `</worksheet>`, `</worksheet><worksheet/>`)},
	{"a formula", "P10.formulas", 2, swap(sheet1, `<is><t>calm</t></is>`, `<f>1+1</f>`)},
	{"a formula-like line of the proof", "P10.formulas", 0, swap(partStrings, `&#39;=about`, `=about`)},
	{"a shared string left over", "P10.strings", 0, func(s *sample) {
		s.parts = func(p map[string]string) {
			n := strings.Count(p[partStrings], "<si>")
			p[partStrings] = strings.Replace(p[partStrings], fmt.Sprintf(`uniqueCount="%d"`, n), fmt.Sprintf(`uniqueCount="%d"`, n+1), 1)
			p[partStrings] = strings.Replace(p[partStrings], `</sst>`, `<si><t>Jane Doe</t></si></sst>`, 1)
		}
	}},
	{"a shared string twice", "P10.strings", 0, swap(partStrings, `<t>Quiet</t>`, `<t>Food</t>`)},
	{"a reading aid of a string", "P10.strings", 0, swap(partStrings, `<t>Quiet</t>`, `<t>Quiet</t><rPh sb="0" eb="1"><t>Jane</t></rPh>`)},
	{"a number of strings that is wrong", "P10.strings", 0, swap(partStrings, ` uniqueCount="`, ` uniqueCount="1`)},
	{"a value that is not explained", "dictionary", 0, swap(partStrings, `<t>calm</t>`, `<t>quiet</t>`)},
	{"a column that is not there", "dictionary", 0, swap(partStrings, `<t>origin</t>`, `<t>address</t>`)},
}

// The certificate, or the file behind it, was changed.
var certificateTamperings = []tampering{
	{"a byte of the file", "digest", 0, func(s *sample) { s.after = func(b []byte) []byte { b[len(b)/2] ^= 1; return b } }},
	{"another file with the old certificate", "cohorts", 0, func(s *sample) { s.after = rebuilt(func(o *sample) { o.months[0].rows[7][2] = "calm" }) }},
	{"a row taken out", "P4", 0, func(s *sample) { s.after = rebuilt(func(o *sample) { o.months[0].rows = o.months[0].rows[1:] }) }},
	{"a row put in", "figures", 0, func(s *sample) {
		s.after = rebuilt(func(o *sample) { o.months[2].rows = append(o.months[2].rows, o.months[2].rows[71]) })
	}},
	{"two rows changed about", "cohorts", 7, func(s *sample) {
		s.after = rebuilt(func(o *sample) { r := o.months[0].rows; r[4], r[5] = r[5], r[4] })
	}},
	{"a wrong digest", "digest", 0, claim("file.sha256", strings.Repeat("0", 64))},
	{"a wrong size", "digest", 0, claim("file.bytes", 1)},
	{"a wrong number of rows", "figures", 0, claim("file.rows", 131)},
	{"other columns", "figures", 0, claim("file.columns", []string{"age"})},
	{"another k", "figures", 0, claim("bounds.k", 11)},
	{"another share", "figures", 0, claim("bounds.share", 0.81)},
	{"what was held back, exactly", "figures", 0, claim("held_back", "about 13")},
	{"nobody it holds against", "figures", 0, claim("attacker", " ")},
	{"nothing that is not promised", "figures", 0, claim("not_promised", []string{})},
	{"another schema", "schema", 0, claim("schema.sha256", strings.Repeat("0", 64))},
	{"another release", "schema", 0, claim("schema.release", "parking")},
	{"another version", "schema", 0, claim("schema.version", 2)},
	{"cohorts with a moved boundary", "P7", 0, cohort(func(c []any) {
		c[0].(map[string]any)["rows"], c[1].(map[string]any)["rows"] = 58, 2
	})},
	{"a cohort less", "P4", 0, cohort(func(c []any) { c[0].(map[string]any)["rows"] = 59 })},
	{"a cohort of more rows than the file", "P4", 0, cohort(func(c []any) { c[2].(map[string]any)["rows"] = 1000 })},
	{"another smallest cell", "cohorts", 2, cohort(func(c []any) {
		c[0].(map[string]any)["smallest"] = map[string]int{"rows": 6, "households": 5, "filers": 5}
	})},
	{"too few households", "P2h", 0, cohort(func(c []any) {
		c[0].(map[string]any)["smallest"] = map[string]int{"rows": 5, "households": 4, "filers": 5}
	})},
	{"months out of order", "certificate", 0, cohort(func(c []any) { c[0].(map[string]any)["month"] = "2026-11" })},
	{"another kind of certificate", "certificate", 0, claim("certificate", "guichet-release/2")},
	{"a claim nobody knows", "certificate", 0, claim("note", "Jane Doe")},
	{"no tests", "tests", 0, claim("tests", []any{})},
	{"a wrong finding", "tests", 0, func(s *sample) {
		s.claim = func(c map[string]any) { c["tests"].([]any)[0].(map[string]any)["found"] = "smallest 12" }
	}},
	{"a test that failed", "tests", 0, func(s *sample) {
		s.claim = func(c map[string]any) { c["tests"].([]any)[3].(map[string]any)["passed"] = false }
	}},
	{"households seen in the file", "tests", 0, func(s *sample) {
		s.claim = func(c map[string]any) { c["tests"].([]any)[1].(map[string]any)["from"] = "file" }
	}},
	{"a claim changed after signing", "signature", 0, letter(func(m map[string]any) {
		m["signed"] = json.RawMessage(bytes.Replace(m["signed"].(json.RawMessage), []byte("about 10"), []byte("none    "), 1))
	})},
	{"a forged signature", "signature", 0, letter(func(m map[string]any) { m["signature"] = make([]byte, ed25519.SignatureSize) })},
	{"a short key", "signature", 0, letter(func(m map[string]any) { m["key"] = []byte{1} })},
	{"another key", "signature", 0, letter(func(m map[string]any) { m["key"] = make([]byte, ed25519.PublicKeySize) })},
	{"more beside what was signed", "certificate", 0, letter(func(m map[string]any) { m["signed_by"] = "Jane Doe" })},
	{"a figure told twice", "certificate", 0, letter(func(m map[string]any) {
		m["signed"] = json.RawMessage(bytes.Replace(m["signed"].(json.RawMessage), []byte(`{`), []byte(`{"held_back":"none",`), 1))
	})},
}

func cohort(change func([]any)) func(*sample) {
	return func(s *sample) { s.claim = func(c map[string]any) { change(c["cohorts"].([]any)) } }
}

func letter(change func(map[string]any)) func(*sample) { return func(s *sample) { s.letter = change } }

// rebuilt puts another file into the place of the certified one.
func rebuilt(change func(*sample)) func([]byte) []byte {
	return func([]byte) []byte {
		o := newSample()
		change(o)
		return packed(nopT{}, o.xml(nopT{}), nil)
	}
}

// nopT builds where no test is at hand; a failure ends the program.
type nopT struct{ testing.TB }

func (nopT) Helper()           {}
func (nopT) Fatal(args ...any) { panic(fmt.Sprint(args...)) }
