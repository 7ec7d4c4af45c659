package main

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guichet"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
)

// files are those of the definitions, but for some.
func files(t *testing.T, without string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(guichet.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || without != "" && strings.Contains(path, without) && !strings.HasPrefix(path, "docs/") {
			return err
		}
		b, err := fs.ReadFile(guichet.Files, path)
		out[path] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Events go to an authorised processing that a definition names, or nowhere; a definition whose connector names none, or one that
// its opinion does not, is refused.
func TestACollectorNeedsANamedProcessing(t *testing.T) {
	testkit.Covers(t, "DS-107")
	settings := Config{Syslog: "tls://collector.example:6514"}
	for without, ok := range map[string]bool{"": true, "rights-request": false} {
		c, refused := procedure.Load(files(t, without))
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		if err := settings.named(c); (err == nil) != ok {
			t.Errorf("without %q: %v", without, err)
		}
	}
	name := []byte(`"Gestion et analyse des évènements du système d’information"`)
	for _, other := range []string{`""`, `"Suivi de ce qui nous plaît"`} {
		all := files(t, "")
		flow := all["workflows/rights-request.yaml"]
		if !bytes.Contains(flow.Data, name) {
			t.Fatal("the definition has no connector of events")
		}
		flow.Data = bytes.Replace(flow.Data, name, []byte(other), 1)
		if _, refused := procedure.Load(all); len(refused) == 0 {
			t.Errorf("a connector named %s is taken", other)
		}
	}
}
