package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"guichet/internal/access"
	"guichet/internal/dossier"
)

// answer is what the house says to a request that no page sends.
type answer struct {
	status int
	kind   string
	body   string
}

// ask sends a request with the browser's session, past the browser: for what it would not send, or saves to disk.
func (t *tab) ask(method, path, kind string, body io.Reader) answer {
	t.t.Helper()
	var sent []byte
	if body != nil {
		var err error
		sent, err = io.ReadAll(body)
		must(t.t, err)
	}
	for range 4 { // an answer that comes before the end of a long body may be lost with the connection
		if got, err := t.once(method, path, kind, sent); err == nil {
			return got
		} else if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			t.t.Fatal(err)
		}
	}
	t.t.Fatalf("%s %s: the connection is cut instead of an answer", method, path)
	return answer{}
}

func (t *tab) once(method, path, kind string, body []byte) (answer, error) {
	t.t.Helper()
	door := t.applicants
	if strings.HasPrefix(look[string](t, "location.origin"), t.agents) {
		door = t.agents
	}
	r, err := http.NewRequestWithContext(t.t.Context(), method, door+path, bytes.NewReader(body))
	must(t.t, err)
	cookies, err := chromedpCookies(t, door)
	must(t.t, err)
	for _, c := range cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	res, err := t.wire().Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	must(t.t, err)
	return answer{res.StatusCode, res.Header.Get("Content-Type"), string(text)}, nil
}

// wire reaches the house's listener whatever the host, and follows no redirect.
func (t *tab) wire() *http.Client {
	at, err := url.Parse(t.applicants)
	must(t.t, err)
	return &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:"+at.Port())
			},
		},
	}
}

func chromedpCookies(t *tab, address string) ([]*network.Cookie, error) {
	got, err := chromedp.Call(t.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
	return got.Cookies, err
}

// kept is the dossier as the house keeps it.
func (h *house) kept(id string) *dossier.Dossier {
	h.t.Helper()
	d, err := h.Office.Open(h.t.Context(), access.Actor{Kind: access.System}, id)
	must(h.t, err)
	return d
}
