package e2e

import (
	"bytes"
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"guichet/internal/testkit/stage"
)

// glassPages are those of written requests: for the officer who decides, signed in already, and for who asks.
func (c *checker) glassPages(h *house) {
	c.t.Helper()
	h.Glass.Officer = "dpo@example.org"
	page := fpdf.New("P", "mm", "A4", "")
	page.AddPage()
	var paper bytes.Buffer
	must(c.t, page.Output(&paper))
	b := h.Visit(h.agents, "fr")
	f := b.Get(h.invite("dsn@example.org", "digital")).Form("/invite")
	for name := range f.Values {
		if strings.Contains(name, "password") {
			f.Set(name, stage.Password)
		}
	}
	f.Submit("").Want(200)
	b = h.SignIn(h.agents, "dsn@example.org", "fr")
	h.Acknowledge(b)
	at := b.Get("/glass").Form("/glass").Set("reference", "DSN 2026-114").Set("purpose", "Le récépissé ne se crée pas.").Set("dossiers", "CS-2026-2345-6789").
		Attach("paper", "demande.pdf", paper.Bytes()).Submit("").Want(200).Path()
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.agents, lang)
		c.see(h.agents, "/glass", at)
		c.wrong(h.agents, at, `main form[action$="/refuse"] button.govuk-button`)
	}
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.signIn(h.agents, "dsn@example.org", stage.Password)
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.agents, lang)
		c.see(h.agents, "/glass", at)
		c.wrong(h.agents, "/glass", `main form[action="/glass"] button.govuk-button`)
	}
}
