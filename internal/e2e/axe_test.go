package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"guichet/internal/account"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
	"guichet/internal/web"
)

// axeFile is the accessibility checker, from the module's root.
const axeFile = "web/node_modules/axe-core/axe.min.js"

// audit runs the rules up to WCAG 2.2 AA.
const audit = `axe.run({preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => r.violations
	.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | ")))`

const tooWide = `document.documentElement.scrollWidth > innerWidth`

// widest names what reaches furthest to the right.
const widest = `[...document.querySelectorAll("main *")].reduce((a, b) => b.getBoundingClientRect().right > a.getBoundingClientRect().right ? b : a).outerHTML.slice(0, 200)`

// checker looks at pages for what keeps people with disabilities out.
type checker struct {
	*tab
	axe    string
	door   *web.Door
	missed map[string]bool // patterns of the door's pages that were not looked at yet
}

// widths are a phone, a tablet and a desk, in pixels; the rules run in French at the first and in English at the last.
var (
	widths = []int64{360, 768, 1280}
	ruled  = map[string]int64{"fr": 360, "en": 1280}
)

// everyWidth names the variable that has the rules run in each language at each width, which takes twice as long.
const everyWidth = "GUICHET_AXE_ALL"

// check looks at the page as it stands.
func (c *checker) check(what string) {
	c.t.Helper()
	c.seen()
	lang := look[string](c.tab, "document.documentElement.lang")
	must(c.t, chromedp.Do(c.ctx, chromedp.Evaluate[chromedp.Void](c.axe)))
	for _, width := range widths {
		must(c.t, chromedp.Do(c.ctx, chromedp.EmulateViewport(width, 900)))
		if look[bool](c.tab, tooWide) {
			c.t.Errorf("%s (%s) is wider than a window of %d px: %s", what, lang, width, look[string](c.tab, widest))
		}
		if width == ruled[lang] || os.Getenv(everyWidth) != "" {
			c.rules(fmt.Sprintf("%s (%s) at %d px", what, lang, width))
		}
	}
}

func (c *checker) rules(what string) {
	c.t.Helper()
	found, err := chromedp.Run(c.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
	must(c.t, err)
	for _, f := range found {
		c.t.Errorf("%s: %s", what, f)
	}
}

// seen strikes the page off those that are yet to be looked at.
func (c *checker) seen() {
	c.t.Helper()
	route := chi.NewRouteContext()
	if c.door.Mux().Match(route, http.MethodGet, c.at()) {
		delete(c.missed, route.RoutePattern())
	}
}

// noPage are the addresses that answer something else than a page, or send on to one.
var noPage = regexp.MustCompile(`\.(pdf|yaml)$|/document/|^/page/|\.(css|js|svg|ico|txt)$|\*$|^/api/|/upload/\{upload\}$|^/health|^/ready|^/version`)

// complete fails when the door has a page that was not looked at.
func (c *checker) complete() {
	c.t.Helper()
	for pattern := range c.missed {
		c.t.Errorf("%s: nobody has looked at %s", c.door.Name, pattern)
	}
}

// see visits pages of a door and checks each.
func (c *checker) see(door string, paths ...string) {
	c.t.Helper()
	for _, p := range paths {
		c.visit(door + p)
		c.found(p)
		c.check(p)
	}
}

// found fails when the visit has ended at another page than the one meant.
func (c *checker) found(path string) {
	c.t.Helper()
	want, _, _ := strings.Cut(path, "?")
	if at := c.at(); at != want {
		c.t.Errorf("%s leads to %s", path, at)
	}
}

// wrong opens a page and sends its form with nothing in it.
func (c *checker) wrong(door, path, button string) {
	c.t.Helper()
	c.visit(door + path)
	c.empty(path, button)
}

// empty sends a form as it stands, and checks the page that says what is missing.
func (c *checker) empty(path, button string) {
	c.t.Helper()
	c.send(button)
	if !look[bool](c.tab, `!!document.getElementById("error-summary")`) {
		c.t.Errorf("%s sent empty shows no error:\n%s", path, c.words())
	}
	c.check(path + " with errors")
}

// speak chooses the language of the pages.
func (t *tab) speak(door, lang string) {
	t.t.Helper()
	t.visit(door + "/")
	if look[string](t, "document.documentElement.lang") != lang {
		t.turns(func() { t.hand.press(t, "a.guichet-header__link[hreflang]") })
	}
}

func (h *house) checker(door *web.Door) *checker {
	h.t.Helper()
	root, err := testkit.Root()
	must(h.t, err)
	axe, err := os.ReadFile(filepath.Join(root, axeFile))
	must(h.t, err)
	missed := map[string]bool{}
	must(h.t, chi.Walk(door.Mux(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodGet && !noPage.MatchString(pattern) {
			missed[pattern] = true
		}
		return nil
	}))
	return &checker{tab: h.browse(mouse{script: true}), axe: string(axe), door: door, missed: missed}
}

// Every page of the applicants' door, empty, wrong and filled in, in both languages and at each width.
func TestPortalIsAccessible(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			c := h.checker(h.Site.Applicants)
			c.speak(h.applicants, lang)
			c.strangerPages()
			family := testkit.PersonaNamed(t, "family")
			family.Lang = lang
			filled := h.draft("family@example.org", family)
			filled.Fill()
			filled.AttachAll()
			c.signIn(h.applicants, "family@example.org", stage.Password)
			c.speak(h.applicants, lang)
			c.memberPages()
			c.draftPages(filled)
			c.sentPages(filled)
			c.mishaps(filled)
			c.complete()
		})
	}
}

func (c *checker) strangerPages() {
	c.t.Helper()
	p := c.Definition()
	paths := []string{"/", "/register", "/sign-in", "/forgotten", "/notices", "/papers/" + p.ID, "/data/" + p.ID, "/release/" + p.ID, "/demo/mail", "/register/sent", "/forgotten/sent", "/left", "/sign-out", "/verify/none"}
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
	c.see(c.applicants, "/dossiers", "/account", "/account/password", "/account/leave", "/start/"+c.Definition().ID)
	c.wrong(c.applicants, "/start/"+c.Definition().ID, "#start button.govuk-button")
	delete(c.missed, "/account/reach") // where SMS are sent; the room of this door looks at it
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

// sentPages are those of a dossier that was sent, and of one that waits for its person.
func (c *checker) sentPages(f *stage.Filing) {
	c.t.Helper()
	f.Send()
	path := "/dossier/" + f.ID
	c.see(c.applicants, path+"?done=1", path, path+"/messages", path+"/move/cancel_by_user")
	c.wrong(c.applicants, path+"/messages", `#message button.govuk-button`)
	agent := c.desk("agent@example.org")
	agent.Take(f.ID).Ask(map[string]string{"contact.phone": "Personne ne répond.", "documents.holder_identity": "La photo est floue."})
	c.see(c.applicants, path, path+"/step/contact", path+"/documents", "/dossiers", "/demo/mail")
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
}

// The checker finds what it is there to find.
func TestCheckerSeesFaults(t *testing.T) {
	h := open(t)
	c := h.checker(h.Site.Applicants)
	c.visit(h.applicants + "/sign-in")
	must(t, chromedp.Do(c.ctx, chromedp.Evaluate[chromedp.Void](c.axe)))
	look[bool](c.tab, `!document.querySelector("label[for=email]").remove()`)
	look[string](c.tab, `document.querySelector("h1").textContent = "n".repeat(400)`)
	found, err := chromedp.Run(c.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
	must(t, err)
	if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, "label") }) {
		t.Errorf("a label was taken away, and only this was found: %q", found)
	}
	if !look[bool](c.tab, tooWide) {
		t.Error("a page that is too wide is not seen")
	}
}

// desk hires an agent without the browser.
func (h *house) desk(email string) *stage.Browser {
	h.t.Helper()
	b := h.Visit(h.agents, "fr")
	f := b.Get(h.invite(email, "authority", "analyst")).Form("/invite")
	for name := range f.Values {
		if strings.Contains(name, "password") {
			f.Set(name, stage.Password)
		}
	}
	f.Submit("").Want(200)
	b = h.SignIn(h.agents, email, "fr")
	h.Acknowledge(b)
	return b
}

// Every page of the agents' door, empty, wrong and filled in.
func TestDeskIsAccessible(t *testing.T) {
	t.Parallel()
	h := open(t)
	f := h.draft("chiara@example.org", testkit.PersonaNamed(t, "tenant"))
	c := h.checker(h.Site.Agents)
	c.see(h.agents, "/sign-in", "/forgotten")
	c.wrong(h.agents, "/sign-in", "main form button.govuk-button")
	c.visit(h.invite("agent@example.org", "authority", "analyst"))
	c.check("/invite")
	c.send("main form button.govuk-button")
	c.check("/invite with errors")
	agent := h.desk("other@example.org")
	c.forgets(h.agents, "other@example.org")
	c.signIn(h.agents, "other@example.org", stage.Password)
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.agents, lang)
		c.see(h.agents, "/queue?q=nobody", "/release")
	}
	f.Fill()
	f.AttachAll()
	f.Send()
	agent.Take(f.ID).Move("take", nil)
	h.Drain()
	path := "/dossier/" + f.ID
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.agents, lang)
		c.see(h.agents, "/queue", path)
		c.folded(path)
		for _, move := range []string{"ask", "refuse", "admit", "assign", "qualify", "annotate", "cancel_by_agent"} {
			c.see(h.agents, path+"/move/"+move)
		}
		c.wrong(h.agents, path+"/move/refuse", `main form[action*="/move/"] button.govuk-button`)
		c.wrong(h.agents, path+"/move/ask", `main form[action*="/move/"] button.govuk-button`)
		c.workPages(agent)
		c.see(h.agents, path+"/ask?item=contact.phone", path+"/correct?item=contact.phone", path+"/correct?item=applicant.birth_date")
		c.wrong(h.agents, path+"/ask?item=contact.phone", `main button[value=add]`)
		c.see(h.agents, path+"/timeline", path+"/write", "/mentions")
		c.wrong(h.agents, path+"/write", `#write button[value=send]`)
		c.judged(path)
	}
	c.counterPages(agent)
	c.cameBack(f, agent.Take(f.ID), path)
	h.administration(c)
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.signIn(h.agents, "other@example.org", stage.Password)
	h.frozen()
	file := "/release/file/" + h.asked("other@example.org")
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.agents, lang)
		c.see(h.agents, "/release", file, "/tables", "/tables/"+h.Definition().ID+"/"+h.Definition().Questions[0].ID)
		c.wrong(h.agents, "/release", `main form button.govuk-button`)
	}
	c.designPages(h)
	c.settingPages(h)
	c.glassPages(h)
	delete(c.missed, "/") // leads on to the queue
	c.complete()
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
func (h *house) administration(c *checker) {
	h.t.Helper()
	address, problem, err := h.Accounts.CreateAdmin(h.t.Context(), adminInvitation)
	must(h.t, err)
	if problem != nil {
		h.t.Fatalf("not made: %+v", *problem)
	}
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.visit(address)
	c.type_(look[string](c.tab, `document.querySelector("[type=password]").id`), stage.Password)
	c.send(`main form button`)
	c.signIn(h.agents, adminInvitation.Profile.Email, stage.Password)
	c.check("/duties")
	c.acknowledge()
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.agents, lang)
		c.see(h.agents, "/admin", "/admin/rights", "/exchange")
		c.wrong(h.agents, "/admin", `form[action="/admin/invite"] button.govuk-button`)
	}
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
	for _, lang := range []string{"fr", "en"} {
		c.speak(c.agents, lang)
		c.see(c.agents, path, path+"/move/prolong", path+"/move/resume")
	}
	f.Get(f.Path("/step/contact")).Form("step").Set("contact.phone", "+377 99 99 99 99").Submit("continue").Want(http.StatusOK)
	f.Attach("documents.holder_identity", testkit.Picture(60)).Want(http.StatusOK)
	f.Get(f.Path("")).Form("/move/complete").Submit("").Want(http.StatusOK)
	for _, lang := range []string{"fr", "en"} {
		c.speak(c.agents, lang)
		c.see(c.agents, path, path+"/compare")
		c.wrong(c.agents, path+"/compare", `#compare button.govuk-button`)
	}
}
