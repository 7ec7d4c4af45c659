package portal_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/internal/testkit/absent"
)

// TestAxeOfTheWayIn checks the pages around the dossiers as TestAxe checks those within: as they open, and with their problems.
func TestAxeOfTheWayIn(t *testing.T) {
	axe, err := os.ReadFile(root + "/web/node_modules/axe-core/axe.min.js")
	if err != nil {
		absent.Skip(t, "axe-core")
	}
	w := listening(t)
	stranger := &browser{w, 0, "", map[string]map[string]string{}, http.Header{}}
	x := stranger.tab(t, "fr")
	x.audit(string(axe), "", "/", "/papers/residence-permit", "/notices", "/notice/residence-permit/terms", "/data/residence-permit", "/release/residence-permit",
		"/forgotten/sent", "/register/sent", "/left", "/sign-out", "/reset/none")
	x.audit(string(axe), "form[novalidate] button", "/register", "/sign-in", "/forgotten")

	x = w.signIn("chiara@example.org").tab(t, "en")
	x.audit(string(axe), "", "/dossiers", "/account", "/account/leave")
	x.audit(string(axe), "form[novalidate] button", "/start/residence-permit", "/account/password", "/account/reach")
}

// audit opens pages at three widths, each also after its form was sent as it stands.
func (x *tab) audit(axe, send string, paths ...string) {
	x.t.Helper()
	for i, path := range paths {
		width := []int64{360, 768, 1280}[i%3]
		x.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(applicants+path))
		x.wantClean(axe, path)
		if send != "" {
			x.do(chromedp.Click(send), chromedp.WaitVisible("#error-summary"))
			x.wantClean(axe, path+" with problems")
		}
	}
}

func (x *tab) wantClean(axe, page string) {
	x.t.Helper()
	x.do(chromedp.Evaluate[chromedp.Void](axe))
	found, err := chromedp.Run(x.ctx, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
	must(x.t, err)
	for _, f := range found {
		x.t.Errorf("%s: %s", page, f)
	}
}
