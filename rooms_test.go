package guichet_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet"
)

// room is the part of the house that a package belongs to.
func room(path string) string {
	rest, ours := strings.CutPrefix(path, "guichet/")
	switch parts := strings.Split(rest, "/"); {
	case !ours:
		return path
	case strings.HasPrefix(rest, "internal/store/sqlc"):
		return "sqlc"
	case parts[0] == "internal" || rest == "web/components":
		return parts[1]
	default:
		return parts[0]
	}
}

// arrows reads the fenced block of ARCHITECTURE.md.
func arrows(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```arrows\n")
	block, _, _ = strings.Cut(block, "```")
	out := map[string][]string{}
	for line := range strings.Lines(block) {
		from, to, ok := strings.Cut(line, "->")
		if !ok {
			t.Fatalf("no arrow in %q", line)
		}
		out[strings.TrimSpace(from)] = strings.Fields(to)
	}
	return out
}

// Rooms import what ARCHITECTURE.md allows, and nothing but tests imports the kit of the tests.
func TestRoomsKeepToTheArrows(t *testing.T) {
	allowed := arrows(t)
	list, err := exec.Command("go", "list", "-json=ImportPath,Imports", ".", "./cmd/...", "./internal/...", "./web/components/...", "./bench/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(list))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		from := room(p.ImportPath)
		if _, known := allowed[from]; !known {
			t.Errorf("%s stands in no room of ARCHITECTURE.md", p.ImportPath)
		}
		for _, i := range p.Imports {
			if to := room(i); (to == "guichet" || strings.HasPrefix(i, "guichet/")) && to != from && !slices.Contains(allowed[from], to) {
				t.Errorf("%s imports %s: ARCHITECTURE.md has no arrow from %s to %s", p.ImportPath, i, from, to)
			}
		}
	}
}

// The engine knows no procedure by name.
func TestNoProcedureIsNamedInGo(t *testing.T) {
	forms, err := fs.Glob(guichet.Files, "forms/*.yaml")
	if err != nil || len(forms) == 0 {
		t.Fatalf("no forms: %v", err)
	}
	names := map[string]bool{}
	for _, f := range forms {
		name, _, _ := strings.Cut(filepath.Base(f), ".")
		for _, joint := range []string{"-", "_", ""} { // rights-request, rights_request, RightsRequest
			names[strings.ReplaceAll(name, "-", joint)] = true
		}
	}
	for _, where := range [][2]string{
		{"internal", ".go"},
		{"internal", ".templ"},
		{"cmd", ".go"},
		{filepath.Join("web", "components"), ".go"},
		{filepath.Join("web", "js"), ".js"},
		{filepath.Join("db", "queries"), ".sql"},
		{filepath.Join("db", "migrations"), ".sql"},
		{filepath.Join("web", "text"), ".yaml"},
	} {
		eachFile(t, where[0], where[1], func(path, text string) {
			for name := range names {
				if !strings.HasSuffix(path, "_test.go") && strings.Contains(strings.ToLower(text), name) {
					t.Errorf("%s names the procedure %s", path, name)
				}
			}
		})
	}
}

var uncounted = regexp.MustCompile(`(?m)^-- name: \S+ :(execrows|execresult|copyfrom)`)

// A transaction holds statements back, so none of them can tell how many rows it hit.
func TestNoQueryCountsItsRows(t *testing.T) {
	eachFile(t, filepath.Join("db", "queries"), ".sql", func(path, text string) {
		for _, found := range uncounted.FindAllString(text, -1) {
			t.Errorf("%s: %s; use :one with returning", path, found)
		}
	})
}

func eachFile(t *testing.T, dir, suffix string, do func(path, text string)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, suffix) {
			return err
		}
		n++
		text, err := os.ReadFile(path)
		do(path, string(text))
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%s: %d files read, %v", dir, n, err)
	}
}
