package e2e

import (
	"crypto/sha256"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/internal/account"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

// Every page of the applicants' door, empty, wrong and filled in, at each width.
func TestPortalIsAccessible(t *testing.T) {
	for _, lang := range languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			inParts(t, func(h *house) *web.Door { return h.Site.Applicants }, map[string]part{
				"stranger": func(c *checker) {
					c.speak(c.applicants, lang)
					c.strangerPages()
				},
				"draft": func(c *checker) {
					filled := c.family(lang)
					c.memberPages()
					c.draftPages(filled)
				},
				"sent": func(c *checker) {
					filled := c.family(lang)
					c.sentPages(filled)
					c.mishaps(filled)
				},
				"mandate": func(c *checker) { c.mandatePages(lang) },
				"factor": func(c *checker) {
					c.person("lea@example.org")
					c.factorPages(c.applicants, "lea@example.org", lang)
				},
			})
		})
	}
}

// family signs a person in whose draft is filled in.
func (c *checker) family(lang string) *stage.Filing {
	c.t.Helper()
	family := testkit.PersonaNamed(c.t, "family")
	family.Lang = lang
	filled := c.draft("family@example.org", family)
	filled.Fill()
	filled.AttachAll()
	c.signIn(c.applicants, "family@example.org", stage.Password)
	c.speak(c.applicants, lang)
	return filled
}

func (c *checker) strangerPages() {
	c.t.Helper()
	p := c.Definition()
	paths := []string{"/", "/register", "/sign-in", "/forgotten", "/notices", "/papers/" + p.ID, "/data/" + p.ID, "/release/" + p.ID, "/demo/mail", "/register/sent", "/forgotten/sent", "/left", "/sign-out", "/verify/none", "/follow", "/follow/code", "/start/rights-request"}
	for _, n := range p.Flow.Notices {
		if n.Kind == "page" || n.Kind == "terms" {
			paths = append(paths, "/notice/"+p.ID+"/"+n.ID)
		}
	}
	c.see(c.applicants, paths...)
	c.wrong(c.applicants, "/register", "#register button.govuk-button")
	c.wrong(c.applicants, "/sign-in", "#sign-in button.govuk-button")
	c.wrong(c.applicants, "/forgotten", "main form button.govuk-button")
	c.mailedPages()
	c.visit(c.applicants + "/nowhere")
	c.check("a page that does not exist")
}

// mailedPages are those to which mails lead, and the mails themselves.
func (c *checker) mailedPages() {
	c.t.Helper()
	const newcomer = "newcomer@example.org"
	b := c.Visit(c.applicants, look[string](c.tab, "document.documentElement.lang"))
	b.Get("/register").Form("register").Set("email", newcomer).Set("password", stage.Password).Tick("terms").Submit("").Want(http.StatusOK)
	c.visit(c.mailed(newcomer, c.applicants+account.ConfirmPath))
	c.check("a link to confirm")
	c.empty("a link to confirm", "#confirm button.govuk-button")
	c.visit(c.applicants + account.ConfirmPath + "none")
	c.check("a link to confirm that has ended")
	c.person("forgetful@example.org")
	c.forgets(c.applicants, "forgetful@example.org")
	c.visit(c.applicants + "/demo/mail")
	c.turns(func() { c.hand.press(c.tab, `main a[href*="/demo/mail/"]`) })
	c.check("a mail")
}

// forgets asks for a link to choose another password, and checks where it leads.
func (c *checker) forgets(door, email string) {
	c.t.Helper()
	b := c.Visit(door, look[string](c.tab, "document.documentElement.lang"))
	b.Get("/forgotten").Form("/forgotten").Set("email", email).Submit("").Want(http.StatusOK)
	c.visit(c.mailed(email, door+account.ResetPath))
	c.check("a link to another password")
	c.empty("a link to another password", "main form button.govuk-button")
	c.visit(door + account.ResetPath + "none")
	c.check("a link to another password that has ended")
}

func (c *checker) memberPages() {
	c.t.Helper()
	c.see(c.applicants, "/dossiers", "/account", "/account/data", "/account/password", "/account/leave", "/start/"+c.Definition().ID)
	c.wrong(c.applicants, "/start/"+c.Definition().ID, "#start button.govuk-button")
	c.reachPages()
	c.emailPages()
}

// emailPages are those of somebody who asks for another address, and whose former address stops it.
func (c *checker) emailPages() {
	c.t.Helper()
	lang := look[string](c.tab, "document.documentElement.lang")
	next := "another-" + lang + "@example.org"
	c.see(c.applicants, "/account/email")
	c.empty("no other address", "#email-form button.govuk-button")
	c.type_("email", next)
	c.send("#email-form button.govuk-button")
	c.check("another address that waits")
	c.visit(c.mailed(next, c.applicants+account.MovePath))
	c.check("a link to another address")
	c.visit(c.mailed("family@example.org", c.applicants+account.KeepPath))
	c.check("a link to keep the address")
	c.send("#email-link button.govuk-button")
	c.check("the address is kept")
}

// reachPages are those of somebody who gives a number, proves it by the code that came there, and chooses.
func (c *checker) reachPages() {
	c.t.Helper()
	c.see(c.applicants, "/account/reach")
	c.empty("no number", "#number-form button.govuk-button")
	c.type_("number", "+33 6 12 34 56 78")
	c.send("#number-form button.govuk-button")
	c.check("a code for a number")
	c.empty("no code for a number", "#code-form button.govuk-button")
	c.Drain()
	sms := c.phone.Taken()
	words := strings.FieldsFunc(sms[len(sms)-1].Text, func(r rune) bool { return r < '0' || r > '9' })
	c.type_("code", slices.MaxFunc(words, func(a, b string) int { return len(a) - len(b) }))
	c.send("#code-form button.govuk-button")
	c.says("+33 6 12 34 56 78")
	c.check("a number that is proven")
	c.see(c.applicants, "/account")
}

// draftPages are the steps, empty and wrong in a new dossier, then filled in.
func (c *checker) draftPages(filled *stage.Filing) {
	c.t.Helper()
	empty := filled.Start(c.Definition(), filled.Persona)
	for _, d := range []*stage.Filing{empty, {ID: filled.ID}} {
		c.see(c.applicants, d.Path(""), d.Path("/documents"), d.Path("/check"), d.Path("/move/discard"))
	}
	for _, s := range c.steps() {
		if s.When == "" {
			c.see(c.applicants, empty.Path("/step/"+s.ID+"?errors=1"))
		}
		if s.ID != "declarant" {
			c.see(c.applicants, (&stage.Filing{ID: filled.ID}).Path("/step/"+s.ID))
		}
	}
}

// answer lets an answer wait for a dossier's person, and gives the address that the mail of it would bear.
func (c *checker) answer(dossier string) string {
	c.t.Helper()
	token := "answer-" + dossier
	link := sha256.Sum256([]byte(token))
	_, err := c.Store.Pool().Exec(c.t.Context(), `insert into answer_package (dossier_id, pdf, json, files, made_by, made_at, rests, link, link_until)
		select id, '', '', '{}', 1, $2, 1, $3, $2::timestamptz + interval '1 day' from dossier where public_id = $1 on conflict do nothing`, dossier, c.Clock.Now(), link[:])
	must(c.t, err)
	return "/answer/" + token
}

// sentPages are those of a dossier that was sent, and of one that waits for its person.
func (c *checker) sentPages(f *stage.Filing) {
	c.t.Helper()
	f.Send()
	path := "/dossier/" + f.ID
	c.see(c.applicants, path+"/another/spouse", c.answer(f.ID))
	c.see(c.applicants, path+"?done=1", path, path+"/correction", path+"/messages", path+"/move/cancel_by_user")
	c.wrong(c.applicants, path+"/correction", `main form[action*="/correction"] button.govuk-button`)
	c.wrong(c.applicants, path+"/messages", `#message button.govuk-button`)
	c.identityPages(f)
	agent := c.desk("agent@example.org")
	agent.Take(f.ID).Ask(map[string]string{"contact.phone": "Personne ne répond.", "documents.holder_identity": "La photo est floue."})
	c.see(c.applicants, path, path+"/step/contact", path+"/documents", "/dossiers", "/demo/mail")
}

// identityPages are where the person of a request proves who they are.
func (c *checker) identityPages(f *stage.Filing) {
	c.t.Helper()
	r := f.Start(c.Catalogue.Get(requests), testkit.Persona{Name: "asker", Lang: f.Persona.Lang, Answers: map[string]any{
		"requester.last_name": "Martin", "requester.first_name": "Zoé", "requester.email": "zoe@example.org",
		"request.right": []any{"access"}, "request.message": "Quelles données sur moi tenez-vous ?",
	}})
	r.Fill()
	r.Send()
	c.see(c.applicants, r.Path("/identity"), r.Path("/identity/code"))
	c.wrong(c.applicants, r.Path("/identity"), "#identity button.govuk-button")
	c.wrong(c.applicants, r.Path("/identity/code"), "#identity-code button.govuk-button")
}

// mishaps are the pages of what goes wrong in the middle of a step; the last one ends the session.
func (c *checker) mishaps(f *stage.Filing) {
	c.t.Helper()
	draft := f.Start(c.Definition(), f.Persona)
	step := draft.Path("/step/applicant")
	c.visit(c.applicants + step)
	draft.Get(step).Form("step").Set("applicant.last_name", "Marchand").Submit("leave").Want(http.StatusOK)
	c.type_("applicant.usual_name", "Lopez")
	c.send(`main button[value=continue]`)
	c.check("two versions of a step")

	c.visit(c.applicants + draft.Path("/documents"))
	bad := filepath.Join(c.t.TempDir(), "photo.png")
	must(c.t, os.WriteFile(bad, []byte("no picture at all"), 0o600))
	must(c.t, chromedp.Do(c.ctx, chromedp.SetUploadFiles(chromedp.CSS(`.guichet-document [type=file]`), []string{bad})))
	c.hand.press(c.tab, `.guichet-document button.govuk-button`)
	c.until(`document.querySelector(".guichet-document [data-status][data-state=failed]")`)
	c.check("a document that was refused")

	c.visit(c.applicants + step)
	c.Clock.Advance(25 * time.Hour)
	c.send(`main button[value=continue]`)
	c.until(`document.querySelector("main [type=password]")`)
	c.check("a session that has ended")
	c.left.strike("/dossier/{dossier}/step/{step}/resume") // the same page with one button, for who comes back by a provider
}
