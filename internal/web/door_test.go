package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"guichet/internal/fault"
	"guichet/internal/web"
)

var errCause = errors.New("a detail of ours")

func ok(v *web.Visit) error { return v.Empty(http.StatusNoContent) }

// fails registers a page for each kind of failure.
func fails(w *world) {
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		w.Applicants.Get("/fail/"+strings.ReplaceAll(kind.String(), " ", "-"), web.Public, func(*web.Visit) error {
			return fault.From(kind, "", errCause)
		})
	}
	w.Applicants.Get("/waiting", web.Public, func(*web.Visit) error { return fault.New(fault.Conflict, "document.waiting") })
	w.Applicants.Get("/plain", web.Public, func(*web.Visit) error { return errCause })
	w.Applicants.Get("/panic", web.Public, func(*web.Visit) error { panic("the answer of somebody") })
	w.Applicants.Get("/late", web.Public, func(v *web.Visit) error { <-v.R.Context().Done(); return v.R.Context().Err() }, web.Slow(time.Millisecond))
	w.Applicants.Get("/fine", web.Public, ok)
}

func TestFaultsBecomePages_ASVS_16_5_1(t *testing.T) {
	w := newWorld(t)
	fails(w)
	for path, status := range map[string]int{
		"/fail/internal": 500, "/fail/invalid": 422, "/fail/unauthenticated": 303, "/fail/forbidden": 403, "/fail/not-found": 404,
		"/fail/conflict": 409, "/fail/too-large": 413, "/fail/too-many": 429, "/fail/unavailable": 503,
		"/waiting": 409, "/plain": 500, "/panic": 500, "/late": 503, "/nowhere": 404, "/fine": 204,
	} {
		rec := w.browser().get(applicants + path)
		if rec.Code != status {
			t.Errorf("%s: %d, want %d", path, rec.Code, status)
		}
		if body := rec.Body.String(); strings.Contains(body, "detail of ours") || strings.Contains(body, "somebody") {
			t.Errorf("%s tells what only the log may: %s", path, body)
		}
		if (status == 429 || status == 503) && rec.Header().Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", path)
		}
		if status >= 400 && (!strings.Contains(rec.Body.String(), "<h1") || rec.Header().Get("Content-Type") != "text/html; charset=utf-8") {
			t.Errorf("%s: no page: %.200s", path, rec.Body.String())
		}
	}
	if body := w.browser().get(applicants + "/waiting").Body.String(); !strings.Contains(body, "pas encore examiné</h1>") {
		t.Errorf("a file that waits is under a title of something else: %s", body)
	}
	if strings.Contains(w.log.String(), "somebody") {
		t.Error("the words of a panic are in the log")
	}
}

func TestErrorPageShowsTheIDOfItsLine(t *testing.T) {
	w := newWorld(t)
	fails(w)
	body := w.browser().get(applicants + "/plain").Body.String()
	var line struct{ ID, Error, Route string }
	must(t, json.Unmarshal(w.log.Bytes(), &line))
	if line.ID == "" || !strings.Contains(body, line.ID) || !strings.Contains(line.Error, "detail of ours") || line.Route != "/plain" {
		t.Errorf("%+v", line)
	}
}

func TestErrorPageSpeaksTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	if !strings.Contains(b.get(applicants+"/nowhere").Body.String(), "Page introuvable") {
		t.Error("French is the language of who says none")
	}
	b.get(applicants + "/nowhere?lang=en")
	if body := b.get(applicants + "/nowhere").Body.String(); !strings.Contains(body, "Page not found") || !strings.Contains(body, `lang="en"`) {
		t.Error("the choice of language is not kept")
	}
}

func TestHeadersOfEveryAnswer_ASVS_3_4(t *testing.T) {
	w := newWorld(t)
	fails(w)
	w.Files.Get("/x", web.Public, ok)
	for _, address := range []string{applicants + "/fine", applicants + "/nowhere", applicants + "/panic", agents + "/nowhere", files + "/x"} {
		h := w.browser().get(address).Header()
		for name, part := range map[string]string{
			"Content-Security-Policy": "object-src 'none'; base-uri 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Strict-Transport-Security": "max-age=63072000; includeSubDomains", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if address == files+"/x" && name == "Content-Security-Policy" {
				part = "sandbox; default-src 'none'"
			}
			if !strings.Contains(h.Get(name), part) {
				t.Errorf("%s: %s is %q", address, name, h.Get(name))
			}
		}
		if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", address, csp)
		}
	}
}

func TestCrossOrigin_ASVS_3_5_1(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	w.Applicants.Post("/act", web.Public, ok)
	b := w.browser()
	b.signIn(applicants, w.make("person", "a@example.com"))
	for _, x := range []struct {
		header http.Header
		status int
	}{
		{http.Header{"Sec-Fetch-Site": {"same-origin"}}, 204},
		{http.Header{"Origin": {applicants}}, 204},
		{http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		{http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		{http.Header{"Origin": {agents}}, 403},
		{http.Header{"Origin": {"http://guichet.example"}}, 403}, // our host without TLS
		{http.Header{"Origin": {"null"}}, 403},
		{http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://evil.example"}}, 403},
		{http.Header{}, 403},
	} {
		b.header = x.header
		if rec := b.post(applicants+"/act", "x=1"); rec.Code != x.status {
			t.Errorf("%v: %d, want %d", x.header, rec.Code, x.status)
		}
	}
	stranger := w.browser()
	stranger.header = http.Header{}
	wantStatus(t, stranger.post(applicants+"/act", "x=1"), 204)
}

func TestRoutesBearAPolicy_ASVS_8_1_1(t *testing.T) {
	w := newWorld(t)
	for name, call := range map[string]func(){
		"no policy":  func() { w.Applicants.Get("/a", web.Policy{}, ok) },
		"no handler": func() { w.Applicants.Get("/b", web.Public, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error(name + " was accepted")
				}
			}()
			call()
		}()
	}
	fails(w)
	must(t, chi.Walk(w.Applicants.Mux(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if !slices.ContainsFunc(w.Applicants.Routes(), func(r *web.Route) bool { return r.Method == method && r.Pattern == pattern && r.Policy.String() != "" }) {
			t.Errorf("%s %s is on no line of the table", method, pattern)
		}
		return nil
	}))
}

func TestMethods_ASVS_4_1_4(t *testing.T) {
	w := newWorld(t)
	fails(w)
	b := w.browser()
	rec := b.do("HEAD", applicants+"/plain", "")
	if rec.Code != 500 || rec.Body.Len() != 0 {
		t.Errorf("HEAD: %d with %d bytes", rec.Code, rec.Body.Len())
	}
	for _, m := range []string{"POST", "PUT", "DELETE", "TRACE", "PATCH"} {
		rec := b.do(m, applicants+"/fine", "")
		if rec.Code != http.StatusMethodNotAllowed || !strings.Contains(strings.Join(rec.Header().Values("Allow"), ","), "GET") {
			t.Errorf("%s: %d, Allow %q", m, rec.Code, rec.Header().Values("Allow"))
		}
	}
}

func TestHosts(t *testing.T) {
	w := newWorld(t)
	w.Applicants.Get("/", web.Public, ok)
	b := w.browser()
	wantStatus(t, b.get("https://guichet.example:443/"), 204)
	wantStatus(t, b.get("https://evil.example/"), http.StatusMisdirectedRequest)
	wantStatus(t, b.get("https://10.0.0.1/healthz"), 200)
	w.store.Close()
	wantStatus(t, b.get("https://10.0.0.1/healthz"), 503)
}

func TestNewRefuses(t *testing.T) {
	for _, x := range [][3]string{
		{"https://a", "https://a", "https://c"}, {"ftp://a", "https://b", "https://c"}, {"https://a/x", "https://b", "https://c"}, {"a", "https://b", "https://c"},
	} {
		if _, err := web.New(web.Config{Applicants: x[0], Agents: x[1], Files: x[2], Now: time.Now, Texts: texts(t)}); err == nil {
			t.Errorf("%v was accepted", x)
		}
	}
}

func TestLimitByAddress_ASVS_2_4_1(t *testing.T) {
	w := newWorld(t)
	w.Applicants.Post("/try", web.Public, ok, web.PerIP(3, time.Hour))
	b := w.browser()
	for range 3 {
		wantStatus(t, b.post(applicants+"/try", "x=1"), 204)
	}
	rec := b.post(applicants+"/try", "x=1")
	wantStatus(t, rec, 429)
	if rec.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	b.header.Set("X-Forwarded-For", "203.0.113.9") // nobody's proxy: not believed
	wantStatus(t, b.post(applicants+"/try", "x=1"), 429)
}

func TestFileLinks(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	id := w.make("person", "a@example.com")
	var link string
	w.Applicants.Get("/link", web.SignedIn, func(v *web.Visit) error { link = v.FileURL("/document/abc"); return ok(v) })
	var who int64
	w.Files.Get("/document/{id}", web.Linked, func(v *web.Visit) error {
		who = v.Actor.AccountID
		return v.Send(web.File{Name: "passeport \"é\"\r\nX: y.pdf", Kind: "application/pdf", Size: 3, Body: strings.NewReader("abc")})
	})
	b := w.browser()
	b.signIn(applicants, id)
	b.get(applicants + "/link")
	rec := w.browser().get(link)
	wantStatus(t, rec, 200)
	if who != id || rec.Body.String() != "abc" {
		t.Errorf("sent %q to %d", rec.Body.String(), who)
	}
	if cd := rec.Header().Get("Content-Disposition"); !strings.HasPrefix(cd, "attachment; filename*=utf-8''passeport%20_%C3%A9___X%3A%20y.pdf") {
		t.Error(cd)
	}
	for _, forged := range []string{strings.Replace(link, "/abc", "/abd", 1), strings.Replace(link, "for=1", "for=2", 1), files + "/document/abc"} {
		wantStatus(t, w.browser().get(forged), 404)
	}
	w.pass(5*time.Minute + time.Second)
	wantStatus(t, w.browser().get(link), 403)
	w.pass(-time.Minute)
	_, err := w.store.Pool().Exec(context.Background(), "update account set state = 'disabled'")
	must(t, err)
	wantStatus(t, w.browser().get(link), 403)
}

// What fails after the answer was begun is cut, so that it never looks whole, and stands in the log; the server goes on.
func TestWhatWasBegunIsCut(t *testing.T) {
	w := newWorld(t)
	send := func(end func() error) web.Handler {
		return func(v *web.Visit) error {
			return v.Send(web.File{Name: "copy.json", Kind: "application/json", Size: -1, Write: func(to io.Writer) error {
				if _, err := io.WriteString(to, "{"); err != nil {
					return err
				}
				return end()
			}})
		}
	}
	w.Applicants.Get("/panics", web.Public, send(func() error { panic("the answer of somebody") }))
	w.Applicants.Get("/fails", web.Public, send(func() error { return errCause }))
	w.Applicants.Get("/whole", web.Public, send(func() error { return nil }))
	for path, how := range map[string]any{"/panics": http.ErrAbortHandler, "/fails": http.ErrAbortHandler, "/whole": nil} {
		w.log.Reset()
		func() {
			defer func() {
				if x := recover(); x != how {
					t.Errorf("%s ends with %v", path, x)
				}
			}()
			w.browser().get(applicants + path)
		}()
		if line := w.log.String(); strings.Contains(line, "error") != (how != nil) || strings.Contains(line, "somebody") || !strings.Contains(line, path) {
			t.Errorf("%s: the log says %s", path, line)
		}
	}
}
