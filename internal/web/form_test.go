package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"guichet/internal/web"
)

func TestFormLimits_ASVS_5_2_1(t *testing.T) {
	w := newWorld(t)
	w.Applicants.Post("/form", web.Public, func(v *web.Visit) error {
		if _, err := v.Form(); err != nil {
			return err
		}
		return ok(v)
	})
	b := w.browser()
	for name, x := range map[string]struct {
		body   string
		status int
	}{
		"small":         {"a=1&b=2", 204},
		"999 values":    {strings.Repeat("a=1&", 999), 204},
		"10,000 fields": {strings.Repeat("a=1&", 10_000), 413},
		"10 MB":         {"a=" + strings.Repeat("x", 10<<20), 413},
		"broken escape": {"a=%zz", 422},
	} {
		start := time.Now()
		if rec := b.post(applicants+"/form", x.body); rec.Code != x.status {
			t.Errorf("%s: %d, want %d", name, rec.Code, x.status)
		}
		if took := time.Since(start); took > 500*time.Millisecond {
			t.Errorf("%s took %s", name, took)
		}
	}
	b.header.Set("Content-Type", "multipart/form-data; boundary=x")
	wantStatus(t, b.post(applicants+"/form", "a=1"), 422)
}

func TestOneEach_ASVS_15_3_7(t *testing.T) {
	w := newWorld(t)
	w.Applicants.Post("/form", web.Public, func(v *web.Visit) error {
		in, err := v.OneEach("email", "password")
		if err != nil {
			return err
		}
		v.W.Header().Set("X-Email", in["email"])
		return ok(v)
	})
	b := w.browser()
	if rec := b.post(applicants+"/form", "email=a%40b.c"); rec.Code != 204 || rec.Header().Get("X-Email") != "a@b.c" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
	wantStatus(t, b.post(applicants+"/form", "email=a&email=b"), 422)
	wantStatus(t, b.post(applicants+"/form", "email=a&state=active"), 422)
}

func TestUploadReadsWhatItAllows(t *testing.T) {
	w := newWorld(t)
	w.Applicants.Post("/upload", web.Public, func(v *web.Visit) error {
		if _, err := io.Copy(io.Discard, v.R.Body); err != nil {
			return err
		}
		return ok(v)
	}, web.Upload(2<<20))
	b := w.browser()
	wantStatus(t, b.post(applicants+"/upload", strings.Repeat("x", 2<<20)), 204)
	wantStatus(t, b.post(applicants+"/upload", strings.Repeat("x", 2<<20+1)), 413)
}

func TestPagesAreCompressed(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("bonjour ", 1000)
	w.Applicants.Get("/page", web.Public, func(v *web.Visit) error { return v.Page(templ.Raw(long)) })
	b := w.browser()
	if rec := b.get(applicants + "/page"); rec.Body.String() != long || rec.Header().Get("Content-Encoding") != "" {
		t.Error("compressed without being asked")
	}
	b.header.Set("Accept-Encoding", "br, gzip")
	rec := b.get(applicants + "/page")
	z, err := gzip.NewReader(rec.Body)
	must(t, err)
	if got, err := io.ReadAll(z); err != nil || string(got) != long || rec.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%v, %d bytes", err, len(got))
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	w.Applicants.Get("/page", web.Public, func(v *web.Visit) error {
		v.W.Header().Set("X-Notice", v.Frame("x").Notice)
		return ok(v)
	})
	b := w.browser()
	b.post(applicants+"/say", "x=1")
	for _, want := range []string{"Revenir à l’accueil", ""} {
		if got := b.get(applicants + "/page").Header().Get("X-Notice"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestReturnPath_ASVS_3_7_2(t *testing.T) {
	for p, want := range map[string]string{
		"/a/b?c=d&e=%2F": "/a/b?c=d&e=%2F", "": "/", "a": "/", "//evil.example": "/", "/\\evil.example": "/", "\\\\evil": "/", "/\t/evil.example": "/",
		"https://evil.example": "/", "javascript:alert(1)": "/", "/%2F/evil": "/", "/a\nb": "/", "/%zz": "/", "/é": "/é", "///evil.example": "/",
		"/" + strings.Repeat("a", 600): "/",
	} {
		if got := web.ReturnPath(p); got != want {
			t.Errorf("%q: %q, want %q", p, got, want)
		}
	}
}

func FuzzReturnPath(f *testing.F) {
	for _, s := range []string{"/a", "//b", "/\\c", "/a?b=//c", "/.//evil.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := http.NewRequest("GET", "https://guichet.example/x", nil)
		must(t, err)
		u, err := r.URL.Parse(web.ReturnPath(s))
		if err != nil || u.Host != "guichet.example" || u.Scheme != "https" || u.User != nil {
			t.Errorf("%q leads to %v", s, u)
		}
	})
}
