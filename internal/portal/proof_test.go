package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guichet/internal/account"
)

var openedInput = regexp.MustCompile(`name="opened" value="([^"]+)"`)

// opened is when the page says it was opened.
func opened(t *testing.T, page string) string {
	t.Helper()
	m := openedInput.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page does not say when it was opened")
	}
	return m[1]
}

// A browser gets its work as JSON that nobody keeps.
func TestWorkIsSet(t *testing.T) {
	v := newHouse(t).visitor()
	rec := v.do(http.MethodGet, "/proof-of-work", "")
	v.read(rec, http.StatusOK, `"signature":"`, `"algorithm":"PBKDF2/SHA-256","cost":1,`)
	if h := rec.Header(); h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", h)
	}
}

// A form whose work is not good comes back with what was typed, and can be sent again; nothing was done.
func TestFormWithoutWorkComesBack(t *testing.T) {
	h := newHouse(t)
	used := ok(h.Accounts.Challenge().Solve())(t)
	h.visitor().led("/forgotten", url.Values{"email": {"somebody@example.com"}, "altcha": {used}}, "/forgotten/sent")
	for _, path := range []string{"/register", "/forgotten"} {
		v := h.visitor()
		in := url.Values{"email": {chiara}}
		if path == "/register" {
			in = registration(chiara)
		}
		for _, bad := range []string{used, "forged"} {
			in.Set("altcha", bad)
			page := v.fails(path, in, "La vérification automatique n’a pas abouti", `value="`+chiara+`"`, `href="#proof"`, `id="proof"`)
			if strings.Contains(page, "forged") || path == "/register" && !strings.Contains(page, "checked") {
				t.Errorf("%s does not come back as it was", path)
			}
		}
		if n := len(h.mails(chiara)); n != 0 {
			t.Fatalf("%d mails without work", n)
		}
	}
	en := h.visitor()
	en.lang = "en"
	en.fails("/forgotten", url.Values{"email": {chiara}, "altcha": {used}}, "The automatic check did not succeed")
}

// Without JavaScript the page says to wait, a form that came early keeps its place, and one that has something else to be
// mended waits no second time.
func TestFormWithoutScript(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	in := url.Values{"email": {"chiara"}, "altcha": {""}}
	first := opened(t, v.sees("/forgotten", "<noscript>", "prenez au moins dix secondes"))
	in.Set("opened", first)
	if again := opened(t, v.fails("/forgotten", in, "dix secondes après son ouverture", `value="chiara"`)); again != first {
		t.Error("who was early must wait from the beginning")
	}
	h.pass(account.FormWait)
	in.Set("opened", opened(t, v.fails("/forgotten", in, "Saisissez une adresse")))
	in.Set("email", chiara)
	v.led("/forgotten", in, "/forgotten/sent")
	v.fails("/forgotten", in, "La vérification automatique n’a pas abouti")
}
