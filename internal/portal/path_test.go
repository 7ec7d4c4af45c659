package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/report"
	"guichet/internal/testkit"
)

func pdf(t testing.TB) []byte {
	t.Helper()
	doc := report.New("fr", "Une pièce", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	doc.P("Une page de texte.")
	return ok(doc.Bytes())(t)
}

// attachAll gives one file for each document that is owed.
func (b *browser) attachAll() {
	b.w.t.Helper()
	for _, f := range b.read().Journey(nil, b.w.now()).MissingDocuments() {
		b.want(b.upload(f.Path, file{"pièce.pdf", pdf(b.w.t)}), http.StatusSeeOther)
	}
}

// A person fills every step, attaches what is owed, sends, and has a receipt.
func TestFromFirstStepToReceipt(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	b.tell(testkit.PersonaNamed(t, "tenant"))
	b.attachAll()
	check := b.page(b.dossier + "/check")
	if strings.Contains(check, `id="left"`) {
		t.Fatalf("something is left: %s", excerpt(check[strings.Index(check, `id="left"`):]))
	}
	send := url.Values{"state": {"draft"}, "notice.truth": {"yes"}}
	first := b.want(b.post(b.dossier+"/move/submit", send), http.StatusSeeOther)
	again := b.want(b.post(b.dossier+"/move/submit", send), http.StatusSeeOther)
	d := b.read()
	if d.State != "submitted" || d.Reference == "" || d.Round != 1 {
		t.Fatalf("state %s, reference %q, round %d", d.State, d.Reference, d.Round)
	}
	for _, rec := range []string{first.Header().Get("Location"), again.Header().Get("Location")} {
		if page := b.page(rec); !strings.Contains(page, d.Reference) {
			t.Errorf("%s does not show the reference", rec)
		}
	}
	receipt := b.want(b.get(b.dossier+"/receipt.pdf"), http.StatusOK)
	if !strings.HasPrefix(receipt.Body.String(), "%PDF-") {
		t.Error("the receipt is no PDF")
	}
	if letters := b.page(b.dossier + "/messages"); !strings.Contains(letters, d.Reference) {
		t.Error("the letter of registration is not among the messages")
	}
}
