package portal_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/testkit"
)

// A file that is refused says why beside its kind, and takes no other with it.
func TestUploads(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	const at = "documents.birth_certificate"
	for name, c := range map[string]struct {
		sent   []file
		status int
		says   string
		kept   int
	}{
		"two at once":          {[]file{{"a.pdf", pdf(t)}, {"b.pdf", pdf(t)}}, http.StatusSeeOther, "", 2},
		"a renamed executable": {[]file{{"c.pdf", pdf(t)}, {"d.pdf", append([]byte("MZ\x90\x00"), make([]byte, 5000)...)}}, http.StatusUnprocessableEntity, "d.pdf", 1},
		"an empty file":        {[]file{{"e.pdf", nil}}, http.StatusUnprocessableEntity, "vide", 0},
		"11 MB":                {[]file{{"f.pdf", append(pdf(t), make([]byte, 11<<20)...)}}, http.StatusUnprocessableEntity, "10\u00a0Mo", 0},
		"no file":              {[]file{{"", nil}}, http.StatusUnprocessableEntity, "Choisissez au moins un fichier", 0},
	} {
		before := len(b.read().Documents)
		rec := b.upload(at, c.sent...)
		if rec.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", name, rec.Code, c.status, excerpt(rec.Body.String()))
		}
		if c.says != "" {
			contains(t, rec.Body.String(), c.says, `href="#`+at+`"`)
		}
		if n := len(b.read().Documents) - before; n != c.kept {
			t.Errorf("%s: %d files kept, want %d", name, n, c.kept)
		}
	}
	b.want(b.upload("documents.nothing", file{"a.pdf", pdf(t)}), http.StatusNotFound)
	contains(t, b.page(b.dossier+"/documents"), "a.pdf", "b.pdf", "c.pdf", `name="remove"`, `accept="application/pdf`, " multiple")
}

// A file can be seen, on an origin of its own, and removed.
func TestSeeAndRemoveDocument(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	sent := pdf(t)
	b.want(b.upload("documents.birth_certificate", file{"acte de naissance.pdf", sent}), http.StatusSeeOther)
	id := b.read().Documents[0].ID
	link := b.want(b.get(b.dossier+"/document/"+id), http.StatusSeeOther).Header().Get("Location")
	rec := b.want(b.get(link), http.StatusOK)
	if !strings.HasPrefix(link, files) || !bytes.Equal(rec.Body.Bytes(), sent) {
		t.Error("the link does not give the file back")
	}
	if how := rec.Header().Get("Content-Disposition"); !strings.HasPrefix(how, "attachment") || !strings.Contains(rec.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a file is served as %q, policy %q", how, rec.Header().Get("Content-Security-Policy"))
	}
	b.want(b.get(files+"/document/"+id), http.StatusNotFound) // without the signature
	var body bytes.Buffer
	kind := multipartForm(t, &body, [2]string{"path", "documents.birth_certificate"}, [2]string{"remove", id})
	b.want(b.do("POST", b.dossier+"/document", kind, &body), http.StatusSeeOther)
	if n := len(b.read().Documents); n != 0 {
		t.Errorf("%d files left", n)
	}
	b.want(b.get(link), http.StatusNotFound)
}

// What is owed follows from the answers (RP-126 to RP-140), each minor child by itself (RP-129).
func TestDocumentsFollowAnswers(t *testing.T) {
	testkit.Covers(t, "RP-129")
	b := newWorld(t).signIn("chiara@example.org")
	page := b.page(b.dossier + "/documents")
	if strings.Contains(page, "documents.minor_child_papers") {
		t.Error("papers of children are owed without any")
	}
	b.want(b.fill("children", url.Values{
		"children": {"k1", "k2"}, "children.k1.first_name": {"Ève"}, "children.k1.birth_date.day": {"1"}, "children.k1.birth_date.month": {"2"},
		"children.k1.birth_date.year": {"2020"}, "children.k2.birth_date.day": {"1"}, "children.k2.birth_date.month": {"2"}, "children.k2.birth_date.year": {"1999"},
	}), http.StatusUnprocessableEntity)
	page = b.page(b.dossier + "/documents")
	contains(t, page, `id="documents.minor_child_papers.k1"`, "Enfant 1")
	if strings.Contains(page, "documents.minor_child_papers.k2") {
		t.Error("an adult child owes papers of minors")
	}
	b.want(b.upload("documents.minor_child_papers.k1", file{"passeport.pdf", pdf(t)}), http.StatusSeeOther)
	contains(t, b.page(b.dossier+"/documents"), "passeport.pdf")
}

// A dossier that is not ready is not sent: the page says what is missing, and where.
func TestNotReady(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.tell(testkit.PersonaNamed(t, "tenant"))
	rec := b.want(b.post(b.dossier+"/move/submit", url.Values{"state": {"draft"}}), http.StatusUnprocessableEntity)
	contains(t, rec.Body.String(), `href="#notice.truth"`, `href="#left"`, b.dossier+"/documents?check=1#documents.birth_certificate")
	b.attachAll()
	rec = b.want(b.post(b.dossier+"/move/submit", url.Values{"state": {"draft"}}), http.StatusUnprocessableEntity)
	contains(t, rec.Body.String(), `href="#notice.truth"`)
	if strings.Contains(rec.Body.String(), `href="#left"`) || b.read().State != "draft" {
		t.Error("something is left, or it was sent without the declaration")
	}
}
