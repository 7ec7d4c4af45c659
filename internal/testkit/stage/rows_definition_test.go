package stage_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guichet"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// eachField visits every question of a form, those of groups and of agents included.
func eachField(f *form.Compiled, do func(*form.Field)) {
	var visit func([]*form.Field)
	visit = func(fields []*form.Field) {
		for _, x := range fields {
			if x.Kind == form.Group {
				visit(x.Fields)
				continue
			}
			do(x)
		}
	}
	for _, s := range f.Steps {
		visit(s.Fields)
	}
	visit(f.AgentFields)
}

// changed loads the definitions with one form changed, and gives what the loader refuses.
func changed(t *testing.T, change func(string) string) []procedure.Refusal {
	t.Helper()
	all := fstest.MapFS{}
	err := fs.WalkDir(guichet.Files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasPrefix(path, "forms") && !strings.HasPrefix(path, "workflows") && !strings.HasPrefix(path, "docs") {
			return err
		}
		text, err := fs.ReadFile(guichet.Files, path)
		if strings.HasPrefix(path, "forms") && !strings.Contains(path, ".release.") {
			text = []byte(change(string(text)))
		}
		all[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, refused := procedure.Load(all)
	return refused
}

// Each datum stands in the declared list, or the service says why it needs it; the program does not start otherwise.
func TestTheListOfDataIsClosed(t *testing.T) {
	testkit.Covers(t, "RP-150", "RP-151")
	a := stage.Open(t)
	eachField(a.Definition().Form, func(f *form.Field) {
		if len(f.Rows) == 0 && f.Own == "" {
			t.Errorf("%s is neither listed nor explained", f.ID)
		}
		if f.Own != "" && f.Mirror != nil && *f.Mirror {
			t.Errorf("%s is said to be the service’s own and the core system’s", f.ID)
		}
	})
	if refused := changed(t, func(s string) string { return s }); len(refused) > 0 {
		t.Fatal(refused)
	}
	for what, change := range map[string]func(string) string{
		"a field without a row":    func(s string) string { return strings.Replace(s, "        rows: [RP-050]\n", "", 1) },
		"a row that is none":       func(s string) string { return strings.Replace(s, "rows: [RP-050]", "rows: [RP-999]", 1) },
		"a row that lists no data": func(s string) string { return strings.Replace(s, "rows: [RP-050]", "rows: [RP-014]", 1) },
	} {
		if len(changed(t, change)) == 0 {
			t.Errorf("the program starts with %s", what)
		}
	}
}

// Where each datum comes from is said and kept to: the person gives what is declared as theirs, the system the rest.
func TestEveryDatumHasItsOrigin(t *testing.T) {
	testkit.Covers(t, "RP-148", "RP-149")
	a := stage.Open(t)
	f := a.Definition().Form
	for _, s := range f.Steps {
		for _, x := range s.Fields {
			source := x.Source
			if source == "" {
				source = s.Source
			}
			switch {
			case source == "user" && x.Compute != "" && !strings.Contains(x.Compute, "children"):
				t.Errorf("%s is computed from nothing the person gave, and said to come from them", x.ID)
			case source == "user" || source == "system" && x.Compute != "":
			default:
				t.Errorf("%s of step %s comes from %q", x.ID, s.ID, source)
			}
		}
	}
	for _, x := range f.AgentFields {
		if x.Source != "agent" {
			t.Errorf("%s comes from %q", x.ID, x.Source)
		}
	}
	refused := changed(t, func(s string) string { return strings.Replace(s, "    source: user\n", "", 1) })
	if len(refused) == 0 {
		t.Error("the program starts with data of no origin")
	}
}
