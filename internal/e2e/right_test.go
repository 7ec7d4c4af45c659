package e2e

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/chromedp/chromedp"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// glassPages are those of written requests: for the officer who decides, signed in already, and for who asks.
func (c *checker) glassPages() {
	c.t.Helper()
	c.works()
	c.Glass.Officer = "dpo@example.org"
	b := c.takesUp(c.invite("dsn@example.org", "digital"), "dsn@example.org")
	at := b.Get("/glass").Form("/glass").Set("reference", "DSN 2026-114").Set("purpose", "Le récépissé ne se crée pas.").Set("dossiers", "CS-2026-2345-6789").
		Attach("paper", "demande.pdf", blankPage(c.t)).Submit("").Want(200).Path()
	c.inBoth(func() {
		c.see(c.agents, "/glass", at)
		c.wrong(c.agents, at, `main form[action$="/refuse"] button.govuk-button`)
	})
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.signIn(c.agents, "dsn@example.org", stage.Password)
	c.inBoth(func() {
		c.see(c.agents, "/glass", at)
		c.wrong(c.agents, "/glass", `main form[action="/glass"] button.govuk-button`)
	})
}

// watchPages are those of readings: for who opens a dossier that a colleague has, and for a supervisor.
func (c *checker) watchPages() {
	c.t.Helper()
	_, _, path := c.taken()
	c.takesUp(c.invite("third@example.org", "authority", "supervisor"), "third@example.org")
	_, err := c.Store.Pool().Exec(c.t.Context(), `insert into watch_alert (procedure, account_id, kind, key, first_at, last_at, dossiers, found_at)
		select $1, min(id), 'many', 'x', $2::timestamptz, $2, array(select id from dossier), $2 from account where kind = 'agent'`, c.Definition().ID, c.Clock.Now())
	must(c.t, err)
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.signIn(c.agents, "third@example.org", stage.Password)
	c.inBoth(func() {
		c.see(c.agents, path+"/why", "/watch", "/watch/acting", "/watch/1")
		c.wrong(c.agents, path+"/why", `main form button.govuk-button`)
		c.wrong(c.agents, "/watch/1", `main form button.govuk-button`)
	})
}

// A provider reads in a browser what a written request opened, once an officer has agreed, and is shut out an hour later, also from
// the page that was left open; the data-protection officer knows, and each reading is written down (RP-162).
func TestAProviderIsShutOutAfterAnHour(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-162")
	h := open(t)
	const dpo, asker = "dpo@example.org", "prestataire@example.org"
	h.Glass.Officer = dpo
	f := h.draft("chiara@example.org", testkit.PersonaNamed(t, "tenant"))
	f.Fill()
	f.AttachAll()
	f.Send()
	name, _ := f.Persona.Answers["applicant.last_name"].(string)
	provider, officer := h.browse(mouse{script: true}), h.browse(mouse{})
	provider.join(asker, "provider")
	provider.visit(h.agents + "/dossier/" + f.ID)
	if provider.ask(http.MethodGet, "/dossier/"+f.ID, "", nil).status != http.StatusForbidden {
		t.Error("a provider reads before anybody has agreed")
	}
	paper := filepath.Join(t.TempDir(), "demande.pdf")
	must(t, os.WriteFile(paper, blankPage(t), 0o600))
	provider.visit(h.agents + "/glass")
	provider.type_("reference", "DSN 2026-114")
	provider.type_("purpose", "Le récépissé ne se crée pas.")
	provider.type_("dossiers", h.kept(f.ID).Reference)
	must(t, chromedp.Do(provider.ctx, chromedp.SetUploadFiles(byID("paper"), []string{paper})))
	provider.send(`main form[action="/glass"] button.govuk-button`)
	at := provider.at()
	officer.join("agent@example.org", "authority")
	officer.visit(h.agents + at)
	officer.send(`main form[action$="/approve"] button.govuk-button`)
	officer.says("Ouverte")
	provider.visit(h.agents + "/dossier/" + f.ID)
	provider.says(name)
	h.Drain()
	if n := len(h.Mails(dpo)); n != 1 {
		t.Errorf("the data-protection officer got %d mails", n)
	}
	var read int
	must(t, h.Store.Pool().QueryRow(t.Context(), `select count(*) from journal_read where basis like 'glass:%'`).Scan(&read))
	if read == 0 {
		t.Error("what was read is not written down")
	}
	h.Clock.Advance(time.Hour)
	provider.turns(func() { must(t, chromedp.Do(provider.ctx, chromedp.Reload())) })
	provider.signIn(h.agents, asker, stage.Password)
	provider.visit(h.agents + "/dossier/" + f.ID)
	if got := provider.ask(http.MethodGet, "/dossier/"+f.ID, "", nil); got.status != http.StatusForbidden || strings.Contains(got.body, name) {
		t.Errorf("an hour later the provider reads: %d", got.status)
	}
	provider.visit(h.agents + at)
	provider.says("Refermée")
}

// blankPage is a PDF that says nothing.
func blankPage(t testing.TB) []byte {
	t.Helper()
	page := fpdf.New("P", "mm", "A4", "")
	page.AddPage()
	var paper bytes.Buffer
	must(t, page.Output(&paper))
	return paper.Bytes()
}
