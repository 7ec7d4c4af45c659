package backoffice_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/testkit"
	"guichet/internal/testkit/clamd"
	"guichet/internal/testkit/stage"
)

const dpo = "dpo@example.org"

// pdf is a page that says nothing.
func pdf(t testing.TB) []byte {
	t.Helper()
	f := fpdf.New("P", "mm", "A4", "")
	f.AddPage()
	var b bytes.Buffer
	must(t, f.Output(&b))
	return b.Bytes()
}

// watched is a house whose data-protection officer is told.
func watched(t testing.TB) *world {
	t.Helper()
	w := &world{App: stage.Open(t, func(c *app.Config) { c.Officer = dpo }), t: t}
	w.person, w.id = w.filed("chiara@example.org")
	return w
}

// asking fills in a written request.
func (w *world) asking(b *stage.Browser, references string) *stage.Form {
	w.t.Helper()
	return b.Get("/glass").Form("/glass").Set("reference", "DSN 2026-114").Set("purpose", "Le récépissé ne se crée pas.").Set("dossiers", references).
		Attach("paper", "demande.pdf", pdf(w.t))
}

// opened breaks the glass for the provider and gives the request's address.
func (w *world) opened(asker, officer *stage.Browser) string {
	w.t.Helper()
	at := w.asking(asker, w.reference()).Submit("").Want(200).Path()
	officer.Get(at).Form("/approve").Submit("").Want(200).Shows("Ouverte")
	return at
}

// A provider reads the one dossier that a written request names, once a second person agrees, for an hour and no longer; the
// officer is told, and the dossier's journal says by which request (RP-162).
func TestGlassOpensForAnHour(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-161", "RP-162")
	w := watched(t)
	_, other := w.filed("marc@example.org")
	provider, agent := w.Hire("prestataire@example.org", "fr", "provider"), w.Hire("agent@example.org", "fr", officer)
	at := w.opened(provider, agent)
	provider.Get(at).Shows(w.reference())
	if p := agent.Try(at + "/paper.pdf").Want(200); !strings.HasPrefix(p.URL.String(), stage.Files) {
		t.Errorf("the paper comes from %s", p.URL)
	}
	if len(w.Mails("agent@example.org")) == 0 {
		t.Error("nobody is told that a request waits")
	}
	provider.Try(w.path("/receipt.pdf")).Want(200)
	provider.Try(w.path("")).Want(200).Shows("Bianchi")
	provider.Try(w.path("/timeline")).Want(200)
	provider.Try("/dossier/" + other).Want(404)
	for _, page := range []string{"/queue", "/figures/" + w.Definition().ID, "/bulk", "/mentions", "/counter", "/release", "/admin", w.path("/ask"), w.path("/write"), w.path("/move/ask")} {
		if p := provider.Try(page); p.Status != 403 && p.Status != 404 {
			t.Errorf("%s answers %d to a provider", page, p.Status)
		}
	}
	for _, act := range []string{"/move/admit", "/note", "/write", "/settle", "/ask", "/release", "/correct"} {
		if p := provider.Post(w.path(act), url.Values{"state": {"submitted"}, "words": {"x"}}); p.Status != 403 && p.Status != 404 {
			t.Errorf("%s answers %d to a provider", act, p.Status)
		}
	}
	mails := w.Mails(dpo)
	if len(mails) != 1 || strings.Contains(mails[0].Body, "Bianchi") || strings.Contains(mails[0].Body, w.reference()) {
		t.Fatalf("the officer got %d mails, or one that names somebody", len(mails))
	}
	agent.Get(stage.Agents + w.path("")).Shows("sur demande écrite DSN 2026-114").Shows("Dossier ouvert sur demande écrite")
	if n := w.number("select count(*) from journal_read where basis like 'glass:%'"); n < 2 {
		t.Errorf("%d readings are known as of a written request", n)
	}
	w.Clock.Advance(59 * time.Minute)
	provider = w.SignIn(stage.Agents, "prestataire@example.org", "fr")
	provider.Try(w.path("")).Want(200)
	w.Clock.Advance(time.Minute)
	provider.Try(w.path("")).Want(403)
	provider.Get(at).Shows("Refermée")
}

// Without any one of what it takes, nothing is opened: the written request, the dossiers, a second person, the officer told.
func TestGlassWantsAllFour(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-162", "RP-163")
	w := watched(t)
	digital, agent := w.Hire("dsn@example.org", "fr", "digital"), w.Hire("agent@example.org", "fr", officer)
	for field, says := range map[string]string{"reference": "Donnez la référence de la demande", "purpose": "Dites en quelques mots", "dossiers": "Donnez la référence de chaque dossier"} {
		w.asking(digital, w.reference()).Set(field, "").Submit("").Want(422).Shows(says)
	}
	blank := digital.Get("/glass").Form("/glass").Submit("").Want(422)
	for _, says := range []string{"Donnez la référence de la demande", "Dites en quelques mots", "Donnez la référence de chaque dossier", "Joignez la demande écrite en PDF"} {
		blank.Shows(says)
	}
	digital.Get("/glass").Form("/glass").Set("reference", "R").Set("purpose", "P").Set("dossiers", "D").Submit("").Want(422).Shows("Joignez la demande écrite en PDF")
	digital.Get("/glass").Form("/glass").Set("reference", "R").Set("purpose", "P").Set("dossiers", "D").Attach("paper", "d.png", testkit.Picture(1)).Submit("").Want(422)
	if n := w.number("select count(*) from glass"); n != 0 {
		t.Fatalf("%d requests are kept", n)
	}
	at := w.asking(digital, w.reference()+" CS-2026-XXXX-YYYY").Submit("").Want(200).Shows("attend l’accord").Path()
	digital.Post(at+"/approve", nil).Want(403)
	digital.Try(w.path("")).Want(403)
	agent.Get(at).Form("/approve").Submit("").Want(422).Shows("CS-2026-XXXX-YYYY")
	w.Hire("analyste@example.org", "fr", "analyst").Try(at).Want(403)
	agent.Get(at).Form("/refuse").Submit("").Want(422)
	agent.Get(at).Form("/refuse").Set("word", "Nommez le bon dossier.").Submit("").Want(200)
	digital.Get(at).Shows("Nommez le bon dossier.")
	agent.Post(at+"/approve", nil).Want(200).Shows("n’attend plus")
	digital.Try(w.path("")).Want(403)

	at = w.asking(digital, w.reference()).Submit("").Want(200).Path()
	w.Glass.Officer = ""
	agent.Get(at).Form("/approve").Submit("").Want(422).Shows("délégué à la protection des données")
	digital.Get("/glass").Shows("L’accès sur demande écrite est fermé")
	if n := w.number("select count(*) from glass where state = 'open'"); n != 0 || digital.Try(w.path("")).Status != 403 {
		t.Error("a dossier was opened")
	}
}

// While the virus scanner is away a request is taken and waits: nobody opens its paper or decides on it before it was looked at, and
// what is found then opens nothing.
func TestGlassWaitsForTheScanner(t *testing.T) {
	t.Parallel()
	d := clamd.Run(t)
	scanner, err := document.NewScanner(d.Socket)
	must(t, err)
	w := &world{App: stage.Open(t, func(c *app.Config) { c.Officer, c.Scanner = dpo, scanner }), t: t}
	w.person, w.id = w.filed("chiara@example.org")
	digital, agent := w.Hire("dsn@example.org", "fr", "digital"), w.Hire("agent@example.org", "fr", officer)
	d.Stop()
	at := w.asking(digital, w.reference()).Submit("").Want(200).Shows("attend l’accord").Path()
	agent.Try(at + "/paper.pdf").Want(422).Shows("L’antivirus ne répond pas")
	agent.Get(at).Form("/approve").Submit("").Want(422).Shows("L’antivirus ne répond pas")
	digital.Try(w.path("")).Want(403)
	d.Start()
	agent.Try(at + "/paper.pdf").Want(200)
	agent.Get(stage.Agents + at).Form("/approve").Submit("").Want(200).Shows("Ouverte")
	digital.Try(w.path("")).Want(200)
}

// Either side shuts it before its time, and it dies with the right it was asked in.
func TestGlassIsShutEarly(t *testing.T) {
	t.Parallel()
	w := watched(t)
	digital, agent := w.Hire("dsn@example.org", "fr", "digital"), w.Hire("agent@example.org", "fr", officer)
	for _, ends := range []*stage.Browser{digital, agent} {
		at := w.opened(digital, agent)
		digital.Try(w.path("")).Want(200)
		ends.Get(at).Form("/end").Submit("").Want(200).Shows("Refermée")
		digital.Try(w.path("")).Want(403)
	}
	if n := w.number("select count(*) from journal_entry where act = 'glass_end'"); n != 2 {
		t.Errorf("the journal knows %d ends", n)
	}
	w.opened(digital, agent)
	admin := w.Administrator("admin@example.org")
	id := w.number("select account_id from agent_grant where role = 'digital'")
	admin.Get("/admin").Form(path("/admin/agent/", id, "/withdraw/")).Submit("").Want(200)
	digital.Try(w.path("")).Want(403)
}
