package procedure

import (
	"io/fs"
	"strings"
)

const requirementsFile = "docs/requirements.tsv"

// requirement is one acceptance row of the declared list.
type requirement struct {
	id   string
	text string
	asks bool // lists a datum that the form asks: a field id or a supporting document
}

// readRequirements reads the rows by id: row, seed, kind, said by, requirement, quote, where.
func readRequirements(fsys fs.FS, r *refusals) map[string]requirement {
	raw, err := fs.ReadFile(fsys, requirementsFile)
	if err != nil {
		r.whole(requirementsFile, "put the file beside the definitions", "cannot be read")
		return nil
	}
	rows := map[string]requirement{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(cells) < 7 || cells[0] == "row" {
			continue
		}
		rows[cells[0]] = requirement{id: cells[0], text: cells[4], asks: asks(cells[2], cells[4], cells[6])}
	}
	return rows
}

// asks tells the data rows that a form must carry (RP-043 to RP-147, without what the service generates):
// kind D, built by the form or as documents, naming a field in backticks or a document.
func asks(kind, text, where string) bool {
	named := strings.HasPrefix(text, "`") || strings.HasPrefix(text, "Document")
	return kind == "D" && named && (where == "C01" || where == "C07")
}
