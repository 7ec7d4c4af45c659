package openid_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/openid"
	"guichet/internal/testkit"
	provider "guichet/internal/testkit/openid"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

// A certified provider and the service, whole: sign-in, what is filled in and corrected, signing out there from here and
// here from there (RP-166).
func TestACertifiedProvider(t *testing.T) {
	testkit.Covers(t, "RP-166")
	var doors http.Handler
	line := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // the provider's line to us
		r.Host = "guichet.example"
		doors.ServeHTTP(w, r)
	}))
	defer line.Close()
	op := provider.Run(t, provider.Settings{
		Redirect: stage.Applicants + "/sign-in/back", SignedOut: stage.Applicants + "/sign-out", BackChannel: line.URL + "/sign-out/back-channel",
		People: map[string]provider.Map{"chiara": {"email": "chiara.bianchi@example.org", "email_verified": true, "family_name": "Bianchi", "given_name": "Chiara"}},
	})
	a := stage.Open(t, func(c *app.Config) {
		c.People = &openid.Config{
			Issuer: op.Issuer, Client: provider.Client, Secret: provider.Secret, Label: text.Words{FR: name, EN: name}, Scopes: []string{"email", "profile"},
		}
	})
	a.Clock.Set(time.Now())
	doors = a.Doors
	enter := func(b *stage.Browser, login string) *stage.Page {
		t.Helper()
		p := b.Get("/sign-in").Form("/sign-in/provider").Submit("").Want(200)
		there := op.SignIn(p.Link(op.Issuer), login)
		a.Clock.Set(time.Now()) // the provider's clock goes on
		return b.Get(there)
	}
	b := a.Visit(stage.Applicants, "fr")
	f := enter(b, "chiara").Form("join")
	if f.Values.Get("last_name") != "Bianchi" || f.Values.Get("email") != "chiara.bianchi@example.org" {
		t.Fatalf("filled in: %v", f.Values)
	}
	f.Set("first_names", "Chiara Maria").TickAll().Submit("").Want(200)
	b.Get("/account").Shows("chiara.bianchi@example.org")
	second := a.Visit(stage.Applicants, "fr")
	if p := enter(second, "chiara"); p.Path() != "/dossiers" { // signed in there still
		t.Fatalf("the second sign-in leads to %s", p.URL)
	}

	// Signing out here signs out there, and the provider tells every session it opened.
	out := b.Get("/account").Form("/sign-out").Submit("").Want(200)
	home := op.SignOut(out.Link(op.Issuer))
	if u, err := url.Parse(home); err != nil || u.Scheme+"://"+u.Host+u.Path != stage.Applicants+"/sign-out" {
		t.Fatalf("signing out leads to %q", home)
	}
	b.Get(home).Shows("Vous êtes déconnecté")
	op.Told()
	if p := second.Try("/account"); p.Path() != "/sign-in" {
		t.Errorf("the other session lives on: %s", p.URL)
	}
	if p := b.Get("/sign-in").Form("/sign-in/provider").Submit(""); p.Status != http.StatusOK {
		t.Errorf("status %d", p.Status)
	}
}
