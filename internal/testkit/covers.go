package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// CoversVariable names the file to which passing tests add the rows they prove, a line "row<TAB>package<TAB>test" each.
const CoversVariable = "GUICHET_COVERS"

// Covers says which rows of docs/requirements.tsv t exercises. They count when t passes and was not skipped. A row that
// does not exist fails t.
func Covers(t testing.TB, rows ...string) {
	t.Helper()
	for _, row := range rows {
		if !knownRows()[row] {
			t.Fatalf("docs/requirements.tsv has no row %s", row)
		}
	}
	t.Cleanup(func() {
		if path := os.Getenv(CoversVariable); path != "" && !t.Failed() && !t.Skipped() {
			if err := writeRows(path, t.Name(), rows); err != nil {
				t.Errorf("rows not written: %v", err)
			}
		}
	})
}

// writeRows adds all lines in one write: tests of several processes share the file.
func writeRows(path, test string, rows []string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&lines, "%s\t%s\t%s\n", row, filepath.Base(dir), test)
	}
	_, err = f.WriteString(lines.String())
	return err
}

var knownRows = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	root, err := Root()
	if err != nil {
		return known
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "requirements.tsv"))
	if err != nil {
		return known
	}
	for line := range strings.Lines(string(text)) {
		row, _, _ := strings.Cut(line, "\t")
		known[row] = true
	}
	return known
})

// Root is the folder of go.mod.
func Root() (string, error) { return moduleRoot() }
