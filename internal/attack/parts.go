package attack

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// allowedPart is what a workbook of strings needs.
var allowedPart = regexp.MustCompile(`^(\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|` +
	`xl/worksheets/sheet\d+\.xml|xl/styles\.xml|xl/sharedStrings\.xml|xl/theme/theme\d+\.xml)$`)

// telltales are elements and attributes that hide or name something, by the part they stand in.
var telltales = []struct {
	part, in *regexp.Regexp
	says     string
}{
	{regexp.MustCompile(`^docProps/`), regexp.MustCompile(`<(dc:creator|cp:lastModifiedBy|Company|Manager)>[^<]`), "it names an author"},
	{regexp.MustCompile(`^xl/workbook\.xml$`), regexp.MustCompile(`state="(hidden|veryHidden)"`), "it hides a sheet"},
	{regexp.MustCompile(`^xl/workbook\.xml$`), regexp.MustCompile(`<definedName[ >]`), "it defines names"},
	{regexp.MustCompile(`^xl/workbook\.xml$`), regexp.MustCompile(`absPath|fileSharing|userName=`), "it tells where or by whom it was saved"},
	{regexp.MustCompile(`^xl/worksheets/`), regexp.MustCompile(`<f[ >/]`), "it holds a formula"},
	{regexp.MustCompile(`^xl/worksheets/`), regexp.MustCompile(` hidden="(1|true)"`), "it hides rows or columns"},
	{regexp.MustCompile(`^xl/worksheets/`), regexp.MustCompile(`<(legacyDrawing|hyperlink|oleObject)[ >]`), "it carries comments, links or objects"},
	{regexp.MustCompile(`\.(xml|rels)$`), regexp.MustCompile(`<!--`), "it holds an XML comment"},
}

// formula is a cell that some program would run.
func formula(cell string) bool { return cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) }

// fileParts looks at the file instead of its rows: parts that need not be there, names, instants, hidden sheets, strings that
// no cell uses, bytes around the archive (P10).
func (w *world) fileParts(r *Report) {
	for _, s := range w.releases {
		for i, row := range s.Rows {
			for j, cell := range row {
				if formula(cell) && !s.escaped[[2]int{i, j}] {
					r.rows(s, i, 1, 1, fmt.Sprintf("column %s holds a cell that a program would run", s.Columns[j]))
				}
			}
		}
		if len(s.Parts) > 0 {
			for _, how := range s.partsOf() {
				r.rows(s, -1, 1, 1, how)
			}
		}
	}
}

func (s *seen) partsOf() (found []string) {
	seen := make(map[string]bool)
	for _, p := range s.Parts {
		name := p.Header.Name
		if seen[name] {
			found = append(found, fmt.Sprintf("part %q stands twice", name))
		}
		seen[name] = true
		if !allowedPart.MatchString(name) {
			found = append(found, fmt.Sprintf("part %q need not be there", name))
		}
		for _, t := range telltales {
			if t.part.MatchString(name) && t.in.Match(p.Data) {
				found = append(found, fmt.Sprintf("part %q: %s", name, t.says))
			}
		}
		if p.Header.Comment != "" || len(p.Header.Extra) > 0 {
			found = append(found, fmt.Sprintf("the entry of part %q has a comment or an extra field", name))
		}
		if at := p.Header.Modified; !at.IsZero() && at.Year() > 1980 {
			found = append(found, fmt.Sprintf("the entry of part %q tells when it was written", name))
		}
	}
	if n := s.unusedStrings(); n > 0 {
		found = append(found, fmt.Sprintf("%d shared strings are used by no cell", n))
	}
	return append(found, s.around()...)
}

// around looks before the first entry and behind the end of the archive.
func (s *seen) around() (found []string) {
	if !bytes.HasPrefix(s.Bytes, []byte("PK\x03\x04")) {
		found = append(found, "bytes stand before the first entry")
	}
	end := bytes.LastIndex(s.Bytes, []byte("PK\x05\x06"))
	if end >= 0 && len(s.Bytes) != end+22 {
		found = append(found, "bytes stand behind the end of the archive")
	}
	return found
}

// unusedStrings counts the shared strings that no cell refers to: what a cell once held.
func (s *seen) unusedStrings() int {
	strings, used := 0, make(map[int]bool)
	for _, p := range s.Parts {
		switch {
		case p.Header.Name == "xl/sharedStrings.xml":
			eachElement(p.Data, func(e xml.StartElement, _ *xml.Decoder) {
				if e.Name.Local == "si" {
					strings++
				}
			})
		case bytes.Contains(p.Data, []byte("<sheetData")):
			eachElement(p.Data, func(e xml.StartElement, in *xml.Decoder) {
				if e.Name.Local == "c" && attribute(e, "t") == "s" {
					if i, err := strconv.Atoi(valueIn(in)); err == nil {
						used[i] = true
					}
				}
			})
		}
	}
	return max(0, strings-len(used))
}

func eachElement(data []byte, do func(xml.StartElement, *xml.Decoder)) {
	in := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := in.Token()
		if err != nil {
			return
		}
		if e, ok := token.(xml.StartElement); ok {
			do(e, in)
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// valueIn reads the text of a cell's v, up to the end of the cell.
func valueIn(in *xml.Decoder) string {
	var text []byte
	for depth := 1; depth > 0; {
		token, err := in.Token()
		if errors.Is(err, io.EOF) || err != nil {
			return string(text)
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			text = append(text, e...)
		}
	}
	return string(text)
}
