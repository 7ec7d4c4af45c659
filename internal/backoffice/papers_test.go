package backoffice_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// paper gives the identifier of the newest document kept for a field.
func (w *world) paper(path string) (id string) {
	w.t.Helper()
	must(w.t, w.Store.Pool().QueryRow(w.t.Context(), "select public_id from document where path = $1 order by id desc limit 1", path).Scan(&id))
	return id
}

func reddish(t *testing.T, body []byte) (img image.Image, n int) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(body))
	must(t, err)
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if r, g, _, _ := img.At(x, y).RGBA(); r > g+0x2000 {
				n++
			}
		}
	}
	return img, n
}

// Across a copy of an identity document stand the agent's name and the time, on the page and on what is taken away; other
// papers are as they were sent.
func TestIdentityCopyBearsItsReader(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-181")
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	at := w.path("/document/" + w.paper("documents.holder_identity") + "/page/1")
	_, marked := reddish(t, agent.Get(at).Body)
	_, plain := reddish(t, agent.Get(w.path("/document/"+w.paper("documents.electricity")+"/page/1")).Body)
	if marked == 0 || plain != 0 {
		t.Errorf("%d red pixels on the identity document, %d on the bill", marked, plain)
	}
	bill := agent.Get(w.path("?doc=" + w.paper("documents.electricity"))).Link(stage.Files)
	page := agent.Get(w.path("?doc=" + w.paper("documents.holder_identity"))).Shows("copie marquée à votre nom").Hides("Télécharger l’original")
	copied := agent.Get(page.Link(stage.Files))
	if !bytes.HasPrefix(copied.Body, []byte("%PDF-")) || copied.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("what is taken away is %q", copied.Header.Get("Content-Type"))
	}
	if !bytes.HasPrefix(agent.Get(bill).Body, []byte("\x89PNG")) {
		t.Error("the bill is not the original")
	}
}

// A page is turned by links, and beside it stand the answers it bears out.
func TestPaperIsTurnedAndReadBesideItsAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	id := w.paper("documents.electricity")
	page := agent.Get(w.path("?doc=" + id)).Shows("Réponses que cette pièce justifie")
	if n := strings.Count(string(page.Body), "Papalins"); n < 2 {
		t.Errorf("the address stands %d times on the page: not beside the bill", n)
	}
	turned := page.Follow("turn=1")
	if !strings.Contains(string(turned.Body), "/page/1?turn=1\"") {
		t.Fatal("the page image is not turned")
	}
	straight, _ := reddish(t, agent.Get(w.path("/document/"+id+"/page/1")).Body)
	aside, _ := reddish(t, agent.Get(w.path("/document/"+id+"/page/1?turn=1")).Body)
	if straight.Bounds().Dx() != aside.Bounds().Dy() || straight.Bounds().Dy() != aside.Bounds().Dx() {
		t.Errorf("%v turned is %v", straight.Bounds(), aside.Bounds())
	}
	turned.Follow("turn=2").Follow("turn=3").Follow("doc=" + id)
}
