package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const widgetState = `document.querySelector("altcha-widget").getState()`

// The browser does the work of a registration, asks nobody but this service for it, and says in the person's language how it
// is; at a telephone's width nothing hangs over. The house fails the test for a request that leaves it.
func TestBrowserProvesItsWork(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-182", "RP-183")
	h := &house{t: t}
	h.start(func(c *app.Config) { c.WorkCost = account.WorkCost }) // as in service
	b := h.browse(mouse{script: true})
	for lang, words := range map[string][2]string{"fr": {"Vérifier que je ne suis pas un programme", "Vérifié"}, "en": {"Check that I am not a program", "Checked"}} {
		b.speak(h.applicants, lang)
		b.visit(h.applicants + "/register")
		b.until(`document.querySelector("altcha-widget").innerText.includes("` + words[0] + `")`)
		must(t, chromedp.Do(b.ctx, chromedp.EmulateViewport(360, 800)))
		b.type_("email", "work-"+lang+"@example.org")
		b.until(widgetState + ` === "verified"`)
		b.says(words[1])
		if look[bool](b, tooWide) {
			t.Errorf("too wide: %s", look[string](b, widest))
		}
		b.type_("password", stage.Password)
		b.hand.choose(b, "terms")
		b.send(`#register button.govuk-button`)
		if b.at() != "/register/sent" {
			t.Fatalf("not registered: %s", b.words())
		}
		b.mailed("work-"+lang+"@example.org", h.applicants+"/confirm/")
	}
}

// A form that is sent before the work is done waits for it.
func TestFormWaitsForItsWork(t *testing.T) {
	t.Parallel()
	h := open(t)
	b := h.browse(mouse{script: true})
	b.visit(h.applicants + "/forgotten")
	b.until(`customElements.get("altcha-widget")`)
	must(t, chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](`document.getElementById("email").value = "nobody@example.org"`)))
	b.send(`#forgotten button.govuk-button`)
	if b.at() != "/forgotten/sent" {
		t.Fatalf("not sent: %s", b.words())
	}
}
