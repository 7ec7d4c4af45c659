package portal_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit"
)

// Who has proven again who they are gives the account another address by a link whose button alone uses it up. The session it is
// followed in goes on under another token and the others end; the page says the same for an address that has an account.
func TestTheAddressOfAnAccountChanges_ASVS_7_4_3(t *testing.T) {
	testkit.Covers(t, "RP-154", "RP-156")
	testkit.Asvs(t, "6.3.8", "6.5.1", "7.2.4")
	h := newHouse(t)
	v, elsewhere := h.joined(chiara), h.visitor()
	h.joined("other@example.com")
	elsewhere.led("/sign-in", url.Values{"email": {chiara}, "password": {password}, "next": {""}}, "/dossiers")
	h.pass(10 * time.Minute) // the sign-in is no recent proof any more
	const wanted = "chiara@example.org"
	to := func(email string) url.Values { return url.Values{"email": {email}} }
	v.proves("/account/email", to(wanted))
	v.led("/account/email/forgo", nil, "/account")
	if strings.Contains(v.sees("/account/email"), wanted) {
		t.Error("an address that was given up waits")
	}
	shown := func(email string) string {
		v.led("/account/email", to(email), "/account/email")
		return strings.ReplaceAll(v.sees("/account/email", email, "En attente"), email, "@")
	}
	if shown("other@example.com") != shown(wanted) {
		t.Error("the page tells which address has an account")
	}
	v.fails("/account/email", to("chiara"), `href="#email"`)
	link := h.link(wanted)
	if at := h.visitor().do(http.MethodGet, link, "").Header().Get("Location"); !strings.HasPrefix(at, "/sign-in?next=") {
		t.Errorf("a mailbox alone is led to %q", at)
	}
	v.sees(link)
	v.sees(link) // a program that reads mail follows it first: nothing is used up
	v.sees("/account/data", wanted)
	before := h.visitor()
	before.cookies = maps.Clone(v.cookies)
	v.led(link, nil, "/account")
	v.sees("/account", wanted, "Votre compte a sa nouvelle adresse")
	for _, out := range []*visitor{elsewhere, before} {
		if rec := out.do(http.MethodGet, "/account", ""); rec.Code != http.StatusSeeOther {
			t.Error("a former session goes on")
		}
	}
	v.read(v.do(http.MethodPost, link, ""), http.StatusNotFound)
}
