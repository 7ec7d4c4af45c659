package e2e

import (
	"bytes"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
	"guichet/internal/verify"
)

// The whole way of a release in the browser: an analyst designs a version, another person lets it come into force; the analyst
// asks for the file, the other agrees; workbook and certificate are saved, and hold for the verifier until a byte is changed.
func TestReleaseFromDesignToProof(t *testing.T) {
	testkit.Covers(t, "RP-021", "RP-022", "RP-145")
	t.Parallel()
	h := open(t)
	h.Releases.Stream = madeUp
	h.desk("une@example.org")
	h.desk("deux@example.org")
	one, two := h.browse(mouse{script: true}), h.browse(mouse{script: true})
	one.signIn(h.agents, "une@example.org", stage.Password)
	two.signIn(h.agents, "deux@example.org", stage.Password)

	one.designs("level-region", "2")
	two.agrees()
	h.frozen()
	one.visit(h.applicants + "/release/" + h.Definition().ID)
	one.says("version 2.")

	one.visit(h.agents + "/release")
	one.type_(h.Definition().ID+"-reason", "Rapport annuel")
	one.send(`main form[action="/release/` + h.Definition().ID + `"] button`)
	file := one.at()
	if look[bool](one, `!!document.querySelector('main form[action$="/approve"]')`) {
		t.Error("the analyst is offered to approve what they asked for")
	}
	two.visit(h.agents + file)
	two.send(`main form[action$="/approve"] button`)
	h.Drain()
	one.visit(h.agents + file)
	name := h.Definition().ID + "-2026-10-fr"
	book := one.saved(`main form[action$="/workbook"] button`, name+".xlsx")
	certificate := one.saved(`main form[action$="/certificate"] button`, name+".certificate.json")
	h.holds(book, certificate)
}

// designs goes from the list of releases to the designer, changes one level, and proposes what comes of it.
func (t *tab) designs(level, value string) {
	t.t.Helper()
	path := "/release/design/" + t.Definition().ID
	t.visit(t.agents + "/release")
	t.turns(func() { t.hand.press(t, `main a[href="`+path+`"]`) })
	t.computed(t.agents + path)
	t.visit(t.agents + path + "/levels")
	must(t.t, chromedp.Do(t.ctx, chromedp.SetValue("#"+level, value)))
	t.send(`main form[action$="/levels"] button`)
	t.send(`main form[action$="/register"] button`)
	t.says("La version est enregistrée")
}

// holds lets the verifier read the saved files as a stranger would, whole and with one thing changed.
func (h *house) holds(book, certificate []byte) {
	h.t.Helper()
	rules, err := h.Releases.InForce(h.t.Context(), h.Definition().ID)
	must(h.t, err)
	signer, err := h.App.App.Keys.Signer()
	must(h.t, err)
	passes := func(book, certificate []byte, trust ...verify.Option) bool {
		report, err := verify.File(book, rules.Source, certificate, trust...)
		return err == nil && report.Passed() && report.Count(verify.Passed) > 0
	}
	if !passes(book, certificate, verify.TrustKey(signer.Public())) {
		report, err := verify.File(book, rules.Source, certificate)
		h.t.Fatalf("what was saved does not hold: %v %+v", err, report)
	}
	if passes(book, certificate, verify.TrustKey(slices.Repeat([]byte{7}, 32))) {
		h.t.Error("it holds for another key")
	}
	for what, changed := range map[string][2][]byte{
		"a cell":             {retold(h, book), certificate},
		"a byte at the end":  {append(slices.Clone(book), 0), certificate},
		"a word of the seal": {book, bytes.Replace(certificate, []byte(`"rows": `), []byte(`"rows": 1`), 1)},
	} {
		if passes(changed[0], changed[1]) {
			h.t.Errorf("it holds with %s changed", what)
		}
	}
}

// retold is a workbook whose first row tells another value of its first column.
func retold(h *house, book []byte) []byte {
	h.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	must(h.t, err)
	defer func() { must(h.t, f.Close()) }()
	must(h.t, f.SetCellValue(f.GetSheetName(0), "A2", h.Definition().Release.Written()[0].Label.In(text.FR)))
	var out bytes.Buffer
	must(h.t, f.Write(&out))
	return out.Bytes()
}
