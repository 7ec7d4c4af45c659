package verify

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const sampleSchema = `release: allotment
version: 3
k: 5
m: 15
share: 0.8
columns:
- id: age
  levels: [{cuts: [30, 45]}, {cuts: [45]}]
  level: 1
- id: origin
  levels: [{groups: [{id: near, values: [FR, IT]}, {id: far, rest: true}]}]
  level: 0
- id: plot
  levels: [{cuts: [3]}]
  level: 1
- id: reason
  sensitive: true
  levels: [{groups: [{id: food}, {id: family}, {id: calm}, {id: other, rest: true}]}]
  level: 0
`

// sampleRows are the different rows of a month that has n of each.
func sampleRows(n int) [][]string {
	var rows [][]string
	for _, age := range []string{"45+", "<45"} {
		for _, origin := range []string{"far", "near"} {
			for _, reason := range []string{"calm", "family", "food"} {
				for range n {
					rows = append(rows, []string{age, origin, reason})
				}
			}
		}
	}
	return rows
}

// sample is a release built by hand, with what can be done to it before and after it is certified.
type sample struct {
	months []month
	header []string
	parts  func(map[string]string) // before the file is packed
	pack   func(*zip.FileHeader)   // each entry's header
	file   func([]byte) []byte     // before the certificate is made: whoever signs is the attacker
	claim  func(map[string]any)    // before it is signed
	after  func([]byte) []byte     // the file, after the certificate was made
	letter func(map[string]any)    // the certificate's file, after it was signed
}

type month struct {
	name string
	rows [][]string
}

func newSample() *sample {
	return &sample{
		header: []string{"age", "origin", "reason"},
		months: []month{{"2026-08", sampleRows(5)}, {"2026-09", nil}, {"2026-10", sampleRows(6)}},
	}
}

var sampleKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

func (s *sample) build(t testing.TB) (file, certificate []byte) {
	t.Helper()
	parts := s.xml(t)
	if s.parts != nil {
		s.parts(parts)
	}
	file = packed(t, parts, s.pack)
	if s.file != nil {
		file = s.file(file)
	}
	claims := s.claims(file)
	if s.claim != nil {
		s.claim(claims)
	}
	signed, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	letter := map[string]any{"signed": json.RawMessage(signed), "key": sampleKey.Public(), "signature": ed25519.Sign(sampleKey, signed)}
	if s.letter != nil {
		s.letter(letter)
	}
	if certificate, err = json.MarshalIndent(letter, "", " "); err != nil {
		t.Fatal(err)
	}
	if s.after != nil {
		file = s.after(file)
	}
	return file, certificate
}

func (s *sample) verify(t testing.TB, options ...Option) Report {
	t.Helper()
	file, certificate := s.build(t)
	r, err := File(file, []byte(sampleSchema), certificate, options...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// claims is what an honest certificate would say, but for the figures that are promised.
func (s *sample) claims(file []byte) map[string]any {
	var cohorts []any
	total, least := 0, 0
	for _, m := range s.months {
		h, n := sha256.New(), map[string]int{}
		for _, row := range m.rows {
			line := strings.Join(row, "\x1f") + "\n"
			h.Write([]byte(line))
			n[line]++
		}
		smallest := 0
		for _, rows := range n {
			if smallest == 0 || rows < smallest {
				smallest = rows
			}
		}
		cohorts = append(cohorts, map[string]any{
			"month": m.name, "rows": len(m.rows), "sha256": hex.EncodeToString(h.Sum(nil)),
			"smallest": map[string]int{"rows": smallest, "households": smallest, "filers": smallest},
		})
		total += len(m.rows)
	}
	n := map[string]int{}
	for _, m := range s.months {
		for _, row := range m.rows {
			n[strings.Join(row, "\x1f")]++
		}
	}
	for _, rows := range n {
		if least == 0 || rows < least {
			least = rows
		}
	}
	var tests []any
	for _, id := range []string{"P2", "P2h", "P3", "P4", "P5", "P6", "P7", "P10"} {
		from := "file"
		if id == "P2h" {
			from = "freeze"
		}
		tests = append(tests, map[string]any{"id": id, "claim": "…", "found": fmt.Sprintf("smallest %d", least), "passed": true, "from": from})
	}
	return map[string]any{
		"certificate": Kind, "procedure": "allotment", "issued": "2026-11-22T10:00:00Z",
		"schema":  map[string]any{"release": "allotment", "version": 3, "sha256": digest([]byte(sampleSchema))},
		"file":    map[string]any{"name": "allotment.xlsx", "sha256": digest(file), "bytes": len(file), "rows": total, "columns": s.header, "lang": "en"},
		"bounds":  map[string]any{"k": 5, "m": 15, "diverse": 3, "share": 0.8},
		"cohorts": cohorts, "held_back": "about 10", "attacker": "whoever holds the register", "tests": tests,
		"not_promised": []string{"that an empty block tells nothing"},
	}
}

// xml writes the parts by hand.
func (s *sample) xml(t testing.TB) map[string]string {
	t.Helper()
	theme := plainThemeOf(t)
	rows := [][]string{s.header}
	for _, m := range s.months {
		rows = append(rows, m.rows...)
	}
	words := [][]string{
		{"Column", "Value", "Words"},
		{"age", "<45", "under 45"},
		{"age", "45+", "45 and over"},
		{"origin", "near", "France or Italy"},
		{"origin", "far", "elsewhere"},
		{"reason", "food", "Food"},
		{"reason", "family", "Family"},
		{"reason", "calm", "Quiet"},
		{"reason", "other", "Other"},
	}
	proof := [][]string{{"Figure", "Found"}, {"k", "5"}, {"Held back", "'=about 10"}}
	shared := &sharedTable{at: map[string]int{}}
	return map[string]string{
		partTypes: xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"></Default><Default Extension="xml" ContentType="application/xml"/>` +
			override(partBook) + override(partStyles) + override(partTheme) + override("xl/worksheets/sheet1.xml") + override("xl/worksheets/sheet2.xml") +
			override("xl/worksheets/sheet3.xml") + override(partStrings) + `</Types>`,
		partRoot: relations("officeDocument", "xl/workbook.xml"),
		partBookRels: relations("worksheet", "worksheets/sheet1.xml", "worksheet", "worksheets/sheet2.xml", "worksheet", "worksheets/sheet3.xml",
			"styles", "styles.xml", "theme", "theme/theme1.xml", "sharedStrings", "/xl/sharedStrings.xml"),
		partBook: xmlHead + `<workbook xmlns="` + mainSpace + `" xmlns:r="` + strings.TrimSuffix(linkPrefix, "/") + `"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/>` +
			`<sheet name="Dictionary" sheetId="2" r:id="rId2"/><sheet name="Proof" sheetId="3" r:id="rId3"/></sheets></workbook>`,
		partStyles: xmlHead + `<styleSheet xmlns="` + mainSpace + `"><fonts count="1"><font><name val="Calibri"></name><sz val="11"></sz></font></fonts></styleSheet>`,
		partTheme:  theme,
		// Strings in place for the data, shared ones for the rest.
		"xl/worksheets/sheet1.xml": sheetXML(rows, func(text string) string { return `t="inlineStr"><is><t>` + html.EscapeString(text) + `</t></is>` }),
		"xl/worksheets/sheet2.xml": sheetXML(words, shared.cell),
		"xl/worksheets/sheet3.xml": sheetXML(proof, shared.cell),
		partStrings:                shared.xml(),
	}
}

// plainThemeOf takes the theme of every workbook from who writes them.
func plainThemeOf(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	book, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(book.Bytes()), int64(book.Len()))
	if err != nil {
		t.Fatal(err)
	}
	in, err := z.Open(partTheme)
	if err != nil {
		t.Fatal(err)
	}
	theme, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(theme)
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	mainSpace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
)

func override(name string) string {
	return `<Override PartName="/` + name + `" ContentType="` + typePrefix + plainParts[name].contentType + `"></Override>`
}

func relations(pairs ...string) string {
	out := xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i := 0; i < len(pairs); i += 2 {
		out += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s" Target="%s"></Relationship>`, i/2+1, linkPrefix+pairs[i], pairs[i+1])
	}
	return out + `</Relationships>`
}

type sharedTable struct {
	at   map[string]int
	list []string
	uses int
}

func (s *sharedTable) cell(text string) string {
	i, ok := s.at[text]
	if !ok {
		i = len(s.list)
		s.at[text] = i
		s.list = append(s.list, text)
	}
	s.uses++
	return fmt.Sprintf(`t="s"><v>%d</v>`, i)
}

func (s *sharedTable) xml() string {
	out := fmt.Sprintf(`%s<sst xmlns="%s" count="%d" uniqueCount="%d">`, xmlHead, mainSpace, s.uses, len(s.list))
	for _, text := range s.list {
		out += `<si><t>` + html.EscapeString(text) + `</t></si>`
	}
	return out + `</sst>`
}

func sheetXML(rows [][]string, cell func(string) string) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet xmlns="` + mainSpace + `"><dimension ref="A1"/><sheetData>`)
	for i, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, text := range row {
			fmt.Fprintf(&b, `<c r="%c%d" %s</c>`, 'A'+j, i+1, cell(text))
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

// packed zips the parts in the order of their names.
func packed(t testing.TB, parts map[string]string, change func(*zip.FileHeader)) []byte {
	t.Helper()
	var names []string
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		if change != nil {
			change(h)
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
