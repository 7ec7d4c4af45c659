// Package openid starts providers of identities for tests: a real one, from the npm package oidc-provider, and one that lies
// when it is told to.
package openid

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/absent"
)

// Provider is the real one, and the browser's side of it: its cookies are one person's.
type Provider struct {
	Issuer string

	t     testing.TB
	lines *bufio.Scanner
	http  *http.Client
}

// Settings are what the provider knows.
type Settings struct {
	Redirect    string
	SignedOut   string
	BackChannel string // where it tells that a session has ended
	People      map[string]Map
}

// Run starts the provider; it runs until the test ends. The test is skipped, loudly, without Node.js or the package.
func Run(t testing.TB, s Settings) *Provider {
	t.Helper()
	root, err := testkit.Root()
	must(t, err)
	modules := filepath.Join(root, "web", "node_modules")
	node, err := exec.LookPath("node")
	if err != nil {
		absent.Skip(t, "node")
	}
	module := filepath.Join(modules, "oidc-provider", "lib", "index.js")
	if _, err := os.Stat(module); err != nil {
		absent.Skip(t, "the npm package oidc-provider (make front)")
	}
	settings, err := json.Marshal(Map{
		"module": module, "people": s.People, "conform": true,
		"client": Map{
			"client_id": Client, "client_secret": Secret, "redirect_uris": []string{s.Redirect}, "post_logout_redirect_uris": []string{s.SignedOut},
			"backchannel_logout_uri": s.BackChannel, "backchannel_logout_session_required": true,
		},
	})
	must(t, err)
	cmd := exec.Command(node, filepath.Join(root, "internal", "testkit", "openid", "provider.cjs"), string(settings))
	words := &strings.Builder{} // it warns of being used in tests
	cmd.Stderr = words
	stdin, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_, _ = stdin.Close(), cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(words.String())
		}
	})
	jar, err := cookiejar.New(nil)
	must(t, err)
	p := &Provider{t: t, lines: bufio.NewScanner(out), http: &http.Client{Jar: jar}}
	p.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), p.Issuer+"/") {
			return http.ErrUseLastResponse // back to the service
		}
		return nil
	}
	var first struct{ Issuer string }
	p.next(&first)
	p.Issuer = first.Issuer
	return p
}

func (p *Provider) next(to any) {
	p.t.Helper()
	for p.lines.Scan() {
		if strings.HasPrefix(p.lines.Text(), "{") { // it greets whoever starts it
			must(p.t, json.Unmarshal(p.lines.Bytes(), to))
			return
		}
	}
	p.t.Fatalf("the provider has ended: %v", p.lines.Err())
}

// Told waits until the provider has told the service that a session ended, and fails when the service would not hear it.
func (p *Provider) Told() {
	p.t.Helper()
	var e struct {
		Told bool
		Why  string
	}
	if p.next(&e); !e.Told {
		p.t.Fatalf("the service did not take it: %s", e.Why)
	}
}

var action = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)

// SignIn goes through the provider's pages as somebody, from the address that the service leads to, and gives the address
// that leads back.
func (p *Provider) SignIn(address, login string) string {
	p.t.Helper()
	back, page := p.visit(http.MethodGet, address, nil)
	for range 5 {
		if back != "" {
			return back
		}
		m := action.FindStringSubmatch(page)
		if m == nil {
			p.t.Fatalf("no form on %q", page)
		}
		values := url.Values{"prompt": {"consent"}}
		if strings.Contains(page, `name="login"`) {
			values = url.Values{"prompt": {"login"}, "login": {login}, "password": {"any"}}
		}
		back, page = p.visit(http.MethodPost, m[1], values)
	}
	p.t.Fatalf("the provider asks again and again: %q", page)
	return ""
}

var secret = regexp.MustCompile(`name="xsrf" value="([^"]+)"`)

// SignOut says yes on the provider's own page and gives the address that leads back, "" for none.
func (p *Provider) SignOut(address string) string {
	p.t.Helper()
	back, page := p.visit(http.MethodGet, address, nil)
	if back != "" {
		return back
	}
	a, x := action.FindStringSubmatch(page), secret.FindStringSubmatch(page)
	if a == nil || x == nil {
		p.t.Fatalf("no way to sign out on %q", page)
	}
	back, _ = p.visit(http.MethodPost, a[1], url.Values{"xsrf": {x[1]}, "logout": {"yes"}})
	return back
}

func (p *Provider) visit(method, address string, values url.Values) (back, page string) {
	p.t.Helper()
	var body io.Reader
	if values != nil {
		body = strings.NewReader(values.Encode())
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, body)
	must(p.t, err)
	if values != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := p.http.Do(r)
	must(p.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(p.t, err)
	return res.Header.Get("Location"), string(b)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
