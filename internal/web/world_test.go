package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const (
	applicants = "https://guichet.example"
	agents     = "https://agents.guichet.example"
	files      = "https://files.guichet.example"
)

// world is a site with a database and a clock of its own.
type world struct {
	*web.Site
	t     testing.TB
	desk  *account.Desk
	store *store.Store
	log   bytes.Buffer
	mu    sync.Mutex
	clock time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	w.store = testkit.Store(t, w.now)
	keys, err := seal.Create(t.TempDir())
	must(t, err)
	w.desk = account.NewDesk(account.Config{Store: w.store, Keys: keys, Texts: texts(t), HashMemory: 64, Roles: func(_, role string) ([]access.Verb, []string) {
		return []access.Verb{access.Verb(role)}, nil
	}})
	w.Site, err = web.New(web.Config{
		Applicants: applicants, Agents: agents, Files: files, Site: &components.Site{Assets: assets(t)}, Texts: texts(t),
		Sessions: w.desk, Log: web.NewLog(&w.log, nil), Now: w.now, LinkKey: []byte("a key of the test"), Health: w.store.Ping,
	})
	must(t, err)
	return w
}

func texts(t testing.TB) *text.Catalogue {
	t.Helper()
	return testkit.Texts(t)
}

func assets(t testing.TB) *components.Assets {
	a, err := components.NewAssets(os.DirFS("../../web/static"), "")
	must(t, err)
	return a
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// make makes an active account.
func (w *world) make(kind access.Kind, email string, rights ...account.Right) (id int64) {
	w.t.Helper()
	must(w.t, w.store.InTx(context.Background(), func(tx *store.Tx) (err error) {
		id, err = w.desk.CreateActive(context.Background(), tx, account.New{Kind: string(kind), Profile: account.Profile{Email: email}})
		for _, r := range rights {
			if err == nil {
				err = account.GiveRight(context.Background(), tx, id, r, 0)
			}
		}
		return err
	}))
	return id
}

// browser keeps cookies for each host, and says where its requests come from.
type browser struct {
	w       *world
	cookies map[string]map[string]string
	header  http.Header
}

func (w *world) browser() *browser {
	return &browser{w, map[string]map[string]string{}, http.Header{"Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"}}}
}

func (b *browser) do(method, address, body string) *httptest.ResponseRecorder {
	b.w.t.Helper()
	if body == "" {
		return b.send(method, address, http.NoBody)
	}
	return b.send(method, address, strings.NewReader(body))
}

func (b *browser) send(method, address string, body io.Reader) *httptest.ResponseRecorder {
	b.w.t.Helper()
	u, err := url.Parse(address)
	must(b.w.t, err)
	r := httptest.NewRequest(method, u.RequestURI(), body)
	r.Host = u.Host
	for k, vs := range b.header {
		r.Header[k] = vs
	}
	if body != http.NoBody && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range b.cookies[u.Host] {
		r.AddCookie(&http.Cookie{Name: k, Value: v})
	}
	rec := httptest.NewRecorder()
	b.w.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		if b.cookies[u.Host] == nil {
			b.cookies[u.Host] = map[string]string{}
		}
		b.cookies[u.Host][c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies[u.Host], c.Name)
		}
	}
	return rec
}

func (b *browser) get(address string) *httptest.ResponseRecorder { return b.do("GET", address, "") }

func (b *browser) post(address, body string) *httptest.ResponseRecorder {
	return b.do("POST", address, body)
}

func wantStatus(t testing.TB, rec *httptest.ResponseRecorder, status int) {
	t.Helper()
	if rec.Code != status {
		t.Fatalf("status %d, want %d: %.300s", rec.Code, status, rec.Body.String())
	}
}
