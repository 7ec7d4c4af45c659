package portal_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
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

// Five people fill every step, attach what is owed, send twice, and have one receipt.
func TestFromFirstStepToReceipt(t *testing.T) {
	for _, name := range []string{"tenant", "family", "retiree", "youth", "mandate"} {
		t.Run(name, func(t *testing.T) {
			persona := testkit.PersonaNamed(t, name)
			b := newWorld(t).signIn(name + "@example.org")
			b.page(b.dossier + "?lang=" + persona.Lang)
			b.tell(persona)
			b.attachAll()
			check := b.page(b.dossier + "/check")
			if i := strings.Index(check, `id="left"`); i >= 0 {
				t.Fatalf("something is left: %s", excerpt(check[i:]))
			}
			send := url.Values{"state": {"draft"}, "notice.truth": {"yes"}}
			b.receipt(b.want(b.post(b.dossier+"/move/submit", send), http.StatusSeeOther))
			b.receipt(b.want(b.post(b.dossier+"/move/submit", send), http.StatusSeeOther))
			if d := b.read(); d.State != "submitted" || d.Round != 1 {
				t.Errorf("state %s, round %d", d.State, d.Round)
			}
		})
	}
}

// Of several sendings at once one is made, and each is answered as done.
func TestSubmitSentThreeTimesAtOnce(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.tell(testkit.PersonaNamed(t, "tenant"))
	b.attachAll()
	send := url.Values{"state": {"draft"}, "notice.truth": {"yes"}}
	hold := ok(b.w.store.Pool().Begin(t.Context()))(t) // so that each has read the draft before one is made
	_ = ok(hold.Exec(t.Context(), "select 1 from dossier for update"))(t)
	var done sync.WaitGroup
	answers := make([]*httptest.ResponseRecorder, 3)
	for i := range answers {
		tab := *b
		tab.cookies = map[string]map[string]string{}
		for host, kept := range b.cookies {
			tab.cookies[host] = maps.Clone(kept)
		}
		done.Go(func() { answers[i] = tab.post(b.dossier+"/move/submit", send) })
	}
	for waiting := 0; waiting < 2; {
		must(t, b.w.store.Pool().QueryRow(t.Context(),
			"select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").Scan(&waiting))
	}
	must(t, hold.Commit(t.Context()))
	done.Wait()
	for _, rec := range answers {
		b.receipt(b.want(rec, http.StatusSeeOther))
	}
	if d := b.read(); d.State != "submitted" || d.Round != 1 {
		t.Errorf("state %s, round %d", d.State, d.Round)
	}
}

// receipt looks at what a person has in hand after sending.
func (b *browser) receipt(sent *httptest.ResponseRecorder) {
	t := b.w.t
	t.Helper()
	reference := b.read().Reference
	if reference == "" {
		t.Fatal("no reference")
	}
	for _, at := range []string{sent.Header().Get("Location"), b.dossier + "/messages", "/dossiers"} {
		if !strings.Contains(b.page(at), reference) {
			t.Errorf("%s does not show the reference", at)
		}
	}
	if pdf := b.want(b.get(b.dossier+"/receipt.pdf"), http.StatusOK).Body.String(); !strings.HasPrefix(pdf, "%PDF-") {
		t.Error("the receipt is no PDF")
	}
}
