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

	"guichet/internal/app"
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
