package procedure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"guichet"
	"guichet/internal/procedure"
)

// stored is the shipped definition as a database keeps it, with its two files changed.
func stored(t *testing.T, p *procedure.Procedure, form, flow *strings.Replacer) []byte {
	t.Helper()
	var files struct{ Form, Workflow []byte }
	if err := json.Unmarshal(p.Source(), &files); err != nil {
		t.Fatal(err)
	}
	a, b := form.Replace(string(files.Form)), flow.Replace(string(files.Workflow))
	if a == string(files.Form) || b == string(files.Workflow) {
		t.Fatal("nothing was changed")
	}
	raw, err := json.Marshal(struct {
		Form     []byte `json:"form"`
		Workflow []byte `json:"workflow"`
	}{[]byte(a), []byte(b)})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A definition that was stored before mandates said what proves somebody to be the applicant, and before a line of an address had a
// word before it, is still read: the server starts, and dossiers begun with it are loaded. One in force must say what proves it.
func TestADefinitionOfBeforeIsStillRead(t *testing.T) {
	now, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	p := now.All()[0]
	proves := "  proves: [" + strings.Join(p.Flow.Mandate.Proves, ", ") + "]\n"
	old, err := now.Adopt(stored(t, p, strings.NewReplacer("declarant.profession", "declarant.trade"), strings.NewReplacer(
		proves, "", "  - field: "+p.Flow.Paper.Address[0].Field+"\n", "  - "+p.Flow.Paper.Address[0].Field+"\n")))
	if err != nil {
		t.Fatal(err)
	}
	if got := old.Flow.Paper.Address; len(got) != len(p.Flow.Paper.Address) || got[0] != p.Flow.Paper.Address[0] || got[1].Before.IsZero() {
		t.Errorf("the address is read as %+v", got)
	}
	if old.Flow.Mandate == nil || len(old.Flow.Mandate.Proves) != 0 || now.ByHash(old.Hash[:]) != old {
		t.Errorf("read as %+v", old.Flow.Mandate)
	}
	if _, refused := procedure.Load(edited(t, "workflows/"+p.ID+".yaml", proves, "")); len(refused) != 1 || !strings.Contains(refused[0].Message, "proves are missing") {
		t.Errorf("in force without what proves: %v", refused)
	}
}
