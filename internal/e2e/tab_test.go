package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// tab is one page of the browser with the hand that works on it.
type tab struct {
	*house
	t    *testing.T
	ctx  context.Context
	hand hand
	mail string // of the person, once registered
}

// chromium is the one browser of all tests; the kernel ends it with them.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	ctx, _ := chromedp.NewExecAllocator(context.Background(), append(flags, chromedp.ExecPath(path))...)
	ctx, _ = chromedp.NewContext(ctx)
	return ctx, chromedp.Do(ctx)
})

// browse opens a window of its own, with cookies of its own.
func (h *house) browse(work hand) *tab {
	h.t.Helper()
	browser, err := chromium()
	must(h.t, err)
	return h.newTab(browser, work, chromedp.WithNewBrowserContext())
}

// beside opens a second tab with the same cookies.
func (t *tab) beside() *tab { return t.newTab(t.ctx, t.hand) }

func (h *house) newTab(parent context.Context, work hand, options ...chromedp.ContextOption) *tab {
	h.t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	h.t.Cleanup(cancel)
	must(h.t, chromedp.Listen(ctx, h.watch.event))
	limited, cancel := context.WithTimeout(ctx, patience)
	h.t.Cleanup(cancel)
	t := &tab{house: h, t: h.t, ctx: limited, hand: work}
	_, err := chromedp.Call(t.ctx, network.Enable, network.EnableParams{})
	must(h.t, err)
	if _, err = chromedp.Call(t.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !work.scripted()}); err != nil {
		h.t.Fatal(err)
	}
	return t
}

func (t *tab) visit(address string) {
	t.t.Helper()
	if err := chromedp.Do(t.ctx, chromedp.Navigate(address)); err != nil {
		t.t.Fatalf("%s: %v", address, err)
	}
}

// look evaluates an expression in the page, past its scripts and its policy.
func look[T any](t *tab, js string) T {
	t.t.Helper()
	var err error
	for range 5 { // a page that gives way to the next cannot be asked
		var got T
		if got, err = chromedp.Run(t.ctx, chromedp.Evaluate[T](js)); err == nil {
			return got
		}
		if t.ctx.Err() != nil || !strings.Contains(err.Error(), "context") && !strings.Contains(err.Error(), "navigated") {
			break
		}
	}
	t.t.Fatalf("%.200s: %v", js, err)
	panic("unreachable")
}

// until waits for a condition of the page.
func (t *tab) until(condition string) {
	t.t.Helper()
	if !t.soon(condition, 15*time.Second) {
		t.t.Fatalf("never: %s\n%s", condition, t.words())
	}
}

// soon tells whether a condition of the page comes true in time.
func (t *tab) soon(condition string, within time.Duration) bool {
	t.t.Helper()
	return t.eventually(within, func() bool {
		ok, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool](`(() => { try { return !!(`+condition+`) } catch { return false } })()`))
		return err == nil && ok
	})
}

// eventually asks again and again until the answer is yes, or time is up.
func (t *tab) eventually(within time.Duration, yes func() bool) bool {
	end := time.Now().Add(within)
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for !yes() {
		if t.ctx.Err() != nil || time.Now().After(end) {
			return false
		}
		<-tick.C
	}
	return true
}

// words is where the tab stands and what a person reads there, for the log of a failure.
func (t *tab) words() string {
	s, err := chromedp.Run(t.ctx, chromedp.Evaluate[string](`location.href + "\nfocus: " + document.activeElement?.id + "\nforms: " + [...document.forms].map(f => f.getAttribute("action")) + "\n" + (document.querySelector("main") ?? document.body).innerText.slice(0, 1500)`))
	if err != nil {
		return err.Error()
	}
	return s
}

// at is the path of the tab's address.
func (t *tab) at() string { return look[string](t, "location.pathname") }

// turns does something that leads to another page, and waits until that page stands.
func (t *tab) turns(act func()) {
	t.t.Helper()
	look[bool](t, `window.left = true`)
	act()
	t.until(`!window.left && document.readyState === "complete"`)
}

// follow uses the link to an address that ends so.
func (t *tab) follow(end string) {
	t.t.Helper()
	t.turns(func() { t.hand.press(t, fmt.Sprintf(`a[href$=%q]`, end)) })
}

// send presses a button that sends a form.
func (t *tab) send(selector string) {
	t.t.Helper()
	t.turns(func() { t.hand.press(t, selector) })
}

// says expects words on the page, whatever the spaces between them.
func (t *tab) says(words string) {
	t.t.Helper()
	if !t.soon(fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%q)`, words), 5*time.Second) {
		t.t.Fatalf("the page does not say %q:\n%s", words, t.words())
	}
}

// signIn signs somebody in at a door.
func (t *tab) signIn(door, email, password string) {
	t.t.Helper()
	t.visit(door + "/sign-in")
	t.type_("email", email)
	t.type_("password", password)
	t.send(`main form button[type=submit]`)
	if at := t.at(); at == "/sign-in" {
		t.t.Fatalf("not signed in:\n%s", t.words())
	}
}

// type_ types into the control with an id.
func (t *tab) type_(id, words string) {
	t.t.Helper()
	t.hand.write(t, id, words)
}
