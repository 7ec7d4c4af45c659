package e2e

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/testkit"
)

const formKind = "application/x-www-form-urlencoded"

// Files that are none, and forms that no page makes, get an answer a person can read.
func TestBadInputGetsAClearAnswer(t *testing.T) {
	tab, f := atStep(t, "children", mouse{script: true})
	send := func(kind string, body string) answer {
		return tab.ask(http.MethodPost, "/dossier/"+f.ID+"/step/children", kind, strings.NewReader(body))
	}
	file := func(name string, content []byte) answer {
		kind, body := uploadOf(t, "documents.holder_identity", name, content)
		return tab.ask(http.MethodPost, "/dossier/"+f.ID+"/document", kind, strings.NewReader(body))
	}
	version := url.Values{"_version": {"0"}, "action": {"continue"}}
	row := func(n int) url.Values {
		v := url.Values{"_version": {"0"}, "action": {"continue"}, "_on": {"children"}}
		for i := range n {
			v.Add("children", fmt.Sprintf("r%d", i))
			v.Set(fmt.Sprintf("children.r%d.last_name", i), "Bianchi")
		}
		return v
	}
	fields := url.Values{"_version": {"0"}}
	for i := range 10_000 {
		fields.Set(fmt.Sprintf("f%d", i), "x")
	}
	for _, c := range []struct {
		what string
		got  answer
		want []int
	}{
		{"a program that says it is a PDF", file("passeport.pdf", []byte("MZ\x90\x00This program cannot be run in DOS mode."+strings.Repeat("\x00", 500))), []int{422}},
		{"an empty file", file("passeport.pdf", nil), []int{422}},
		{"a file of 11 MB", file("passeport.png", append(testkit.Picture(1), make([]byte, 11<<20)...)), []int{413, 422}},
		{"a PDF that is cut", file("passeport.pdf", []byte("%PDF-1.7\n1 0 obj")), []int{422}},
		{"10 MB of form", send(formKind, version.Encode()+"&x="+strings.Repeat("a", 10<<20)), []int{413}},
		{"10,000 fields", send(formKind, fields.Encode()), []int{400, 413, 422}},
		{"a 31st child", send(formKind, row(31).Encode()), []int{400, 413, 422}},
		{"no version", send(formKind, "children.r1.last_name=x"), []int{400, 422}},
		{"a broken escape", send(formKind, "_version=%zz"), []int{400, 422}},
		{"a form of another kind", send("application/json", `{"_version": 0}`), []int{400, 415, 422}},
		{"a multipart form that is cut", tab.ask(http.MethodPost, "/dossier/"+f.ID+"/document", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\ndocu")), []int{400, 422}},
	} {
		clearly(t, c.what, c.got, c.want)
	}
	if d := tab.kept(f.ID); len(d.Answers()["children"]) != 0 {
		t.Errorf("kept of what was refused: %v", d.Answers()["children"])
	}
}

// clearly expects one of the statuses, and a whole page of the service that says why.
func clearly(t *testing.T, what string, got answer, want []int) {
	t.Helper()
	for _, status := range want {
		if got.status == status {
			if !strings.HasPrefix(got.kind, "text/html") || !strings.Contains(got.body, "<h1") || !strings.Contains(got.body, "</html>") {
				t.Errorf("%s: %d without a page: %q", what, got.status, got.kind)
			}
			return
		}
	}
	t.Errorf("%s: status %d, want one of %v: %.300s", what, got.status, want, got.body)
}

func uploadOf(t *testing.T, path, name string, content []byte) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	must(t, m.WriteField("path", path))
	part, err := m.CreateFormFile("file", name)
	must(t, err)
	_, err = part.Write(content)
	must(t, err)
	must(t, m.Close())
	return m.FormDataContentType(), b.String()
}
