package stage_test

import (
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

// Signing out is a press away on every page of whoever is signed in, also on those that say that something failed.
func TestSigningOutIsOnEveryPage_ASVS_7_4_4(t *testing.T) {
	a := stage.Open(t)
	for _, x := range []struct {
		door *web.Door
		b    *stage.Browser
	}{{a.Site.Applicants, a.Person("lea@example.org", "fr")}, {a.Site.Agents, a.Administrator("admin@example.org")}} {
		pages := 0
		for _, r := range x.door.Routes() {
			if r.Method != http.MethodGet || strings.ContainsAny(r.Pattern, "{*") || r.Pattern == "/sign-out" || r.Pattern == "/left" {
				continue
			}
			p := x.b.Try(r.Pattern)
			if !strings.Contains(p.Header.Get("Content-Type"), "text/html") {
				continue
			}
			pages++
			if p.MaybeForm("/sign-out") == nil {
				t.Errorf("%s %s (%d) offers no way to sign out", x.door.Name, r.Pattern, p.Status)
			}
		}
		if x.b.Try("/nowhere").MaybeForm("/sign-out") == nil {
			t.Error("the page of an unknown address offers no way to sign out")
		}
		if pages < 10 {
			t.Errorf("%s: %d pages were looked at", x.door.Name, pages)
		}
	}
}

// An administrator ends the sessions of an agent, whoever runs the house those of anybody or of all; nobody those of a peer by
// guessing, and nobody their own this way.
func TestAdministratorsEndSessions_ASVS_7_4_5(t *testing.T) {
	a := stage.Open(t)
	admin, agent, person := a.Administrator("admin@example.org"), a.Hire("agent@example.org", "fr", "authority"), a.Person("lea@example.org", "fr")
	out := func(b *stage.Browser, at string) {
		t.Helper()
		if b.Try(at); b.Page.Path() != web.SignInPath {
			t.Errorf("a session that was ended goes on at %s", b.Page.Path())
		}
	}
	path := regexp.MustCompile(`/admin/agent/\d+/sessions`).FindString(string(admin.Get("/admin").Body))
	agent.Post(path, nil).Want(http.StatusForbidden)
	admin.Get("/admin").Form("/sessions").Submit("").Want(http.StatusOK).Shows("Ses sessions sont terminées")
	out(agent, "/queue")
	if err := a.Accounts.EndSessionsHere(t.Context(), "person", "lea@example.org"); err != nil {
		t.Fatal(err)
	}
	out(person, "/dossiers")
	admin.Get("/admin")
	agent = a.SignIn(stage.Agents, "agent@example.org", "fr")
	if err := a.Accounts.EndAllSessionsHere(t.Context()); err != nil {
		t.Fatal(err)
	}
	out(agent, "/queue")
	out(admin, "/admin")
}

// Passwords may be pasted and filled in by a manager: fields say what they are for, bound nothing, and no script looks at pasting.
func TestPasswordManagersWork_ASVS_6_2_7(t *testing.T) {
	a := stage.Open(t)
	b := a.Visit(stage.Applicants, "fr")
	input := regexp.MustCompile(`<input[^>]*type="password"[^>]*>`)
	for path, want := range map[string]string{"/sign-in": "current-password", "/register": "new-password"} {
		for _, in := range input.FindAllString(string(b.Get(path).Body), -1) {
			if !strings.Contains(in, `autocomplete="`+want+`"`) || strings.Contains(in, "maxlength") || strings.Contains(in, "readonly") || strings.Contains(in, "onpaste") {
				t.Errorf("%s: %s", path, in)
			}
		}
	}
	if p := string(b.Get("/sign-in").Body); !strings.Contains(p, `autocomplete="username"`) {
		t.Error("the address is not named as one")
	}
	scripts, err := os.ReadDir("../../../web/js")
	if err != nil || len(scripts) == 0 {
		t.Fatal(err)
	}
	for _, s := range scripts {
		text, err := os.ReadFile("../../../web/js/" + s.Name())
		if err != nil || strings.Contains(string(text), `"paste"`) {
			t.Errorf("%s looks at pasting, %v", s.Name(), err)
		}
	}
}

// Every page and act of administration and configuration wants its network beside the right.
func TestAdministrationHasItsNetworks_ASVS_8_4_2(t *testing.T) {
	a := stage.Open(t, func(c *app.Config) { c.AdminNetworks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }) // where the tests come from
	routes := 0
	for _, r := range a.Site.Agents.Routes() {
		inside := r.Pattern == "/admin" || r.Pattern == "/exchange" || r.Pattern == "/setting" || strings.HasPrefix(r.Pattern, "/admin/agent/") || r.Pattern == "/admin/invite" ||
			strings.HasPrefix(r.Pattern, "/exchange/") || strings.HasPrefix(r.Pattern, "/setting/")
		if inside != strings.HasSuffix(r.Policy.String(), web.FromNear) {
			t.Errorf("%s %s is for: %s", r.Method, r.Pattern, r.Policy)
		}
		if inside {
			routes++
		}
	}
	if routes < 15 {
		t.Errorf("%d routes", routes)
	}
	a.Administrator("admin@example.org").Get("/admin")
}

// Whoever acts for somebody, ends it or says yes has proven a moment ago who they are.
func TestMandatesWantAProofOfNow_ASVS_7_5_3(t *testing.T) {
	a, lawyer, f := mandated(t)
	a.Clock.Advance(6 * time.Minute)
	for _, path := range []string{"/mandate", "/mandate/address"} {
		p := lawyer.Post(f.Path(path), map[string][]string{"do": {"renounce"}}).Want(http.StatusUnauthorized).Shows("Confirmez que c’est vous")
		if path == "/mandate" {
			p.Form("again").Set("password", stage.Password).Submit("").Want(http.StatusOK)
			lawyer.Try(f.Path("/step/start")).Want(http.StatusNotFound)
			a.Clock.Advance(6 * time.Minute)
		}
	}
	if !slices.ContainsFunc(a.Site.Applicants.Routes(), func(r *web.Route) bool { return r.Pattern == "/dossier/{dossier}/mandate" }) {
		t.Error("the address has changed")
	}
}
