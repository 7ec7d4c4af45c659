package openid_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit"
	provider "guichet/internal/testkit/openid"
	"guichet/internal/testkit/stage"
)

// tell sends the service what a provider sends by itself.
func (w *world) tell(token string) int {
	w.t.Helper()
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, stage.Applicants+"/sign-out/back-channel", strings.NewReader(url.Values{"logout_token": {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.Doors.ServeHTTP(rec, r)
	if rec.Header().Get("Cache-Control") != "no-store" {
		w.t.Error("the answer may be kept")
	}
	return rec.Code
}

func (w *world) in(b *stage.Browser) bool {
	w.t.Helper()
	return b.Try("/account").Path() == "/account"
}

// A token of the provider ends the session it names, or all that the provider opened for its person, and no other.
func TestASVS_7_4_1_TheProviderEndsSessions(t *testing.T) {
	w := open(t)
	w.join()
	one, two, local, other := w.Visit(stage.Applicants, "fr"), w.Visit(stage.Applicants, "fr"), w.Visit(stage.Applicants, "fr"), w.Visit(stage.Applicants, "fr")
	w.chooses(local, "chiara.bianchi@example.org") // ends what was open
	var sid string
	w.people.Token = func(_, c m) { sid = c["sid"].(string) }
	w.signIn(one, w.people).Want(200)
	first := sid
	w.signIn(two, w.people).Want(200)
	w.people.Honest()
	w.people.Subject, w.people.Person["email"] = "subject-2", "other@example.org"
	w.signIn(other, w.people).Form("join").TickAll().Submit("").Want(200)
	w.people.Subject = "subject-1"

	if got := w.tell(w.people.Logout(func(_, c m) { c["sid"] = first })); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	if w.in(one) || !w.in(two) || !w.in(local) || !w.in(other) {
		t.Errorf("after one session ended: %v %v %v %v", w.in(one), w.in(two), w.in(local), w.in(other))
	}
	if got := w.tell(w.people.Logout(nil)); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	if w.in(two) || !w.in(local) || !w.in(other) {
		t.Errorf("after all of the person's ended: %v %v %v", w.in(two), w.in(local), w.in(other))
	}
	local.Get("/account").Shows("Déconnexion par le service de connexion")
}

// chooses signs somebody in by a password that they choose by the mail.
func (w *world) chooses(b *stage.Browser, email string) {
	w.t.Helper()
	b.Get("/forgotten").Form("/forgotten").Set("email", email).Submit("").Want(200)
	b.Get(w.Link(email)).Form("/reset").Set("password", stage.Password).Submit("").Want(200)
	b.Get("/sign-in").Form("sign-in").Set("email", email).Set("password", stage.Password).Submit("").Want(200)
}

// Forged, mistaken and replayed tokens end nothing (OpenID Connect Back-Channel Logout 1.0, 2.6).
func TestASVS_10_5_5_LogoutTokensAreProven(t *testing.T) {
	w := open(t)
	b := w.join()
	ago := func(d time.Duration) int64 { return w.Clock.Now().Add(-d).Unix() }
	for _, x := range []struct {
		name, reason string
		change       func(header, claims m)
	}{
		{"an id token", "typ", func(h, c m) { h["typ"] = "JWT"; delete(c, "events") }},
		{"no type", "typ", func(h, _ m) { delete(h, "typ") }},
		{"a nonce", "nonce", func(_, c m) { c["nonce"] = "n" }},
		{"no events", "events", func(_, c m) { delete(c, "events") }},
		{"another event", "events", func(_, c m) { c["events"] = m{"http://schemas.example/other": m{}} }},
		{"an event that is no object", "events", func(_, c m) { c["events"] = []string{"http://schemas.openid.net/event/backchannel-logout"} }},
		{"neither sid nor sub", "sub", func(_, c m) { delete(c, "sub") }},
		{"no jti", "jti", func(_, c m) { delete(c, "jti") }},
		{"old", "iat", func(_, c m) { c["iat"] = ago(6 * time.Minute) }},
		{"expired", "exp", func(_, c m) { c["exp"] = ago(2 * time.Minute) }},
		{"no exp", "exp", func(_, c m) { delete(c, "exp") }},
		{"wrong iss", "iss", func(_, c m) { c["iss"] = w.agents.URL }},
		{"wrong aud", "aud", func(_, c m) { c["aud"] = "another-client" }},
		{"alg none", "alg", func(h, _ m) { h["alg"] = "none" }},
		{"another key", "signature", func(h, _ m) { h["kid"] = "k9" }},
	} {
		t.Run(x.name, func(t *testing.T) {
			told := len(w.answers())
			token := w.people.Logout(x.change)
			if x.name == "another key" {
				token = provider.SignedBy(strangersKey(), m{"alg": "RS256", "typ": "logout+jwt", "kid": "k9"}, m{"iss": w.people.URL})
			}
			if got := w.tell(token); got != http.StatusBadRequest {
				t.Errorf("status %d", got)
			}
			if lines := w.answers()[told:]; len(lines) != 1 || lines[0]["reason"] != x.reason {
				t.Errorf("logged: %v, want %s", lines, x.reason)
			}
			if !w.in(b) {
				t.Error("the session has ended")
			}
		})
	}
	t.Run("replayed jti", func(t *testing.T) {
		token := w.people.Logout(func(_, c m) { c["sub"] = "subject-9" })
		if got := w.tell(token); got != http.StatusOK {
			t.Fatalf("status %d", got)
		}
		if got := w.tell(token); got != http.StatusBadRequest {
			t.Errorf("again: status %d", got)
		}
	})
	t.Run("what failed may be told again", func(t *testing.T) {
		token := w.people.Logout(nil)
		w.exec("alter table session rename to session_away")
		got := w.tell(token)
		w.exec("alter table session_away rename to session")
		if got < 500 {
			t.Fatalf("status %d without sessions", got)
		}
		if got := w.tell(token); got != http.StatusOK || w.in(b) {
			t.Errorf("again: status %d, signed in: %v", got, w.in(b))
		}
	})
	t.Run("tokens with unknown keys do not make us ask for keys each time", func(t *testing.T) {
		before := w.people.Fetched["/keys"]
		for range 20 {
			w.tell(provider.SignedBy(strangersKey(), m{"alg": "RS256", "typ": "logout+jwt", "kid": "k8"}, m{"iss": w.people.URL}))
		}
		if n := w.people.Fetched["/keys"] - before; n > 1 {
			t.Errorf("the provider's keys were asked for %d times", n)
		}
	})
}

// Signing out here leads to the provider, with a hint that no cookie holds, and ends the session first.
func TestASVS_7_4_1_SigningOutLeadsToTheProvider(t *testing.T) {
	w := open(t)
	b := w.join()
	var hints, clear int
	err := w.Store.Pool().QueryRow(t.Context(), "select count(*) filter (where position('openid.hint'::bytea in data) > 0), count(*) filter (where position('eyJ'::bytea in data) > 0) from session").Scan(&hints, &clear)
	if err != nil || hints != 1 || clear > 0 {
		t.Errorf("%d sessions keep what signs out there, %d in clear: %v", hints, clear, err)
	}
	p := b.Get("/account").Form("/sign-out").Submit("").Want(200).Shows("Vous allez vers " + name)
	u, err := url.Parse(p.Link("/end?"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if strings.Count(q.Get("id_token_hint"), ".") != 2 || q.Get("client_id") != provider.Client || q.Get("post_logout_redirect_uri") != stage.Applicants+"/sign-out" {
		t.Errorf("the provider is asked %v", q)
	}
	p.Hides("Bianchi")
	w.nobody(b)
}

func (w *world) exec(sql string) {
	w.t.Helper()
	if _, err := testkit.Owner(w.t, w.Store).Exec(w.t.Context(), sql); err != nil {
		w.t.Fatal(err)
	}
}
