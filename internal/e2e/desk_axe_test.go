package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/breach"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
	"guichet/internal/web"
)

// desk hires an agent without the browser.
func (h *house) desk(email string) *stage.Browser {
	h.t.Helper()
	return h.takesUp(h.invite(email, "authority", "analyst"), email)
}

// takesUp chooses a password by the link of an invitation, signs in and reads what an agent must know.
func (h *house) takesUp(address, email string) *stage.Browser {
	h.t.Helper()
	f := h.Visit(h.agents, "fr").Get(address).Form("/invite")
	for name := range f.Values {
		if strings.Contains(name, "password") {
			f.Set(name, stage.Password)
		}
	}
	f.Submit("").Want(200)
	b := h.SignIn(h.agents, email, "fr")
	h.Acknowledge(b)
	return b
}

// Every page of the agents' door, empty, wrong and filled in.
func TestDeskIsAccessible(t *testing.T) {
	t.Parallel()
	inParts(t, func(h *house) *web.Door { return h.Site.Agents }, map[string]part{
		"entry":   (*checker).entryPages,
		"dossier": (*checker).dossierPages,
		"request": (*checker).requestPages,
		"counter": (*checker).counterPages,
		"release": (*checker).releasePages,
		"setting": (*checker).settingPages,
		"glass":   (*checker).glassPages,
		"watch":   (*checker).watchPages,
		"factor":  (*checker).bareAgent,
		"inquiry": (*checker).inquiryPages,
	})
}

// inBoth looks at pages in each of the languages.
func (c *checker) inBoth(pages func()) {
	c.t.Helper()
	for _, lang := range languages() {
		c.speak(c.agents, lang)
		pages()
	}
}

// agentsEmail signs in at the desk.
const agentsEmail = "other@example.org"

// works hires an agent, who signs in.
func (c *checker) works() *stage.Browser {
	c.t.Helper()
	agent := c.desk(agentsEmail)
	c.signIn(c.agents, agentsEmail, stage.Password)
	return agent
}

// entryPages are those of who comes in, of an analyst and an agent who find nothing, and of an administrator.
func (c *checker) entryPages() {
	c.t.Helper()
	c.see(c.agents, "/sign-in", "/forgotten")
	c.wrong(c.agents, "/sign-in", "main form button.govuk-button")
	c.visit(c.invite("agent@example.org", "authority", "analyst"))
	c.check("/invite")
	c.send("main form button.govuk-button")
	c.check("/invite with errors")
	c.desk(agentsEmail)
	c.forgets(c.agents, agentsEmail)
	c.signIn(c.agents, agentsEmail, stage.Password)
	c.inBoth(func() { c.see(c.agents, "/queue?q=nobody", "/release") })
	c.administration()
	c.left.strike("/") // leads on to the queue
}

// taken is a dossier that was sent, and that the agent of the desk has taken.
func (c *checker) taken() (agent *stage.Browser, f *stage.Filing, path string) {
	c.t.Helper()
	f = c.draft("chiara@example.org", testkit.PersonaNamed(c.t, "tenant"))
	f.Fill()
	f.AttachAll()
	f.Send()
	agent = c.works()
	agent.Take(f.ID).Move("take", nil)
	c.Drain()
	return agent, f, "/dossier/" + f.ID
}

// dossierPages are the work on one dossier and on many.
func (c *checker) dossierPages() {
	c.t.Helper()
	agent, f, path := c.taken()
	defer func() {
		agent.Take(f.ID).Move("refuse", map[string]string{"reason": "inadmissible", "decision.comment": "Il manque le visa."})
		c.inBoth(func() { c.see(c.agents, path+"/second", path) })
	}()
	c.inBoth(func() {
		c.see(c.agents, "/queue", path)
		c.folded(path)
		for _, move := range []string{"ask", "refuse", "admit", "assign", "qualify", "annotate", "cancel_by_agent"} {
			c.see(c.agents, path+"/move/"+move)
		}
		c.wrong(c.agents, path+"/move/refuse", `main form[action*="/move/"] button.govuk-button`)
		c.wrong(c.agents, path+"/move/ask", `main form[action*="/move/"] button.govuk-button`)
		c.workPages(agent)
	})
}

// requestPages are what an agent asks, writes and judges, and what comes back.
func (c *checker) requestPages() {
	c.t.Helper()
	agent, f, path := c.taken()
	c.inBoth(func() {
		c.see(c.agents, path+"/correct?item=contact.phone", path+"/correct?item=applicant.birth_date", path+"/ask?item=contact.phone")
		c.wrong(c.agents, path+"/ask?item=contact.phone", `main button[value=add]`)
		c.see(c.agents, path+"/timeline", "/mentions", path+"/write")
		c.wrong(c.agents, path+"/write", `#write button[value=send]`)
		c.judged(path)
	})
	c.cameBack(f, agent.Take(f.ID), path)
}

// releasePages are those of analysts: files, tables and the design of schemas.
func (c *checker) releasePages() {
	c.t.Helper()
	c.works()
	c.frozen()
	file := "/release/file/" + c.asked(agentsEmail)
	c.inBoth(func() {
		c.see(c.agents, file, "/tables", "/tables/"+c.Definition().ID+"/"+c.Definition().Questions[0].ID, "/release", "/statistics", "/statistics/"+c.Definition().ID+"/outcomes", "/statistics/"+c.Definition().ID+"/durations")
		c.wrong(c.agents, "/release", `main form button.govuk-button`)
	})
	c.designPages()
}

// folded checks a dossier on a phone, where its steps are headings until one is opened.
func (c *checker) folded(path string) {
	c.t.Helper()
	must(c.t, chromedp.Do(c.ctx, chromedp.EmulateViewport(widths[0], 900)))
	c.visit(c.agents + path)
	c.until(`document.querySelector("[data-fold]") && !document.querySelector("[data-fold][open]")`)
	c.check(path + " folded")
	c.hand.press(c.tab, "[data-fold] > summary")
	c.until(`document.querySelector("[data-fold][open] dt").getClientRects().length`)
}

// administration checks the pages of the first administrator.
func (c *checker) administration() {
	c.t.Helper()
	address, problem, err := c.Accounts.CreateAdmin(c.t.Context(), adminInvitation)
	must(c.t, err)
	if problem != nil {
		c.t.Fatalf("not made: %+v", *problem)
	}
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.visit(address)
	c.type_(look[string](c.tab, `document.querySelector("[type=password]").id`), stage.Password)
	c.send(`main form button`)
	c.signIn(c.agents, adminInvitation.Profile.Email, stage.Password)
	c.check("/duties")
	c.acknowledge()
	_, wrong, err := c.Breaches.Write(c.t.Context(), access.Actor{Kind: access.Agent, AccountID: 1, Grants: []access.Grant{{Procedure: "*"}}}, 0, 0, "axe",
		breach.Record{What: "Un courriel est parti à un tiers.", Known: c.Clock.Now(), Kinds: breach.Kinds[:1], Categories: breach.Elsewhere[:2]})
	if must(c.t, err); len(wrong) > 0 {
		c.t.Fatal(wrong)
	}
	c.inBoth(func() {
		c.see(c.agents, "/breaches/1", "/breaches/1/amend")
		c.see(c.agents, "/exchange", "/admin/rights", "/admin", "/staff", "/operation", "/incident", "/processing", "/ending", "/breaches", "/breaches/new", "/processing/"+c.Definition().ID, "/processing/"+c.Definition().ID+"/assessment")
		c.wrong(c.agents, "/admin", `form[action="/admin/invite"] button.govuk-button`)
	})
}

var adminInvitation = account.Invitation{Profile: account.Profile{Email: "admin@example.org", LastName: "Admin"}, Lang: text.FR}

// judged checks the page of a document that is open, and what it says of a rejection without a reason.
func (c *checker) judged(path string) {
	c.t.Helper()
	c.visit(c.agents + path)
	c.turns(func() { c.hand.press(c.tab, `#papers a[href*="?doc="]`) })
	c.check("a document that is open")
	c.empty("a document that is open", `#judge button[value=rejected]`)
}

// cameBack checks the pages of a request, while it waits and once it was answered.
func (c *checker) cameBack(f *stage.Filing, agent *stage.Desk, path string) {
	c.t.Helper()
	agent.Ask(map[string]string{"contact.phone": "Personne ne répond.", "documents.holder_identity": "La photo est floue."})
	c.inBoth(func() { c.see(c.agents, path, path+"/move/prolong", path+"/move/resume") })
	f.Get(f.Path("/step/contact")).Form("step").Set("contact.phone", "+377 99 99 99 99").Submit("continue").Want(http.StatusOK)
	f.Attach("documents.holder_identity", testkit.Picture(60)).Want(http.StatusOK)
	f.Get(f.Path("")).Form("/move/complete").Submit("").Want(http.StatusOK)
	c.inBoth(func() {
		c.see(c.agents, path, path+"/compare")
		c.wrong(c.agents, path+"/compare", `#compare button.govuk-button`)
	})
}
