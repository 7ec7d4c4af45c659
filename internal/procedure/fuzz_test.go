package procedure_test

import (
	"testing"
	"testing/fstest"

	"guichet/internal/procedure"
)

// FuzzLoad gives the loader files that nobody would write: each is accepted or refused, never a crash, and a
// refusal that names a line names one of the file.
func FuzzLoad(f *testing.F) {
	files, err := testBase()
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range []string{"forms/allotment.yaml", "workflows/allotment.yaml", "forms/allotment.release.yaml"} {
		f.Add(file, string(files[file].Data))
	}
	f.Add("forms/allotment.yaml", "form: allotment\nsteps:\n-\n")
	f.Add("workflows/allotment.yaml", "workflow: allotment\nmoves: [~]\n")
	f.Add("forms/allotment.release.yaml", "release: &a\ncolumns: *a\n")
	f.Fuzz(func(t *testing.T, file, data string) {
		fsys := fstest.MapFS{}
		for name, original := range files {
			fsys[name] = original
		}
		if fsys[file] == nil {
			t.Skip()
		}
		fsys[file] = &fstest.MapFile{Data: []byte(data)}
		c, refused := procedure.Load(fsys)
		if (c == nil) != (len(refused) > 0) {
			t.Fatalf("a catalogue and %d refusals", len(refused))
		}
		for _, r := range refused {
			if r.Message == "" || r.Remedy == "" || r.File == "" || r.Line < 0 || r.Column < 0 {
				t.Errorf("a refusal that helps nobody: %+v", r)
			}
		}
	})
}
