package backoffice_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/absent"
	"guichet/internal/testkit/stage"
)

// tab is a browser at the agents' door of a listening house.
type tab struct {
	t           testing.TB
	ctx         context.Context
	origin, axe string
}

// listening opens a house on a port of its own, with a dossier that was sent.
func listening(t *testing.T) (*world, string) {
	t.Helper()
	var doors http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { doors.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	at := func(host string) string { return strings.Replace(server.URL, "127.0.0.1", host, 1) }
	w := &world{t: t, App: stage.Open(t, func(c *app.Config) {
		c.Applicants, c.Agents, c.Files = at("localhost"), at("agents.localhost"), at("files.localhost")
	})}
	doors = w.Doors
	w.person, w.id = w.filed("chiara@example.org")
	return w, at("agents.localhost")
}

func newTab(t *testing.T, origin string) *tab {
	t.Helper()
	root, err := testkit.Root()
	must(t, err)
	axe, err := os.ReadFile(filepath.Join(root, "web/node_modules/axe-core/axe.min.js"))
	if _, missing := exec.LookPath("chromium"); missing != nil || err != nil {
		absent.Skip(t, "chromium or axe-core")
	}
	ctx, stop := context.WithTimeout(t.Context(), 8*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	return &tab{t, ctx, origin, string(axe)}
}

func (x *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	must(x.t, chromedp.Do(x.ctx, actions...))
}

// press sends the page's first form of this address, and waits for the page that follows.
func (x *tab) press(action, then string) {
	x.t.Helper()
	x.do(chromedp.Click(`main form[action*="`+action+`"] button[type=submit]`), chromedp.WaitVisible(then))
}

const audit = `axe.run().then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(", ")))`

// clean fails the test where axe finds something, or the page is wider than the screen.
func (x *tab) clean(page string) {
	x.t.Helper()
	x.do(chromedp.Evaluate[chromedp.Void](x.axe))
	found, err := chromedp.Run(x.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
	must(x.t, err)
	for _, f := range found {
		x.t.Errorf("%s: %s", page, f)
	}
	wide, err := chromedp.Run(x.ctx, chromedp.Evaluate[string](widest))
	must(x.t, err)
	if wide != "" {
		x.t.Errorf("%s is wider than the screen: %s", page, wide)
	}
}

// widest is what reaches beyond the screen, in its first words.
const widest = `document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")]
	.filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.tagName + " " + e.textContent.slice(0, 40)).slice(0, 5).join(", ") || "?"`

// open shows pages at both widths of a desk.
func (x *tab) open(paths ...string) {
	x.t.Helper()
	for i, path := range paths {
		x.do(chromedp.EmulateViewport([]int64{768, 1280}[i%2], 900), chromedp.Navigate(x.origin+path))
		x.clean(path)
	}
}

// Every page of the desk is accessible as it opens, with its problems, and with a document open beside the answers.
func TestAxeOfTheDesk(t *testing.T) {
	t.Parallel()
	w, origin := listening(t)
	x := newTab(t, origin)
	def := w.Definition().ID
	link, problem, err := w.Accounts.InviteHere(t.Context(), account.Invitation{
		Profile: account.Profile{Email: "agent@example.org", LastName: "Martin"}, Lang: "fr",
		Rights: []account.Right{{Procedure: def, Role: officer}, {Procedure: account.Everything, Role: account.Administrator}},
	})
	must(t, err)
	if problem != nil {
		t.Fatal(problem.Key)
	}
	x.open(strings.TrimPrefix(link, origin))
	x.press("/invite/", "#error-summary")
	x.clean("the invitation with its problem")
	x.do(chromedp.SendKeys("#password", stage.Password))
	x.press("/invite/", "#email")
	x.open("/forgotten", "/sign-in")
	x.press("/sign-in", "#error-summary")
	x.clean("the sign-in with its problem")
	x.do(chromedp.SendKeys("#email", "agent@example.org"), chromedp.SendKeys("#password", stage.Password))
	x.press("/sign-in", `form[action*="/duties"]`)
	x.clean("the duties")
	x.press("/duties", `input[type=search]`)

	agent, err := w.Accounts.Actor(t.Context(), w.number("select account_id from agent_grant where procedure = '*'"), w.Clock.Now())
	must(t, err)
	must(t, w.Office.Note(t.Context(), agent, w.id, "À voir avec le bailleur."))
	must(t, w.Office.Move(t.Context(), agent, w.id, dossier.Act{Move: "ask", Picks: []dossier.Pick{
		{Path: "stay.id_number", Word: "Illisible"}, {Path: "documents.electricity", Word: "Trop ancienne"},
	}}))
	w.complete()
	x.open("/queue", "/queue?lang=en&q=nobody", w.path(""), w.path(""), w.path("/move/ask"), w.path("/move/refuse"), "/release", "/admin")
	x.tables(w)
	x.do(chromedp.Navigate(origin + "/admin"))
	x.press("/admin/invite", "#error-summary")
	x.clean("the administration with its problems")
	for _, move := range []string{"/move/ask", "/move/refuse", "/move/assign"} {
		x.do(chromedp.Navigate(origin + w.path(move)))
		x.press(move, "#error-summary")
		x.clean(move + " with its problems")
	}
	x.do(chromedp.Navigate(origin+w.path("")), chromedp.Click(`a[href*="?doc="]`), chromedp.WaitVisible("#paper img"))
	drawn, err := chromedp.Run(x.ctx, chromedp.Evaluate[bool](`document.querySelector("#paper img").decode().then(() => true, () => false)`, chromedp.EvalAwaitPromise))
	must(t, err)
	if !drawn {
		t.Error("the page of the document is not drawn in place")
	}
	x.clean("the dossier with a document open")
	x.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
	x.clean("the dossier with everything unfolded")
}
