package stage_test

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"

	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

// Every line of every router stands in the door's table, with the policy that guards it.
func TestEveryRouteHasAPolicy(t *testing.T) {
	a := stage.Open(t)
	for _, door := range []*web.Door{a.Site.Applicants, a.Site.Agents, a.Site.Files} {
		table := map[string]string{}
		for _, r := range door.Routes() {
			table[r.Method+" "+r.Pattern] = r.Policy.String()
		}
		n := 0
		err := chi.Walk(door.Mux(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
			if method == http.MethodHead {
				method = http.MethodGet
			}
			n++
			if table[method+" "+route] == "" {
				t.Errorf("%s: %s %s has no policy", door.Name, method, route)
			}
			return nil
		})
		if err != nil || n < len(table) {
			t.Errorf("%s: walked %d routes of %d, %v", door.Name, n, len(table), err)
		}
	}
}

// Without a session, everything but the public pages leads to sign-in, and no act is done.
func TestNothingIsOpenByOmission(t *testing.T) {
	a := stage.Open(t)
	for origin, door := range map[string]*web.Door{stage.Applicants: a.Site.Applicants, stage.Agents: a.Site.Agents} {
		b := a.Visit(origin, "fr")
		for _, r := range door.Routes() {
			if r.Policy.String() == web.Public.String() {
				continue
			}
			if r.Method == http.MethodPost {
				b.Post(r.Pattern, nil)
			} else {
				b.Try(r.Pattern)
			}
			if b.Page.Status == 200 && b.Page.Path() != web.SignInPath {
				t.Errorf("%s: %s %s answers %d at %s", door.Name, r.Method, r.Pattern, b.Page.Status, b.Page.Path())
			}
		}
	}
}

// An address with a NUL names nothing: it is a page that says so, at every door, and no fault of ours.
func TestNULInAnAddressIsNotFound(t *testing.T) {
	a := stage.Open(t)
	for b, addresses := range map[*stage.Browser][]string{
		a.Person("nul@example.org", "fr"):              {"/dossier/%00", "/dossier/a%00b/check", "/dossiers?after=%00"},
		a.Hire("agent@example.org", "fr", "authority"): {"/dossier/%00", "/release/file/%00", "/queue?after=%00", "/queue?q=%00"},
	} {
		for _, address := range addresses {
			if p := b.Try(address); p.Status >= 500 {
				t.Errorf("%s answers %d", address, p.Status)
			}
		}
	}
}
