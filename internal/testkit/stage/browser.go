package stage

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Browser is somebody at a screen: it keeps cookies by host, follows redirects, and says where a request comes from as
// browsers do.
type Browser struct {
	app     *App
	origin  string
	lang    string
	cookies map[string]map[string]string
	offset  string // of the piece of a file that is being sent
	Page    *Page  // the one on the screen
}

// Visit opens a browser at a door: Applicants or Agents.
func (a *App) Visit(origin, lang string) *Browser {
	return &Browser{app: a, origin: origin, lang: lang, cookies: map[string]map[string]string{}}
}

// Get opens an address and expects a page.
func (b *Browser) Get(address string) *Page {
	b.app.t.Helper()
	return b.Try(address).Want(http.StatusOK)
}

// Try opens an address, whatever comes of it.
func (b *Browser) Try(address string) *Page {
	b.app.t.Helper()
	return b.send(http.MethodGet, b.resolve(address), "", nil)
}

// Post sends a form's values without a page, for what no page offers.
func (b *Browser) Post(address string, values url.Values) *Page {
	b.app.t.Helper()
	return b.send(http.MethodPost, b.resolve(address), "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

func (b *Browser) resolve(address string) *url.URL {
	b.app.t.Helper()
	base, err := url.Parse(b.origin + "/")
	b.app.must(err)
	if b.Page != nil {
		base = b.Page.URL
	}
	u, err := base.Parse(address)
	b.app.must(err)
	return u
}

const mostRedirects = 10

func (b *Browser) send(method string, u *url.URL, kind string, body io.Reader) *Page {
	b.app.t.Helper()
	for range mostRedirects {
		p := b.once(method, u, kind, body)
		to := p.Header.Get("Location")
		if to == "" || p.Status < 300 || p.Status > 399 {
			return p
		}
		next, err := u.Parse(to)
		b.app.must(err)
		method, u, kind, body = http.MethodGet, next, "", nil
	}
	b.app.t.Fatalf("%s: redirected in circles", u)
	return nil
}

func (b *Browser) once(method string, u *url.URL, kind string, body io.Reader) *Page {
	b.app.t.Helper()
	r := httptest.NewRequestWithContext(b.app.t.Context(), method, u.RequestURI(), body)
	r.Host = u.Host
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Sec-Fetch-Site", b.siteOf(u))
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	if method == http.MethodPost {
		r.Header.Set("Origin", u.Scheme+"://"+u.Host)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if b.offset != "" {
		r.Header.Set("Upload-Offset", b.offset)
	}
	for name, value := range b.cookies[u.Host] {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.app.Doors.ServeHTTP(rec, r)
	res := rec.Result()
	b.remember(u.Host, res.Cookies())
	b.Page = newPage(b, u, res, rec.Body.Bytes())
	return b.Page
}

func (b *Browser) siteOf(u *url.URL) string {
	if b.Page == nil {
		return "none"
	}
	if b.Page.URL.Host == u.Host {
		return "same-origin"
	}
	return "same-site"
}

func (b *Browser) remember(host string, set []*http.Cookie) {
	if b.cookies[host] == nil {
		b.cookies[host] = map[string]string{}
	}
	for _, c := range set {
		b.cookies[host][c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies[host], c.Name)
		}
	}
}

// Twin is another browser with the same cookies, as a thief of them has.
func (b *Browser) Twin() *Browser {
	twin := *b
	twin.cookies = map[string]map[string]string{}
	for host, all := range b.cookies {
		twin.cookies[host] = maps.Clone(all)
	}
	return &twin
}

// Forget drops every cookie, as a closed browser does.
func (b *Browser) Forget() { b.cookies = map[string]map[string]string{} }
