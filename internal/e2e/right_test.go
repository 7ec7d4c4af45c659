package e2e

import (
	"bytes"

	"codeberg.org/go-pdf/fpdf"

	"guichet/internal/testkit/stage"
)

// glassPages are those of written requests: for the officer who decides, signed in already, and for who asks.
func (c *checker) glassPages() {
	c.t.Helper()
	c.works()
	c.Glass.Officer = "dpo@example.org"
	page := fpdf.New("P", "mm", "A4", "")
	page.AddPage()
	var paper bytes.Buffer
	must(c.t, page.Output(&paper))
	b := c.takesUp(c.invite("dsn@example.org", "digital"), "dsn@example.org")
	at := b.Get("/glass").Form("/glass").Set("reference", "DSN 2026-114").Set("purpose", "Le récépissé ne se crée pas.").Set("dossiers", "CS-2026-2345-6789").
		Attach("paper", "demande.pdf", paper.Bytes()).Submit("").Want(200).Path()
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
