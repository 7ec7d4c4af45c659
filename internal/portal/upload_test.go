package portal_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/dossier"
)

const birth = "documents.birth_certificate"

// coming is what a browser tells of a file before it sends it.
func coming(path, name string, size int) url.Values {
	return url.Values{"path": {path}, "name": {name}, "type": {""}, "size": {strconv.Itoa(size)}, "modified": {"1"}}
}

// offers asks whether a file would be taken, and gives the address to send it to.
func (b *browser) offers(c url.Values) string {
	b.w.t.Helper()
	return b.want(b.post(b.dossier+"/upload", c), http.StatusCreated).Header().Get("Location")
}

// piece sends a part of a file.
func (b *browser) piece(address string, offset int, body io.Reader) *httptest.ResponseRecorder {
	b.w.t.Helper()
	b.header.Set("Upload-Offset", strconv.Itoa(offset))
	defer b.header.Del("Upload-Offset")
	return b.do("POST", address, "application/octet-stream", body)
}

func (b *browser) finish(address, name string) *httptest.ResponseRecorder {
	b.w.t.Helper()
	return b.post(address+"/finish", url.Values{"path": {birth}, "name": {name}})
}

func (b *browser) arrived(rec *httptest.ResponseRecorder, status, want int) {
	b.w.t.Helper()
	if got := b.want(rec, status).Header().Get("Upload-Offset"); got != strconv.Itoa(want) {
		b.w.t.Fatalf("%s bytes have arrived, want %d", got, want)
	}
}

// kept is how many files the store holds.
func (w *world) kept() (n int) {
	w.t.Helper()
	for _, err := range w.office.Blobs.Names(w.t.Context()) {
		must(w.t, err)
		n++
	}
	return n
}

// cut is a line that breaks.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// A file goes on where its line was cut, in whatever pieces it comes, and becomes one document however often it is finished.
func TestUploadGoesOnAfterACut(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	sent := pdf(t)
	half := len(sent) / 2
	at := b.offers(coming(birth, "acte.pdf", len(sent)))
	b.arrived(b.piece(at, 0, io.MultiReader(bytes.NewReader(sent[:half]), cut{})), http.StatusNoContent, half)
	b.arrived(b.get(at), http.StatusNoContent, half)
	b.arrived(b.piece(at, 0, bytes.NewReader(sent)), http.StatusConflict, half)
	b.arrived(b.piece(at, len(sent), bytes.NewReader(sent)), http.StatusConflict, half)
	b.want(b.piece(at, half, bytes.NewReader(append(sent[half:len(sent):len(sent)], 'x'))), http.StatusUnprocessableEntity) // more than was announced
	b.want(b.finish(at, "acte.pdf"), http.StatusConflict)
	if again := b.offers(coming(birth, "acte.pdf", len(sent))); again != at {
		t.Errorf("the same file begins anew at %s", again)
	}
	if other := b.offers(coming(birth, "acte.pdf", len(sent)+1)); other == at {
		t.Error("another file goes on where this one was cut")
	}
	b.arrived(b.piece(at, half, bytes.NewReader(sent[half:])), http.StatusNoContent, len(sent))
	for range 2 {
		if done := b.want(b.finish(at, "acte.pdf"), http.StatusCreated).Header().Get("Upload-Complete"); done != "?1" {
			t.Errorf("finished, it says %q", done)
		}
	}
	if done := b.want(b.get(at), http.StatusNoContent).Header().Get("Upload-Complete"); done != "?1" {
		t.Errorf("asked where it stands, it says %q", done)
	}
	papers := b.read().Documents
	if len(papers) != 1 || papers[0].Path != birth || w.kept() != 1 {
		t.Fatalf("%d documents in %d files", len(papers), w.kept())
	}
	link := b.want(b.get(b.dossier+"/document/"+papers[0].ID), http.StatusSeeOther).Header().Get("Location")
	if got := b.want(b.get(link), http.StatusOK).Body.Bytes(); !bytes.Equal(got, sent) {
		t.Error("another file came back")
	}
	var attached int
	must(t, w.store.Pool().QueryRow(t.Context(), "select count(*) from journal_entry where act = 'attach'").Scan(&attached))
	if attached != 1 {
		t.Errorf("the journal tells of %d", attached)
	}
}

// What cannot be kept is told before it travels, as far as its name and size tell, and otherwise when it is whole; nothing of it stays.
func TestUploadIsRefused(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	for what, c := range map[string]struct {
		coming url.Values
		says   string
	}{
		"too large":    {coming(birth, "acte.pdf", 10<<20+1), "10\u00a0Mo"},
		"empty":        {coming(birth, "acte.pdf", 0), "vide"},
		"another type": {coming(birth, "acte.docx", 500), "format"},
	} {
		rec := b.want(b.post(b.dossier+"/upload", c.coming), http.StatusUnprocessableEntity)
		if !strings.Contains(rec.Body.String(), c.says) || !strings.Contains(rec.Body.String(), `id="refused"`) {
			t.Errorf("%s: %s", what, excerpt(rec.Body.String()))
		}
	}
	b.want(b.post(b.dossier+"/upload", coming("documents.nothing", "acte.pdf", 500)), http.StatusNotFound)
	b.want(b.post(b.dossier+"/upload", url.Values{"path": {birth}}), http.StatusUnprocessableEntity)

	junk := append([]byte("MZ\x90\x00"), make([]byte, 5000)...)
	at := b.offers(coming(birth, "programme.pdf", len(junk)))
	b.arrived(b.piece(at, 0, bytes.NewReader(junk)), http.StatusNoContent, len(junk))
	rec := b.want(b.finish(at, "programme.pdf"), http.StatusUnprocessableEntity)
	contains(t, rec.Body.String(), "programme.pdf", `id="refused"`)
	b.want(b.get(at), http.StatusNotFound)
	if n := w.kept(); n != 0 || len(b.read().Documents) != 0 {
		t.Errorf("%d files are left of what was refused", n)
	}

	sent := pdf(t)
	b.want(b.upload(birth, file{"a.pdf", sent}), http.StatusSeeOther)
	at = b.offers(coming(birth, "acte.pdf", len(sent)))
	_ = ok(w.store.Pool().Exec(t.Context(), "update document set size = $1", dossier.MostBytes-int64(len(sent))+1))(t)
	b.want(b.post(b.dossier+"/upload", coming(birth, "autre.pdf", len(sent))), http.StatusUnprocessableEntity)
	b.want(b.piece(at, 0, bytes.NewReader(sent)), http.StatusRequestEntityTooLarge) // the quota is full by now
	b.want(b.upload(birth, file{"b.pdf", sent}), http.StatusUnprocessableEntity)
}

// A file on its way is its sender's alone, no more than ten are, and after a day without news it is forgotten.
func TestUploadIsItsSendersAndEnds(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	sent := pdf(t)
	at := b.offers(coming(birth, "acte.pdf", len(sent)))
	b.arrived(b.piece(at, 0, bytes.NewReader(sent[:100])), http.StatusNoContent, 100)
	other := w.signIn("paul@example.org")
	_, id, _ := strings.Cut(at, "/upload/")
	for _, address := range []string{at, other.dossier + "/upload/" + id} {
		other.want(other.get(address), http.StatusNotFound)
		other.want(other.piece(address, 100, bytes.NewReader(sent[100:])), http.StatusNotFound)
		other.want(other.finish(address, "acte.pdf"), http.StatusNotFound)
	}
	other.want(other.post(b.dossier+"/upload", coming(birth, "acte.pdf", len(sent))), http.StatusNotFound)

	w.pass(23 * time.Hour)
	b.resume("chiara@example.org")
	must(t, w.office.SweepUploads(t.Context()))
	b.arrived(b.get(at), http.StatusNoContent, 100)
	for i := range 10 {
		w.pass(time.Second)
		b.offers(coming(birth, strconv.Itoa(i)+".pdf", len(sent)))
	}
	b.want(b.get(at), http.StatusNotFound) // the eleventh, and longest without news
	if n := w.kept(); n != 0 {
		t.Errorf("%d pieces are left of a file that gave way", n)
	}
	last := b.offers(coming(birth, "9.pdf", len(sent)))
	b.arrived(b.piece(last, 0, bytes.NewReader(sent[:100])), http.StatusNoContent, 100)
	w.pass(24 * time.Hour)
	must(t, w.office.SweepUploads(t.Context()))
	b.resume("chiara@example.org")
	b.want(b.get(last), http.StatusNotFound)
	if n := w.kept(); n != 0 {
		t.Errorf("%d pieces are left after a day", n)
	}
}

// A photograph that is kept as JPEG is named as one.
func TestConvertedPhotographIsNamedAsKept(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	var photograph bytes.Buffer // as a phone sends it that converts and keeps the name
	must(t, jpeg.Encode(&photograph, image.NewGray(image.Rect(0, 0, 40, 60)), nil))
	b.want(b.upload(birth, file{"Acte.HEIC", photograph.Bytes()}), http.StatusSeeOther)
	contains(t, b.page(b.dossier+"/documents"), ">Acte.jpg<")
}

// A file of a message travels as any other, is the message's once it has arrived, and is told to no agent before it is sent.
func TestFileOfAMessageTravelsInPieces(t *testing.T) {
	w := newWorld(t)
	b := w.filed("chiara@example.org")
	sent, at := pdf(t), ""
	send := func() *httptest.ResponseRecorder {
		at = b.offers(coming(dossier.MessagePath, "lettre.pdf", len(sent)))
		b.arrived(b.piece(at, 0, bytes.NewReader(sent)), http.StatusNoContent, len(sent))
		return b.post(at+"/finish", url.Values{"path": {dossier.MessagePath}, "name": {"lettre.pdf"}})
	}
	b.want(send(), http.StatusCreated)
	b.want(b.post(at+"/finish", url.Values{"path": {dossier.MessagePath}, "name": {"lettre.pdf"}}), http.StatusCreated) // its answer was lost
	b.arrived(b.want(b.get(at), http.StatusNoContent), http.StatusNoContent, 0)
	page := b.want(b.get(b.dossier+"/messages"), http.StatusOK).Body.String()
	if strings.Count(page, "lettre.pdf") == 0 || !strings.Contains(page, "data-upload=") {
		t.Error("the file does not wait beside the message")
	}
	stranger := w.signIn("tiers@example.org")
	stranger.want(stranger.get(at), http.StatusNotFound)
	stranger.want(stranger.post(b.dossier+"/upload", coming(dossier.MessagePath, "a.pdf", 9)), http.StatusNotFound)
	for range 4 {
		b.want(send(), http.StatusCreated)
	}
	said := b.want(b.post(b.dossier+"/upload", coming(dossier.MessagePath, "six.pdf", 9)), http.StatusUnprocessableEntity).Body.String()
	if !strings.Contains(said, "six.pdf") || !strings.Contains(said, "5") {
		t.Errorf("a sixth file is refused with %s", said)
	}
	var lines int
	must(t, w.store.Pool().QueryRow(t.Context(), "select count(*) from journal_entry where act = 'attach_message'").Scan(&lines))
	if lines != 5 {
		t.Errorf("%d lines of the journal tell of 5 files", lines)
	}
}
