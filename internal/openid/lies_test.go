package openid_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	provider "guichet/internal/testkit/openid"
	"guichet/internal/testkit/stage"
)

type (
	lie = func(w *world, l *provider.Liar)
	m   = provider.Map
)

// saying changes the token of a sign-in.
func saying(change func(w *world, header, claims m)) lie {
	return func(w *world, l *provider.Liar) { l.Token = func(h, c m) { change(w, h, c) } }
}

func claim(name string, value any) lie {
	return saying(func(_ *world, _, c m) { c[name] = value })
}

func without(name string) lie {
	return saying(func(_ *world, _, c m) { delete(c, name) })
}

func later(d time.Duration) func(w *world) int64 {
	return func(w *world) int64 { return w.Clock.Now().Add(d).Unix() }
}

func at(name string, when func(w *world) int64) lie {
	return saying(func(w *world, _, c m) { c[name] = when(w) })
}

func signed(sign func(w *world, l *provider.Liar, header, claims m) string) lie {
	return func(w *world, l *provider.Liar) { l.Sign = func(h, c m) string { return sign(w, l, h, c) } }
}

// lies are tokens that a provider never makes for us, each with the word that the log has for it.
var lies = []struct {
	name, reason string
	tell         lie
}{
	{"ASVS_9_1_2 no signature, alg none", "alg", signed(func(_ *world, _ *provider.Liar, h, c m) string {
		h["alg"] = "none"
		return provider.Unsigned(h, c) + "."
	})},
	{"ASVS_9_1_2 alg None in capitals", "alg", signed(func(_ *world, _ *provider.Liar, h, c m) string {
		h["alg"] = "NONE"
		return provider.Unsigned(h, c) + "."
	})},
	{"ASVS_9_1_2 HS256 with the public key", "alg", signed(func(_ *world, l *provider.Liar, h, c m) string { return l.WithPublicKey(h, c) })},
	{"ASVS_6_8_2_9_1_1 signature taken away", "signature", signed(func(_ *world, l *provider.Liar, h, c m) string {
		return l.Signed(h, c)[:strings.LastIndex(l.Signed(h, c), ".")+1]
	})},
	{"ASVS_6_8_2_9_1_1 claims changed after signing", "signature", signed(func(_ *world, l *provider.Liar, h, c m) string {
		sig := l.Signed(h, c)
		c["sub"] = "subject-2"
		return provider.Unsigned(h, c) + sig[strings.LastIndex(sig, "."):]
	})},
	{"ASVS_6_8_2 another key under the known name", "signature", signed(func(_ *world, _ *provider.Liar, h, c m) string { return provider.SignedBy(strangersKey(), h, c) })},
	{"ASVS_9_1_3 a key nobody published", "signature", signed(func(_ *world, _ *provider.Liar, h, c m) string {
		h["kid"] = "k2"
		return provider.SignedBy(strangersKey(), h, c)
	})},
	{"ASVS_9_1_3 a key brought along, jwk", "signature", signed(func(_ *world, _ *provider.Liar, h, c m) string {
		h["jwk"] = provider.JWKOf(strangersKey(), "k1")
		return provider.SignedBy(strangersKey(), h, c)
	})},
	{"ASVS_9_1_3 a key from elsewhere, jku", "signature", signed(func(w *world, _ *provider.Liar, h, c m) string {
		h["jku"] = w.agents.URL + "/keys"
		return provider.SignedBy(strangersKey(), h, c)
	})},
	{"ASVS_9_1_2 a header nobody understands, crit", "signature", saying(func(_ *world, h, _ m) { h["crit"] = []string{"b64"}; h["b64"] = false })},
	{"ASVS_6_8_1 wrong iss", "iss", claim("iss", "https://accounts.elsewhere.example")},
	{"ASVS_6_8_1 iss with a slash more", "iss", saying(func(_ *world, _, c m) { c["iss"] = c["iss"].(string) + "/" })},
	{"ASVS_10_5_4 wrong aud, the token of another client", "aud", claim("aud", "another-client")},
	{"ASVS_10_5_4 no aud", "aud", without("aud")},
	{"ASVS_10_5_4 two auds, azp the other", "aud", saying(func(_ *world, _, c m) { c["aud"] = []string{provider.Client, "other"}; c["azp"] = "other" })},
	{"ASVS_10_5_4 two auds, azp ours", "aud", saying(func(_ *world, _, c m) { c["aud"] = []string{provider.Client, "other"}; c["azp"] = provider.Client })},
	{"ASVS_10_5_4 azp of another client", "azp", claim("azp", "another-client")},
	{"ASVS_9_2_1 expired", "exp", at("exp", later(-2*time.Minute))},
	{"ASVS_9_2_1 no exp", "exp", without("exp")},
	{"ASVS_9_2_1 not yet valid", "nbf", at("nbf", later(3*time.Minute))},
	{"ASVS_9_2_1 made in the future", "iat", at("iat", later(3*time.Minute))},
	{"ASVS_10_5_1 made before the sign-in began", "iat", at("iat", later(-time.Hour))},
	{"ASVS_9_2_1 no iat", "iat", without("iat")},
	{"ASVS_10_5_1 no nonce", "nonce", without("nonce")},
	{"ASVS_10_5_1 nonce of another sign-in", "nonce", claim("nonce", "somebody-else-s")},
	{"ASVS_10_5_2 sub empty", "sub", claim("sub", "")},
	{"ASVS_10_5_2 no sub", "sub", without("sub")},
	{"ASVS_10_5_2 sub longer than any", "sub", claim("sub", strings.Repeat("s", 256))},
	{"ASVS_10_5_2 sub is no text", "signature", claim("sub", 7)},
	{"ASVS_10_5_2 userinfo of somebody else", "userinfo_sub", func(_ *world, l *provider.Liar) { l.Info = func(c m) { c["sub"] = "subject-2" } }},
	{"ASVS_10_5_2 userinfo of nobody", "userinfo_sub", func(_ *world, l *provider.Liar) { l.Info = func(c m) { delete(c, "sub") } }},
	{"ASVS_9_2_3 at_hash of another access token", "at_hash", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
	{"ASVS_9_2_3 access token swapped", "at_hash", func(_ *world, l *provider.Liar) { l.Swap = func(a m) { a["access_token"] = "another" } }},
	{"ASVS_6_8_4 acr too low", "acr", claim("acr", "low")},
	{"ASVS_6_8_4 no acr", "acr", without("acr")},
	{"ASVS_9_2_2 logout token as id token", "typ", saying(func(_ *world, h, c m) {
		h["typ"] = "logout+jwt"
		c["events"] = m{"http://schemas.openid.net/event/backchannel-logout": m{}}
	})},
	{"ASVS_9_2_2 logout token that hides its type", "typ", claim("events", m{"http://schemas.openid.net/event/backchannel-logout": m{}})},
	{"ASVS_9_2_2 access token as id token", "typ", saying(func(_ *world, h, _ m) { h["typ"] = "at+jwt" })},
	{"ASVS_9_2_2 no id token at all", "form", func(_ *world, l *provider.Liar) { l.Swap = func(a m) { delete(a, "id_token") } }},
	{"ASVS_9_2_2 no token but words", "form", func(_ *world, l *provider.Liar) { l.Swap = func(a m) { a["id_token"] = "words" } }},
}

// Whatever is wrong with a token, nobody is signed in, the page is plain, and the log has one line and one word.
func TestLiesAreRefused(t *testing.T) {
	w := open(t, "substantial", "high")
	w.people.Token = func(_, c m) { c["acr"] = "high" }
	w.join()
	before := w.sessions()
	for _, x := range lies {
		t.Run(x.name, func(t *testing.T) {
			b, told := w.Visit(stage.Applicants, "en"), len(w.answers())
			w.people.Honest()
			x.tell(w, w.people)
			honest := w.people.Token
			w.people.Token = func(h, c m) {
				if c["acr"] == nil && !strings.Contains(x.name, "no acr") {
					c["acr"] = "high"
				}
				if honest != nil {
					honest(h, c)
				}
			}
			p := w.signIn(b, w.people).Want(http.StatusForbidden).Shows("could not be verified").Shows("Nobody is signed in")
			p.Form("/sign-in/provider")
			w.nobody(b)
			lines := w.answers()[told:]
			if len(lines) != 1 || lines[0]["reason"] != x.reason || lines[0]["kind"] != "forbidden" || lines[0]["account"] != nil {
				t.Errorf("logged: %v", lines)
			}
		})
	}
	if n := w.sessions(); n != before {
		t.Errorf("%d sessions were opened", n-before)
	}
	if log := w.Log.String(); strings.Contains(log, "subject-") || strings.Contains(log, "bianchi") || strings.Contains(log, "eyJ") {
		t.Error("the log tells who came, or a token")
	}
	w.people.Honest()
	w.people.Token = func(_, c m) { c["acr"] = "substantial" }
	if p := w.signIn(w.Visit(stage.Applicants, "en"), w.people).Want(200); p.Path() != "/dossiers" {
		t.Errorf("the truth leads to %s", p.URL)
	}
}

// An answer fits the browser that asked, once, and tells who it is from.
func TestAnswersFitTheBrowserThatAsked(t *testing.T) {
	w := open(t)
	w.join()
	refused := func(t *testing.T, b *stage.Browser, q url.Values, reason string) {
		t.Helper()
		back(b, q).Want(http.StatusForbidden)
		w.nobody(b)
		lines := w.answers()
		if got := lines[len(lines)-1]["reason"]; got != reason {
			t.Errorf("reason %v, want %s", got, reason)
		}
	}
	fresh := func() (*stage.Browser, url.Values) {
		b := w.Visit(stage.Applicants, "en")
		return b, w.people.Authorize(w.begin(b))
	}
	t.Run("ASVS_10_2_1 code of another browser", func(t *testing.T) {
		_, theirs := fresh()
		refused(t, w.Visit(stage.Applicants, "en"), theirs, "state")
	})
	t.Run("ASVS_10_1_2 codes swapped between two browsers", func(t *testing.T) {
		one, its := fresh()
		two, theirs := fresh()
		its, theirs = url.Values{"code": theirs["code"], "state": its["state"], "iss": its["iss"]}, url.Values{"code": its["code"], "state": theirs["state"], "iss": its["iss"]}
		refused(t, one, its, "code") // the proof key is another's
		refused(t, two, theirs, "code")
	})
	t.Run("ASVS_10_2_1 states swapped between two browsers", func(t *testing.T) {
		one, its := fresh()
		two, theirs := fresh()
		refused(t, one, theirs, "state")
		refused(t, two, its, "state")
	})
	t.Run("ASVS_10_2_1 no state", func(t *testing.T) {
		b, q := fresh()
		q.Del("state")
		refused(t, b, q, "state")
	})
	t.Run("ASVS_10_2_1 two states", func(t *testing.T) {
		b, q := fresh()
		q.Add("state", "another")
		refused(t, b, q, "state")
	})
	t.Run("ASVS_10_2_1 an answer used again", func(t *testing.T) {
		w.people.Reuse = true
		defer w.people.Honest()
		b, q := fresh()
		const times = 20
		var let atomic.Int64
		var wg sync.WaitGroup
		for range times {
			twin := b.Twin()
			wg.Go(func() {
				if back(twin, q).Path() == "/dossiers" {
					let.Add(1)
				}
			})
		}
		wg.Wait()
		if n := let.Load(); n != 1 {
			t.Errorf("%d of %d were let in", n, times)
		}
	})
	t.Run("ASVS_10_2_2 iss parameter of another provider, mix-up", func(t *testing.T) {
		b, q := fresh()
		q.Set("iss", w.agents.URL)
		refused(t, b, q, "iss_parameter")
	})
	t.Run("ASVS_10_2_2 iss parameter missing though announced", func(t *testing.T) {
		b, q := fresh()
		q.Del("iss")
		refused(t, b, q, "iss_parameter")
	})
	t.Run("ASVS_10_2_1 an answer that comes too late", func(t *testing.T) {
		b, q := fresh()
		w.Clock.Advance(16 * time.Minute)
		refused(t, b, q, "late")
	})
	t.Run("cancelled at the provider", func(t *testing.T) {
		b, q := fresh()
		back(b, url.Values{"error": {"access_denied"}, "error_description": {"<b>words</b>"}, "state": q["state"], "iss": q["iss"]}).
			Want(http.StatusForbidden).Shows("was broken off").Hides("words</b>")
		w.nobody(b)
	})
}
