// Package enquiry brings a small procedure of nobody, beside the shipped ones: what the engine can do and few procedures need is tried on it.
package enquiry

import (
	_ "embed"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guichet"
	"guichet/internal/procedure"
)

// ID is the procedure's.
const ID = "enquiry"

//go:embed form.yaml
var formSource string

//go:embed workflow.yaml
var flowSource string

// Files are the shipped definitions and the procedure's, with words of its workflow replaced, each of which must be there.
func Files(t testing.TB, replace ...string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	for _, dir := range []string{"forms", "workflows", "docs"} {
		err := fs.WalkDir(guichet.Files, dir, func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(guichet.Files, name)
			all[name] = &fstest.MapFile{Data: raw}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	flow := flowSource
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(flow, replace[i]) {
			t.Fatalf("the definition has no %q", replace[i])
		}
		flow = strings.Replace(flow, replace[i], replace[i+1], 1)
	}
	all["forms/"+ID+".yaml"] = &fstest.MapFile{Data: []byte(formSource)}
	all["workflows/"+ID+".yaml"] = &fstest.MapFile{Data: []byte(flow)}
	return all
}

// Catalogue is the shipped catalogue with the procedure in it.
func Catalogue(t testing.TB, replace ...string) *procedure.Catalogue {
	t.Helper()
	c, refused := procedure.Load(Files(t, replace...))
	for _, r := range refused {
		t.Fatal(r)
	}
	return c
}
