package openid_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	provider "guichet/internal/testkit/openid"
)

// Who has no proof here proves at the provider who they are before a sensitive act, anew and as nobody else; what they typed waits.
func TestASVS_7_5_1_TheProviderProvesAgain(t *testing.T) {
	w := open(t)
	w.Accounts.AgentsBare = false // a provider has its own second proof
	groups("heads")(w)
	b := w.desk()
	form := b.Get("/admin").Form("/admin/invite").Set("email", "eve@example.org").Set("last_name", "Martin").Set("right", "*/admin").Set("reason", "Second")
	p := form.Submit("").Want(http.StatusUnauthorized).Shows("Confirm that it is you")
	if p.MaybeForm("again") != nil && p.Form("again").Asks("password") {
		t.Error("a password is asked of who has none")
	}
	leave := func() url.Values {
		t.Helper()
		p := form.Submit("").Form("again-provider").Submit("provider").Want(http.StatusOK)
		u, err := url.Parse(p.Link("/auth?"))
		if err != nil || u.Query().Get("prompt") != "login" || u.Query().Get("max_age") != "0" {
			t.Fatalf("asked with %s", u)
		}
		return w.agents.Authorize(u.String())
	}
	refused := func(why string) {
		t.Helper()
		if got := back(b, leave()).Status; got != http.StatusForbidden && got != http.StatusConflict {
			t.Errorf("%s: %d", why, got)
		}
		if len(w.Mails("eve@example.org")) != 0 {
			t.Fatalf("%s: the act was made", why)
		}
	}
	proven := func(at time.Time) { w.agents.Token = func(_, claims provider.Map) { claims["auth_time"] = at.Unix() } }
	refused("the provider does not say when")
	proven(w.Clock.Now().Add(-time.Hour))
	refused("an hour ago")
	proven(w.Clock.Now())
	who := w.agents.Subject
	w.agents.Subject = "subject-2"
	refused("somebody else")
	w.agents.Subject = who
	p = back(b, leave()).Want(http.StatusOK).Shows("It is you")
	p.Form("again").Submit("").Want(http.StatusOK)
	if len(w.Mails("eve@example.org")) != 1 {
		t.Errorf("what was typed is lost: %s", p.Text())
	}
	w.agents.Token = nil
}
