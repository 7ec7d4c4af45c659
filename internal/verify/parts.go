package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
)

// The parts that a plain workbook of three sheets has.
const (
	partTypes    = "[Content_Types].xml"
	partRoot     = "_rels/.rels"
	partBook     = "xl/workbook.xml"
	partBookRels = "xl/_rels/workbook.xml.rels"
	partStyles   = "xl/styles.xml"
	partTheme    = "xl/theme/theme1.xml"
	partStrings  = "xl/sharedStrings.xml"
	sheetPrefix  = "xl/worksheets/sheet"
)

const (
	typePrefix = "application/vnd.openxmlformats-officedocument."
	linkPrefix = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

// plainPart is what a part is called in the table of types and in that of relationships.
type plainPart struct {
	contentType, link string
	required          bool
}

var plainParts = map[string]plainPart{
	partTypes:             {"", "", true},
	partRoot:              {"", "", true},
	partBook:              {"spreadsheetml.sheet.main+xml", "officeDocument", true},
	partBookRels:          {"", "", true},
	partStyles:            {"spreadsheetml.styles+xml", "styles", true},
	partTheme:             {"theme+xml", "theme", false},
	partStrings:           {"spreadsheetml.sharedStrings+xml", "sharedStrings", false},
	sheetPrefix + "1.xml": {"spreadsheetml.worksheet+xml", "worksheet", true},
	sheetPrefix + "2.xml": {"spreadsheetml.worksheet+xml", "worksheet", true},
	sheetPrefix + "3.xml": {"spreadsheetml.worksheet+xml", "worksheet", true},
}

// plainTheme is the digest of the one theme: fonts and colours, always the same.
const plainTheme = "7132e0167227dc0a9b8a8348fe3b66ceaf802138e2216148da069bb0f9942b5c"

// strangers names what a part is that no plain workbook has.
var strangers = []struct{ in, is string }{
	{"docProps/", "properties that name a program, an author or an instant"},
	{"calcChain", "a chain of calculations"},
	{"externalLink", "a link to another file"},
	{"customXml", "custom XML"},
	{"vbaProject", "a macro"},
	{"macrosheets", "a macro"},
	{"comments", "comments"},
	{"threadedComment", "comments"},
	{"persons/", "names of commentators"},
	{"drawing", "a drawing"},
	{"media/", "a picture"},
	{"embeddings", "an embedded file"},
	{"pivot", "a pivot table, which keeps its source"},
	{"tables/", "a table with a name"},
	{"printerSettings", "settings of a printer"},
	{"worksheets/_rels", "relationships of a sheet"},
	{"connections", "a connection"},
	{"queryTables", "a query"},
	{"worksheets/", "a fourth sheet"},
}

// collect holds the entries to the allow-list and keeps them by name.
func collect(list []entry, found *findings) map[string]entry {
	parts := map[string]entry{}
	for _, e := range list {
		_, known := plainParts[e.name]
		_, twice := parts[e.name]
		switch {
		case twice:
			found.add(Finding{What: "the part stands twice", Part: clean(e.name)})
		case !known:
			found.add(Finding{What: stranger(e.name), Part: clean(e.name)})
		default:
			parts[e.name] = e
		}
	}
	for name, p := range plainParts {
		if _, ok := parts[name]; p.required && !ok {
			found.add(Finding{What: "the part is missing", Part: name})
		}
	}
	return parts
}

func stranger(name string) string {
	for _, s := range strangers {
		if strings.Contains(name, s.in) {
			return "the part is " + s.is
		}
	}
	return "the part is not one of a plain workbook"
}

// grammatical reads a small part through; each opened element the grammar admits is given to see with its attributes by name.
func grammatical(parts map[string]entry, name string, found *findings, see func(path string, attrs map[string]string)) {
	e, ok := parts[name]
	if !ok {
		return
	}
	m := newMarkup(e.open(mostPart))
	for {
		err := m.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			found.add(Finding{What: err.Error(), Part: name})
			return
		}
		what := ""
		switch m.kind {
		case opening:
			what = m.wrong()
		case text:
			what = "text stands where a plain workbook has none"
		}
		if what != "" {
			found.add(Finding{What: what, Part: name})
			continue
		}
		if m.kind == opening && see != nil {
			see(string(m.path), m.named())
		}
	}
}

func (m *markup) named() map[string]string {
	out := make(map[string]string, len(m.attrs))
	for _, a := range m.attrs {
		out[string(a.name)] = string(a.value)
	}
	return out
}

// checkTheme holds the theme to the one known.
func checkTheme(parts map[string]entry, found *findings) {
	e, ok := parts[partTheme]
	if !ok {
		return
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, e.open(mostPart)); err != nil {
		found.add(Finding{What: err.Error(), Part: partTheme})
	} else if hex.EncodeToString(sum.Sum(nil)) != plainTheme {
		found.add(Finding{What: "the theme is not the plain one", Part: partTheme})
	}
}
