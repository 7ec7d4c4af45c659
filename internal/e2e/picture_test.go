package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// takePictures names the variable that has the pictures of the README taken anew.
const takePictures = "GUICHET_PICTURES"

// Two pages as a newcomer to the project sees them: a step on a phone, a dossier at the desk.
func TestPictures(t *testing.T) {
	if os.Getenv(takePictures) == "" {
		t.Skipf("pictures are taken when %s is set", takePictures)
	}
	h := open(t)
	p := testkit.PersonaNamed(t, "tenant")
	f := h.draft(email, p)
	f.Fill()
	f.AttachAll()
	tab := h.browse(mouse{script: true})
	tab.signIn(h.applicants, email, stage.Password)
	must(t, chromedp.Do(tab.ctx, chromedp.EmulateViewport(390, 844)))
	tab.visit(tab.step(f, "identity"))
	tab.photograph("step.png")
	f.Send()
	agent := h.desk("agent@example.org")
	agent.Take(f.ID).Move("take", nil)
	h.Drain()
	tab.signIn(h.agents, "agent@example.org", stage.Password)
	must(t, chromedp.Do(tab.ctx, chromedp.EmulateViewport(1280, 900)))
	tab.visit(h.agents + "/dossier/" + f.ID)
	tab.photograph("desk.png")
}

// photograph writes the window into the documents.
func (t *tab) photograph(name string) {
	t.t.Helper()
	got, err := chromedp.Call(t.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	must(t.t, err)
	root, err := testkit.Root()
	must(t.t, err)
	folder := filepath.Join(root, "docs", "screenshots")
	must(t.t, os.MkdirAll(folder, 0o755))
	must(t.t, os.WriteFile(filepath.Join(folder, name), got.Data, 0o644))
}
