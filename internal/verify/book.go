package verify

import (
	"fmt"
	"strings"
)

// book is a workbook whose outer parts were read: which sheets there are, and in which order.
type book struct {
	parts  map[string]entry
	names  []string // of the sheets
	sheets []string // their parts, in the order a reader shows them
	shared []string
	used   []int  // how often each shared string is
	count  string // how often any is, as their table tells
	broken bool   // the sheets cannot be read
}

// data is the name of the first sheet.
func (b *book) data() string { return b.names[0] }

const threeSheets = 3

// readBook reads all parts but the sheets.
func readBook(list []entry, archive, content, shared *findings) *book {
	b := &book{parts: collect(list, archive)}
	b.readTypes(content)
	b.readRoot(content)
	b.readSheets(b.readLinks(content), content)
	grammatical(b.parts, partStyles, content, nil)
	checkTheme(b.parts, content)
	b.readShared(shared)
	return b
}

var plainExtensions = map[string]string{"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}

// readTypes holds the table of types to the parts there are.
func (b *book) readTypes(found *findings) {
	seen := map[string]bool{}
	wrong := func(what string) { found.add(Finding{What: what, Part: partTypes}) }
	grammatical(b.parts, partTypes, found, func(path string, a map[string]string) {
		switch path {
		case "Types/Default":
			if seen["."+a["Extension"]] || a["ContentType"] == "" || plainExtensions[a["Extension"]] != a["ContentType"] {
				wrong("an extension is not one of a plain workbook")
			}
			seen["."+a["Extension"]] = true
		case "Types/Override":
			name := strings.TrimPrefix(a["PartName"], "/")
			p := plainParts[name]
			if _, ok := b.parts[name]; !ok || seen[name] || p.contentType == "" || a["ContentType"] != typePrefix+p.contentType {
				wrong("a part is named that is not there, or has another type")
			}
			seen[name] = true
		}
	})
}

// readRoot wants one relationship, to the workbook.
func (b *book) readRoot(found *findings) {
	n := 0
	grammatical(b.parts, partRoot, found, func(path string, a map[string]string) {
		if path != "Relationships/Relationship" {
			return
		}
		n++
		if strings.TrimPrefix(a["Target"], "/") != partBook || a["Type"] != linkPrefix+"officeDocument" {
			found.add(Finding{What: "the archive points to something else than its workbook", Part: partRoot})
		}
	})
	if n != 1 {
		found.add(Finding{What: fmt.Sprintf("the archive has %d relationships, not one", n), Part: partRoot})
	}
}

// readLinks gives the parts that the workbook names, by id.
func (b *book) readLinks(found *findings) map[string]string {
	links, seen := map[string]string{}, map[string]bool{}
	grammatical(b.parts, partBookRels, found, func(path string, a map[string]string) {
		if path != "Relationships/Relationship" {
			return
		}
		name, absolute := strings.CutPrefix(a["Target"], "/")
		if !absolute {
			name = "xl/" + name
		}
		p := plainParts[name]
		if _, ok := b.parts[name]; !ok || seen[name] || links[a["Id"]] != "" || p.link == "" || name == partBook || a["Type"] != linkPrefix+p.link {
			found.add(Finding{What: "a relationship leads elsewhere than to a part of the workbook", Part: partBookRels})
			return
		}
		links[a["Id"]], seen[name] = name, true
	})
	return links
}

// readSheets finds the three sheets in their order.
func (b *book) readSheets(links map[string]string, found *findings) {
	wrong := func(what string) { found.add(Finding{What: what, Part: partBook}) }
	grammatical(b.parts, partBook, found, func(path string, a map[string]string) {
		if path != "workbook/sheets/sheet" {
			return
		}
		target := links[a["r:id"]]
		if !strings.HasPrefix(target, sheetPrefix) {
			wrong("a sheet has no part")
		}
		b.names, b.sheets = append(b.names, a["name"]), append(b.sheets, target)
	})
	if len(b.sheets) != threeSheets || b.sheets[0] == b.sheets[1] || b.sheets[1] == b.sheets[2] || b.sheets[0] == b.sheets[2] {
		wrong(fmt.Sprintf("the workbook has %d sheets, not a part of its own for each of three: data, dictionary, proof", len(b.sheets)))
		b.broken = true
		return
	}
	for _, target := range b.sheets {
		b.broken = b.broken || target == ""
	}
}
