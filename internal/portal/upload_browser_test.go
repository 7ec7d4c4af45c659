package portal_test

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// losesTheLine lets half of the second piece through, and then tells the script that nothing was.
const losesTheLine = `{
	const sends = window.fetch
	window.lost = 0
	window.fetch = async (address, how) => {
		if (lost || !(how?.headers?.["Upload-Offset"] > 0)) return sends(address, how)
		lost = how.headers["Upload-Offset"]
		await sends(address, {...how, body: how.body.slice(0, how.body.size / 2)})
		throw new TypeError("cut")
	}
}`

// In a browser a file whose line is cut goes on where the server has got to, what cannot be taken is told at once, and both
// are said in the page.
func TestUploadInABrowser(t *testing.T) {
	w := listening(t)
	b := w.signIn("chiara@example.org")
	noise := image.NewGray(image.Rect(0, 0, 800, 600))
	for i := range noise.Pix {
		noise.Pix[i] = byte(rand.IntN(256))
	}
	var scan bytes.Buffer
	must(t, png.Encode(&scan, noise))
	dir := t.TempDir()
	sent, other := filepath.Join(dir, "acte.png"), filepath.Join(dir, "acte.docx")
	must(t, os.WriteFile(sent, scan.Bytes(), 0o600))
	must(t, os.WriteFile(other, scan.Bytes(), 0o600))

	x := b.tab(t, "fr")
	x.open(b.dossier + "/documents")
	const form = `form:has([id="` + birth + `"])`
	input, button := chromedp.CSS(`[id="`+birth+`"]`), chromedp.CSS(form+" button.govuk-button")
	const status = `document.querySelector('` + form + ` [data-status]').innerText`
	x.do(chromedp.SetUploadFiles(input, []string{other}))
	x.until(status + `.includes("format")`)
	x.do(chromedp.Evaluate[chromedp.Void](losesTheLine), chromedp.SetUploadFiles(input, []string{sent}), chromedp.Click(button))
	x.until(`document.querySelector('` + form + ` .guichet-files').innerText.includes("acte.png")`)
	x.until(status + `.includes("enregistrés") && lost > 0`)
	x.until(`document.activeElement.id === "` + birth + `"`)
	if papers := b.read().Documents; len(papers) != 1 || w.kept() != 1 {
		t.Errorf("%d documents in %d files", len(papers), w.kept())
	}
}

// Words and files of a message go with one press of its button: the files piece by piece, then the words, none of them lost.
func TestMessageWithAFileInABrowser(t *testing.T) {
	w := listening(t)
	b := w.filed("chiara@example.org")
	sent := filepath.Join(t.TempDir(), "lettre.pdf")
	must(t, os.WriteFile(sent, pdf(t), 0o600))
	x := b.tab(t, "fr")
	x.open(b.dossier + "/messages")
	x.do(chromedp.SendKeys(chromedp.CSS("#words"), "Voici la lettre."), chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{sent}))
	x.do(chromedp.Click(chromedp.CSS("#message button.govuk-button:not([name])")))
	x.until(`[...document.querySelectorAll(".guichet-letter")].some((l) => /Voici la lettre/.test(l.innerText) && /lettre.pdf/.test(l.innerText))`)
	var pieces int
	must(t, w.store.Pool().QueryRow(t.Context(), "select count(*) from journal_entry where act in ('attach_message', 'write')").Scan(&pieces))
	if pieces != 2 {
		t.Errorf("%d acts for one file and one message", pieces)
	}
}
