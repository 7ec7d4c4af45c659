package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/go-chi/chi/v5"

	"guichet/internal/testkit"
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
	axe  string
	door *web.Door
	left *tally
}

// widths are a phone, a tablet and a desk, in pixels.
var widths = []int64{360, 768, 1280}

// everyWay names the variable that has every page looked at in each language and the rules run at each width ("make axe"),
// which takes five times as long. Without it pages are in French, whose words are the longer ones, and the rules run at the
// width at which the door is mostly used.
const everyWay = "GUICHET_AXE_ALL"

// languages are those in which pages are looked at.
func languages() []string {
	if os.Getenv(everyWay) != "" {
		return []string{"fr", "en"}
	}
	return []string{"fr"}
}

// ruled says whether the rules run at a width.
func (c *checker) ruled(width int64) bool {
	return os.Getenv(everyWay) != "" || (width == widths[0]) == (c.door.Name == c.Site.Applicants.Name) && width != widths[1]
}

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
		if c.ruled(width) {
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
		c.left.strike(route.RoutePattern())
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
	if look[string](c.tab, "location.href") != door+path {
		c.visit(door + path)
	}
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

func (h *house) checker(door *web.Door, left *tally) *checker {
	h.t.Helper()
	root, err := testkit.Root()
	must(h.t, err)
	axe, err := os.ReadFile(filepath.Join(root, axeFile))
	must(h.t, err)
	left.list(h.t, door)
	return &checker{tab: h.browse(mouse{script: true}), axe: string(axe), door: door, left: left}
}

// The checker finds what it is there to find.
func TestCheckerSeesFaults(t *testing.T) {
	t.Parallel()
	h := open(t)
	c := h.checker(h.Site.Applicants, new(tally))
	c.visit(h.applicants + "/sign-in")
	must(t, chromedp.Do(c.ctx, chromedp.Evaluate[chromedp.Void](c.axe)))
	look[bool](c.tab, `!document.querySelector("label[for=email]").remove()`)
	look[string](c.tab, `document.querySelector("h1").style.minWidth = "400em"`)
	found, err := chromedp.Run(c.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
	must(t, err)
	if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, "label") }) {
		t.Errorf("a label was taken away, and only this was found: %q", found)
	}
	if !look[bool](c.tab, tooWide) {
		t.Error("a page that is too wide is not seen")
	}
}
