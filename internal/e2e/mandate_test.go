package e2e

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// mandatePages are those of who acts for an applicant, of the applicant who is told by a link, and of their account.
func (c *checker) mandatePages(lang string) {
	c.t.Helper()
	const lawyer = "lawyer@example.org"
	persona := testkit.PersonaNamed(c.t, "mandate")
	persona.Lang = lang
	b := c.SignIn(c.applicants, c.memberOf(lawyer), lang)
	b.Get("/firm").Form("found").Set("name", "Orsini & Marin").Submit("").Want(http.StatusOK)
	b.Page.Form("invite").Set("email", "marin@example.org").Submit("").Want(http.StatusOK)
	f := b.Start(c.Definition(), persona)
	f.Fill()
	client, _ := persona.Answers["contact.email"].(string)
	c.speak(c.applicants, lang)
	c.linkedPages(c.mailed(client, c.applicants+dossier.MandatePath))
	c.see(c.applicants, "/mandate/answered/confirm", "/mandate/answered/end")

	c.signIn(c.applicants, lawyer, stage.Password)
	c.speak(c.applicants, lang)
	c.see(c.applicants, f.Path("/mandate"), f.Path(""), "/dossiers", f.Path("/step/declarant"), "/firm/clients", "/firm")
	c.empty("a firm", "#invite button.govuk-button")
	c.endedPages(b, persona)
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })

	c.firmPages(lang)
	c.person(client)
	c.signIn(c.applicants, client, stage.Password)
	c.speak(c.applicants, lang)
	c.see(c.applicants, "/dossiers", f.Path("/mandate"))
	c.empty("who is reached at the applicant's address", `#prove button.govuk-button`)
	c.prove(persona)
	c.see(c.applicants, f.Path("/mandate"), "/dossiers", f.Path("/check"))
	for _, do := range []string{"confirm", "end", "renew"} {
		c.visit(c.applicants + f.Path("/mandate"))
		c.send(`main button[value=` + do + `]`)
		c.check("a mandate after " + do)
	}
}

// endedPages are those of a mandate that ends soon, to whoever has the applicant's link, and of a draft that is lost by a no from an
// address of nobody knows whom, to who acted.
func (c *checker) endedPages(b *stage.Browser, persona testkit.Persona) {
	c.t.Helper()
	const other = "w.hutchinson@example.org"
	persona.Answers["contact.email"] = other
	g := b.Start(c.Definition(), persona)
	for _, s := range c.steps() {
		if slices.Contains([]string{"start", "declarant", "contact"}, s.ID) {
			g.FillStep(s)
		}
	}
	link := func() string { return c.mailed(other, c.applicants+dossier.MandatePath) }
	token := strings.TrimPrefix(link(), c.applicants+dossier.MandatePath)
	must(c.t, c.Office.ByLinkAnswer(c.t.Context(), token, dossier.Confirm))
	_, err := c.Store.Pool().Exec(c.t.Context(), "update mandate set ends_at = $1 where state = 'confirmed'", c.Clock.Now().Add(20*24*time.Hour))
	must(c.t, err)
	must(c.t, c.Office.EndMandates(c.t.Context()))
	c.visit(link())
	c.check("a link to let who acts go on")
	c.see(c.applicants, g.Path("/mandate"))
	must(c.t, c.Office.ByLinkAnswer(c.t.Context(), strings.TrimPrefix(link(), c.applicants+dossier.MandatePath), dossier.End))
	c.visit(c.applicants + g.Path("/mandate"))
	c.check("a draft lost by a no")
	c.empty("a draft lost by a no", `main form[action$="/address"] button.govuk-button`)
}

// memberOf makes the account of somebody who is in a firm, and of a colleague who is not yet.
func (c *checker) memberOf(email string) string {
	c.person(email)
	c.person("marin@example.org")
	return email
}

// firmPages are those of who is asked into a firm.
func (c *checker) firmPages(lang string) {
	c.t.Helper()
	c.signIn(c.applicants, "marin@example.org", stage.Password)
	c.speak(c.applicants, lang)
	c.see(c.applicants, "/firm")
	c.empty("no firm", "#found button.govuk-button")
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
}

// prove shows that the dossier is about who has the page.
func (t *tab) prove(p testkit.Persona) {
	t.t.Helper()
	name, _ := p.Answers["applicant.last_name"].(string)
	day, _ := p.Answers["applicant.birth_date"].(string)
	t.type_("applicant.last_name", name)
	for i, part := range []string{".year", ".month", ""} {
		t.type_("applicant.birth_date"+part, strings.Split(day, "-")[i])
	}
	t.send(`#prove button.govuk-button`)
}

// linkedPages are those behind the link in the applicant's mail, with the code that shows who acts.
func (c *checker) linkedPages(link string) {
	c.t.Helper()
	c.visit(link)
	c.check("a link to say who may act")
	c.send(`form[action$="/code"] button.govuk-button`)
	c.check("a code that shows who acts")
	c.empty("a code that shows who acts", `form[action$="/who"] button.govuk-button`)
	c.visit(c.applicants + dossier.MandatePath + "none")
	c.check("a link that has ended")
}
