package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/internal/testkit/absent"
)

// tab is a browser that is signed in as b.
type tab struct {
	t   *testing.T
	ctx context.Context
	b   *browser
}

// listening makes the doors' addresses those of a server that a real browser can reach.
func listening(t *testing.T) *world {
	t.Helper()
	var w *world
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/test-sign-in" { // hands over the session of a browser without a screen
			http.SetCookie(rw, &http.Cookie{Name: "guichet-applicants", Value: r.URL.Query().Get("session"), Path: "/"})
			http.SetCookie(rw, &http.Cookie{Name: "lang", Value: r.URL.Query().Get("lang"), Path: "/"})
			return
		}
		w.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	before := [3]string{applicants, agents, files}
	t.Cleanup(func() { applicants, agents, files = before[0], before[1], before[2] })
	at := ok(url.Parse(server.URL))(t).Port()
	applicants, agents, files = "http://localhost:"+at, "http://agents.localhost:"+at, "http://files.localhost:"+at
	w = newWorld(t)
	return w
}

func (b *browser) tab(t *testing.T, lang string) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		absent.Skip(t, "chromium")
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	x := &tab{t, ctx, b}
	u := ok(url.Parse(applicants))(t)
	x.open("/test-sign-in?lang=" + lang + "&session=" + b.cookies[u.Host]["guichet-applicants"])
	return x
}

func (x *tab) open(path string) {
	x.t.Helper()
	must(x.t, chromedp.Do(x.ctx, chromedp.Navigate(applicants+path)))
}

func (x *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	x.t.Helper()
	must(x.t, chromedp.Do(x.ctx, actions...))
}

// until waits for a condition on the page.
func (x *tab) until(js string) {
	x.t.Helper()
	wait := fmt.Sprintf(`new Promise(done => { const until = Date.now() + 8000; const look = () => { let ok = false; try { ok = %s } catch {}
		if (ok || Date.now() > until) done(ok); else setTimeout(look, 30) }; look() })`, js)
	met, err := chromedp.Run(x.ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise))
	if err != nil { // the page was left meanwhile
		met, err = chromedp.Run(x.ctx, chromedp.Evaluate[bool](wait, chromedp.EvalAwaitPromise))
	}
	if err != nil || !met {
		words, _ := chromedp.Run(x.ctx, chromedp.Evaluate[string](`location.pathname + " " + document.body.innerText`))
		x.t.Fatalf("never: %s (%v) on %.600s", js, err, words)
	}
}

// With the script, answers are saved as one types, what they open appears, and Enter goes on rather than changing the language.
func TestTypingInABrowser(t *testing.T) {
	w := listening(t)
	b := w.signIn("chiara@example.org")
	x := b.tab(t, "en")
	x.open(b.dossier + "/step/means")
	x.do(chromedp.Click(chromedp.CSS(`input[value="bank_references"]`)))
	x.until(`document.querySelector("[name=_version]").value === "1" && document.querySelector('[value="add:finance.bank_refs"]') !== null`)
	if means := b.read().Filed["finance.means"]; len(means) != 1 || means[0] != "bank_references" {
		t.Fatalf("what was ticked is kept as %d values", len(means))
	}
	x.open(b.dossier + "/step/previous")
	x.do(chromedp.Focus(chromedp.CSS(`[id="previous.city"]`)), chromedp.KeyEvent("Genoa\r"))
	x.until(`document.getElementById("error-summary") !== null && document.getElementById("previous.city").value === "Genoa"`)
	x.until(`document.documentElement.lang === "en"`)
}
