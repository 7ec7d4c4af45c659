package procedure_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guichet"
	"guichet/internal/procedure"
)

// edited is the shipped definitions with one file changed.
func edited(t *testing.T, file, old, replacement string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(guichet.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(guichet.Files, path)
		if path == file {
			changed := strings.ReplaceAll(string(b), old, replacement)
			if changed == string(b) {
				t.Fatalf("%s does not hold %q", file, old)
			}
			b = []byte(changed)
		}
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A dossier keeps the definition it was started with; one in force that has dropped something of it is refused.
func TestDroppingWhatLiveDossiersHaveIsRefused(t *testing.T) {
	now, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	p := now.All()[0]
	older, refused := procedure.Load(edited(t, "forms/"+p.ID+".yaml", "declarant.profession", "declarant.trade"))
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	old, err := now.Adopt(older.All()[0].Source())
	if err != nil {
		t.Fatal(err)
	}
	if old.Hash == p.Hash || now.ByHash(old.Hash[:]) != old {
		t.Fatal("the stored definition is not found by its own hash")
	}
	out := now.Keeps(old)
	if len(out) != 1 || !strings.Contains(out[0].Message, `"declarant.trade" was dropped`) {
		t.Fatalf("%v", out)
	}
	if out := now.Keeps(p); len(out) != 0 {
		t.Fatalf("it does not keep itself: %v", out)
	}
}
