package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"codeberg.org/go-pdf/fpdf"
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
	tab := h.browse(mouse{script: true})
	tab.signIn(h.applicants, email, stage.Password)
	tab.visit(tab.path(f.ID, "/documents"))
	tab.attach("documents.electricity", bill(t))
	tab.attachOwed()
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
	tab.turns(func() { tab.hand.press(tab, `#papers tbody tr:has(a[href*="?doc="]):nth-child(5) a`) })
	tab.until(`document.querySelector("#paper img").complete`)
	look[bool](tab, `(scrollTo({top: 0, behavior: "instant"}), true)`)
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

// bill is an invented electricity bill, on disk.
func bill(t *testing.T) string {
	t.Helper()
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddPage()
	latin := pdf.UnicodeTranslatorFromDescriptor("")
	for _, line := range []struct {
		size  float64
		words string
	}{
		{22, "Facture d’électricité"},
		{12, "Facture nº 2026-10-0417 du 31 octobre 2026"},
		{12, "Chiara Bianchi, 12 avenue des Papalins, bloc B"},
		{12, "Période : du 1er au 31 octobre 2026"},
		{12, "Consommation : 142 kWh"},
		{16, "Montant : 38,60 euros"},
	} {
		pdf.SetFont("Helvetica", "", line.size)
		pdf.CellFormat(0, line.size, latin(line.words), "", 1, "L", false, 0, "")
	}
	path := filepath.Join(t.TempDir(), "facture-electricite.pdf")
	must(t, pdf.OutputFileAndClose(path))
	return path
}
