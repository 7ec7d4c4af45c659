package components

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"guichet/internal/testkit/absent"
)

func themed(t *testing.T, theme string) *Assets {
	t.Helper()
	a, err := NewAssets(fstest.MapFS{
		"dist/app.css":         {Data: []byte("body{color:red}")},
		"dist/placeholder.txt": {Data: []byte("not served")},
		"favicon.svg":          {Data: []byte("<svg/>")},
	}, theme)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(a *Assets, url string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssetsAreKeptForEver(t *testing.T) {
	a := themed(t, ":root{--guichet-brand:#123}")
	url := a.URL("app.css")
	if !strings.HasPrefix(url, "/assets/app.") || url == "/assets/app.css" || url == themed(t, "").URL("app.css") {
		t.Fatalf("%s does not follow the content", url)
	}
	res := get(a, url)
	if got := body(t, res.Body); got != "body{color:red}:root{--guichet-brand:#123}" {
		t.Error(got)
	}
	if h := res.Header; !strings.Contains(h.Get("Cache-Control"), "immutable") || !strings.HasPrefix(h.Get("Content-Type"), "text/css") {
		t.Error(h)
	}
	zipped, err := gzip.NewReader(get(a, url, "Accept-Encoding", "br, gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, zipped); !strings.HasPrefix(got, "body{") {
		t.Error(got)
	}
	if again := get(a, url, "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Error(again.Status)
	}
	if plain := get(a, "/assets/app.css"); plain.Header.Get("Cache-Control") != "no-cache" || plain.StatusCode != http.StatusOK {
		t.Error(plain.Status, plain.Header)
	}
}

func TestAssetsRefuse(t *testing.T) {
	a := themed(t, "")
	for _, url := range []string{"/assets/placeholder.txt", "/assets/", "/assets/../favicon.svg", "/assets/app.js"} {
		if res := get(a, url); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", url, res.Status)
		}
	}
	if got := a.URL("app.js"); got != "/assets/app.js" {
		t.Errorf("before the build: %s", got)
	}
}

// TestFirstView holds the first view, with all its assets, to 40 KB gzip and 6 requests.
func TestFirstView(t *testing.T) {
	s, _, ok := built(t)
	if !ok {
		absent.Skip(t, "the built front end")
	}
	page := render(t, pages(s.site, s.p)["page_step"])
	total, requests := len(zip([]byte(page))), 1
	for name := range s.assets.urls {
		if url := s.assets.URL(name); strings.Contains(page, `"`+url+`"`) {
			res := get(s.assets, url, "Accept-Encoding", "gzip")
			total += len(body(t, res.Body))
			requests++
		}
	}
	t.Logf("%d bytes in %d requests", total, requests)
	if total > 40_960 || requests > 6 || requests < 4 {
		t.Errorf("%d bytes in %d requests", total, requests)
	}
	if bytes.Contains([]byte(page), []byte(" style=")) || strings.Contains(page, "<script>") || strings.Contains(page, " onclick") {
		t.Error("something inline, which the policy forbids")
	}
}
