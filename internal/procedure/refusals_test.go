package procedure_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"guichet/internal/procedure"
)

var update = flag.Bool("update", false, "write what the loader says into the cases")

// base gives a fresh copy of the accepted procedure as a file system.
func base(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys, err := testBase()
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func testBase() (fstest.MapFS, error) {
	a, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		return nil, err
	}
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys, nil
}

func TestBaseIsAccepted(t *testing.T) {
	c, refused := procedure.Load(base(t))
	for _, r := range refused {
		t.Error(r)
	}
	if c == nil || c.Get("allotment") == nil || c.Get("other") != nil {
		t.Fatal("the base procedure is not in the catalogue")
	}
}

// TestRefusals changes one thing of the base for each case and wants exactly the refusals it lists. A case is
// "edit FILE" sections, in which a block of - lines is replaced by a block of + lines, "FILE" sections, which
// replace a file, "remove FILE" sections, and a "want" section.
func TestRefusals(t *testing.T) {
	cases, err := filepath.Glob("testdata/refusals/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { refusal(t, file) })
	}
}

func refusal(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	fsys, want := base(t), ""
	for _, f := range a.Files {
		verb, name, _ := strings.Cut(f.Name, " ")
		switch {
		case f.Name == "want":
			want = string(f.Data)
		case verb == "edit":
			fsys[name] = &fstest.MapFile{Data: edit(t, fsys[name].Data, f.Data)}
		case verb == "remove":
			delete(fsys, name)
		default:
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	c, refused := procedure.Load(fsys)
	var got strings.Builder
	for _, r := range refused {
		got.WriteString(r.String() + "\n")
	}
	if c != nil || len(refused) == 0 {
		t.Fatal("the definition was accepted")
	}
	if *update && got.String() != want {
		rewrite(t, file, a, got.String())
		return
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

// edit replaces each block of removed lines, which must stand in the file exactly once.
func edit(t *testing.T, data, hunks []byte) []byte {
	t.Helper()
	for hunk := range bytes.SplitSeq(bytes.TrimRight(hunks, "\n"), []byte("\n\n")) {
		var before, after []byte
		for line := range bytes.Lines(append(bytes.Clone(hunk), '\n')) {
			switch line[0] {
			case '-':
				before = append(before, line[1:]...)
			case '+':
				after = append(after, line[1:]...)
			default:
				t.Fatalf("a hunk line begins with - or +: %q", line)
			}
		}
		if n := bytes.Count(data, before); n != 1 {
			t.Fatalf("%q stands %d times in the base", before, n)
		}
		data = bytes.Replace(data, before, after, 1)
	}
	return data
}

func rewrite(t *testing.T, file string, a *txtar.Archive, want string) {
	t.Helper()
	files := a.Files[:0]
	for _, f := range a.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	a.Files = append(files, txtar.File{Name: "want", Data: []byte(want)})
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
