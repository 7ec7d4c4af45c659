package procedure_test

import (
	"strings"
	"testing"

	"guichet/internal/procedure"
)

// change is one replacement in a file.
type change struct{ file, old, new string }

// hashAfter loads the base with some changes.
func hashAfter(t *testing.T, changes ...change) [32]byte {
	t.Helper()
	fsys := base(t)
	for _, c := range changes {
		data := string(fsys[c.file].Data)
		if !strings.Contains(data, c.old) {
			t.Fatalf("%s does not hold %q", c.file, c.old)
		}
		fsys[c.file].Data = []byte(strings.Replace(data, c.old, c.new, 1))
	}
	c, refused := procedure.Load(fsys)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	return c.Get("allotment").Hash
}

const (
	aForm    = "forms/allotment.yaml"
	aFlow    = "workflows/allotment.yaml"
	aRelease = "forms/allotment.release.yaml"
)

func TestHashKeepsThroughWording(t *testing.T) {
	before := hashAfter(t)
	for name, c := range map[string]change{
		"label":        {aForm, "Your name", "Your full name"},
		"help":         {aForm, "In full", "As on your passport"},
		"option words": {aForm, `en: "Fair"`, `en: "So-so"`},
		"privacy":      {aForm, "privacy: direct", "privacy: text"},
		"reader":       {aForm, "  see: [gardener]\n", ""},
		"mail":         {aFlow, "Reference {reference}", "Your reference: {reference}"},
		"retention":    {aFlow, "keep: P3M", "keep: P2M"},
		"access":       {aFlow, "can: [read, process, export]", "can: [read, process]"},
		"comment":      {aFlow, "prefix: GA", "prefix: GA # a note"},
		"layout":       {aFlow, "from: [draft]", "from:\n  - draft"},
	} {
		if hashAfter(t, c) != before {
			t.Errorf("a change of %s made a new version", name)
		}
	}
}

func TestHashAltersWithWhatADossierDependsOn(t *testing.T) {
	before := hashAfter(t)
	seen := map[[32]byte]string{before: "nothing"}
	for name, c := range map[string]change{
		"rule":     {aForm, ">= 18", ">= 21"},
		"required": {aForm, `    required: "true"`, `    required: "false"`},
		"limit":    {aForm, "max: 10", "max: 9"},
		"file":     {aForm, "accept: [pdf]", "accept: [pdf, jpeg]"},
		"cell":     {aForm, "      label: {fr: \"Prénom\", en: \"First name\"}", "      label: {fr: \"Prénom\", en: \"First name\"}\n      required: \"true\""},
		"state":    {aFlow, "kind: open", "kind: waiting"},
		"who":      {aFlow, "by: [owner]", "by: [owner, gardener]"},
		"when":     {aFlow, "when: given(tenant.name)", "when: given(tenant.name) && true"},
		"need":     {aFlow, "needs: [form, consents, notice.tell_others]", "needs: [form, consents]"},
		"effect":   {aFlow, "  - {push: core}\n", ""},
	} {
		got := hashAfter(t, c)
		if twin, ok := seen[got]; ok {
			t.Errorf("a change of %s gives the hash of %s", name, twin)
		}
		seen[got] = name
	}
}

// The release schema must place a new option, or the loader refuses it.
func TestHashAltersWithAnOption(t *testing.T) {
	added := change{aForm, "    - id: good\n", "    - id: excellent\n      label: {fr: \"X\", en: \"X\"}\n    - id: good\n"}
	placed := change{aRelease, "values: [good]", "values: [good, excellent]"}
	if hashAfter(t, added, placed) == hashAfter(t) {
		t.Error("an option more made no new version")
	}
}
