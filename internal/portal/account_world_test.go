package portal_test

import (
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/seal"
	"guichet/internal/strength"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

// house is the whole program, wired as it is in service, with a mailbox and a clock of its own.
type house struct {
	*app.App
	t     *testing.T
	mu    sync.Mutex
	clock time.Time
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

func newHouse(t *testing.T, options ...func(*app.Config)) *house {
	t.Helper()
	h := &house{t: t, clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	all, refusals := catalogue()
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	box := ok(notify.OpenDemoBox(t.TempDir(), h.now))(t)
	t.Cleanup(func() { _ = box.Close() })
	blobs := ok(document.OpenFolder(t.TempDir()))(t)
	t.Cleanup(func() { _ = blobs.Close() })
	front := ok(fs.Sub(os.DirFS(root), "web/static"))(t)
	cfg := app.Config{
		Passwords: ok(strength.Open(front, account.Guessed...))(t),
		Store:     testkit.Store(t, h.now), Keys: ok(seal.Create(t.TempDir()))(t), Blobs: blobs, Catalogue: all,
		Workshop: testkit.Workshop(), Texts: testkit.Texts(t),
		Front: front, Applicants: applicants, Agents: agents, Files: files,
		Service: text.Words{FR: "Démarches", EN: "Procedures"}, Controller: text.Words{FR: "L’autorité", EN: "The authority"},
		Contact: "contact@guichet.example", SMTP: box.URL(), From: "no-reply@guichet.example", DemoBox: box, LimitScale: 1000, WorkCost: 1, HashMemory: 64,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	for _, o := range options {
		o(&cfg)
	}
	h.App = ok(app.New(cfg))(t)
	return h
}

// mails delivers what is queued, and gives what came to an address, newest first.
func (h *house) mails(to string) []notify.Received {
	h.t.Helper()
	must(h.t, job.Drain(h.t.Context(), h.Store, h.Workers))
	var out []notify.Received
	for _, m := range h.DemoBox.All() {
		if m.To == to {
			out = append(out, m)
		}
	}
	return out
}

var mailed = regexp.MustCompile(`https://[^/\s]+(/(?:confirm|reset|email/confirm)/\S+)`)

// link is the path of the one-time link in the newest mail to an address.
func (h *house) link(to string) string {
	h.t.Helper()
	mails := h.mails(to)
	if len(mails) == 0 {
		h.t.Fatalf("no mail to %s", to)
	}
	m := mailed.FindStringSubmatch(mails[0].Body)
	if m == nil {
		h.t.Fatalf("no link in %q", mails[0].Body)
	}
	return m[1]
}

// visitor is a browser at the applicants' door. It follows no redirect.
type visitor struct {
	*house
	cookies map[string]string
	lang    string
}

func (h *house) visitor() *visitor { return &visitor{h, map[string]string{}, "fr"} }

func (v *visitor) do(method, path, body string) *httptest.ResponseRecorder {
	v.t.Helper()
	if method == http.MethodPost && (path == "/register" || path == "/forgotten") && !strings.Contains(body, "altcha=") {
		body += "&altcha=" + url.QueryEscape(ok(v.Accounts.Challenge().Solve())(v.t)) // as a browser does
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = strings.TrimPrefix(applicants, "https://")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Accept-Language", v.lang)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	v.Handler().ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		v.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	return rec
}

// sees gets a page and wants it to say each of the words.
func (v *visitor) sees(path string, words ...string) string {
	v.t.Helper()
	rec := v.do(http.MethodGet, path, "")
	return v.read(rec, http.StatusOK, words...)
}

// fails posts a form and wants the page again, with its problems.
func (v *visitor) fails(path string, in url.Values, words ...string) string {
	v.t.Helper()
	return v.read(v.do(http.MethodPost, path, in.Encode()), http.StatusUnprocessableEntity, words...)
}

func (v *visitor) read(rec *httptest.ResponseRecorder, status int, words ...string) string {
	v.t.Helper()
	page := rec.Body.String()
	if rec.Code != status {
		v.t.Fatalf("status %d, want %d: %s", rec.Code, status, excerpt(page))
	}
	for _, w := range words {
		if !strings.Contains(page, w) {
			v.t.Fatalf("the page does not say %q: %s", w, excerpt(page))
		}
	}
	return page
}

// goes posts a form and wants to be led on.
func (v *visitor) goes(path string, in url.Values) (to string) {
	v.t.Helper()
	rec := v.do(http.MethodPost, path, in.Encode())
	v.read(rec, http.StatusSeeOther)
	return rec.Header().Get("Location")
}

func (v *visitor) led(path string, in url.Values, to string) {
	v.t.Helper()
	if at := v.goes(path, in); at != to {
		v.t.Fatalf("%s leads to %s, not %s", path, at, to)
	}
}

func registration(email string) url.Values {
	return url.Values{"email": {email}, "password": {password}, "terms": {"yes"}}
}

// joined is somebody who has registered, confirmed and signed in.
func (h *house) joined(email string) *visitor {
	h.t.Helper()
	v := h.visitor()
	v.led("/register", registration(email), "/register/sent")
	v.led(h.link(email), url.Values{"password": {password}}, "/dossiers")
	return v
}

var carriedAct = regexp.MustCompile(`name="kept" value="([^"]+)"`)

// proves posts a form that wants a proof of who it is, gives the password, and wants it to be done.
func (v *visitor) proves(path string, in url.Values) {
	v.t.Helper()
	page := v.read(v.do(http.MethodPost, path, in.Encode()), http.StatusUnauthorized, "Confirmez que c’est vous")
	kept := carriedAct.FindStringSubmatch(page)
	if kept == nil {
		v.t.Fatal("nothing is carried")
	}
	v.goes("/again", url.Values{"kept": {kept[1]}, "password": {password}})
}
