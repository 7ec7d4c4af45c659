package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/web"
)

// withSessions registers a door that says who is there.
func withSessions(w *world) {
	for _, d := range []*web.Door{w.Applicants, w.Agents} {
		d.Get("/", web.Public, func(v *web.Visit) error {
			v.W.Header().Set("X-Who", strconv.FormatInt(v.Actor.AccountID, 10))
			v.W.Header().Set("X-Lapsed", strconv.FormatInt(v.Lapsed, 10))
			v.W.Header().Set("X-Person", v.Person())
			return v.Empty(http.StatusNoContent)
		})
		d.Post("/in/{id}", web.Public, func(v *web.Visit) error {
			id, err := strconv.ParseInt(v.Param("id"), 10, 64)
			if err != nil {
				return err
			}
			if err := v.SignIn(id); err != nil {
				return err
			}
			return v.Redirect("/")
		})
		d.Post("/out", web.SignedIn, func(v *web.Visit) error {
			if err := v.SignOut(); err != nil {
				return err
			}
			return v.Redirect("/")
		})
		d.Post("/say", web.Public, func(v *web.Visit) error {
			v.Flash("error.home")
			return v.Redirect("/")
		})
		d.Get("/own", web.SignedIn, func(v *web.Visit) error { return v.Empty(http.StatusNoContent) })
	}
}

func (b *browser) who(origin string) string { return b.get(origin + "/").Header().Get("X-Who") }

func (b *browser) signIn(origin string, id int64) {
	b.w.t.Helper()
	wantStatus(b.w.t, b.post(origin+"/in/"+strconv.FormatInt(id, 10), "x=1"), http.StatusSeeOther)
}

func TestSessionCookie_ASVS_3_3_1(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	rec := b.post(applicants+"/in/"+strconv.FormatInt(w.make(access.Person, "a@example.com"), 10), "x=1")
	c := rec.Result().Cookies()[0]
	if c.Name != "__Host-applicants" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || !c.Expires.IsZero() {
		t.Errorf("%+v", c)
	}
	if len(c.Value) < 43 {
		t.Errorf("token %q is shorter than 256 bits", c.Value)
	}
	if got := rec.Header().Values("Cache-Control"); len(got) != 1 || got[0] != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestReadingMakesNoSession(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	if c := w.browser().get(applicants + "/").Result().Cookies(); len(c) != 0 {
		t.Errorf("a page set %v", c)
	}
}

// A cookie planted before sign-in is worth nothing after it.
func TestSignInRenewsTheToken_ASVS_7_2_4(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	b.post(applicants+"/say", "x=1")
	planted := b.cookies["guichet.example"]["__Host-applicants"]
	if planted == "" {
		t.Fatal("no session before sign-in")
	}
	id := w.make(access.Person, "a@example.com")
	b.signIn(applicants, id)
	if b.who(applicants) != strconv.FormatInt(id, 10) {
		t.Fatal("not signed in")
	}
	thief := w.browser()
	thief.cookies["guichet.example"] = map[string]string{"__Host-applicants": planted}
	if thief.who(applicants) != "0" {
		t.Error("the planted cookie is signed in")
	}
}

// A session that ended while a request was under way is not written back by it.
func TestAnEndedSessionStaysEnded_ASVS_7_4_1(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	id, b := w.make(access.Person, "a@example.com"), w.browser()
	w.Applicants.Post("/slow", web.SignedIn, func(v *web.Visit) error {
		if err := w.desk.SignOutEverywhere(v.R.Context(), v.Actor); err != nil {
			return err
		}
		v.Flash("error.home")
		return v.Redirect("/")
	})
	b.signIn(applicants, id)
	b.post(applicants+"/slow", "x=1")
	if who := b.who(applicants); who != "0" {
		t.Errorf("account %s is signed in", who)
	}
}

// Nor does one come back under another token, or act, whose request was held back while it ended.
func TestAnEndedSessionIsNotRenewed_ASVS_7_4_1(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	id, b := w.make(access.Person, "a@example.com"), w.browser()
	acted := false
	w.Applicants.ServeFactors(&web.Factors{Accounts: w.desk, Kind: access.Person})
	w.Applicants.Post("/renew", web.SignedIn, func(v *web.Visit) error {
		if _, err := v.Form(); err != nil {
			return err
		}
		if err := v.Renew(); err != nil {
			return err
		}
		v.Put("x", "y")
		return v.Redirect("/")
	})
	w.Applicants.Post("/act", web.SignedIn, func(*web.Visit) error { acted = true; return nil }, web.Sensitive)
	for _, path := range []string{"/renew", "/act"} {
		b.signIn(applicants, id)
		end := slowBody(func() {
			must(t, w.desk.SignOutEverywhere(context.Background(), access.Actor{AccountID: id, Kind: access.Person}))
		})
		if rec := b.send(http.MethodPost, applicants+path, end); !strings.HasPrefix(rec.Header().Get("Location"), "/sign-in") {
			t.Errorf("%s answers %d to a session that has ended", path, rec.Code)
		}
		if who := b.who(applicants); who != "0" || acted {
			t.Errorf("%s: account %s is signed in, acted %t", path, who, acted)
		}
	}
	b.signIn(applicants, id)
	before := b.cookies["guichet.example"]["__Host-applicants"]
	b.post(applicants+"/renew", "x=1")
	if now := b.cookies["guichet.example"]["__Host-applicants"]; now == before || b.who(applicants) != strconv.FormatInt(id, 10) {
		t.Error("a session that stands is not renewed")
	}
	b.cookies["guichet.example"]["__Host-applicants"] = before
	if who := b.who(applicants); who != "0" {
		t.Error("the token before is still good")
	}
}

// slowBody does something before the body of a request is read.
type slowBody func()

func (f slowBody) Read([]byte) (int, error) { f(); return 0, io.EOF }

func TestSessionEndsByTime_ASVS_7_3_1_7_3_2(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	person, agent := w.make(access.Person, "a@example.com"), w.make(access.Agent, "b@example.com")
	for _, x := range []struct {
		origin         string
		id             int64
		idle, absolute time.Duration
	}{{applicants, person, 30 * time.Minute, 12 * time.Hour}, {agents, agent, 15 * time.Minute, 10 * time.Hour}} {
		want := strconv.FormatInt(x.id, 10)
		b := w.browser()
		b.signIn(x.origin, x.id)
		w.pass(x.idle - time.Second)
		if b.who(x.origin) != want {
			t.Errorf("%s: gone before %s", x.origin, x.idle)
		}
		w.pass(x.idle)
		rec := b.get(x.origin + "/")
		if rec.Header().Get("X-Who") != "0" || rec.Header().Get("X-Lapsed") != want {
			t.Errorf("%s: idle for %s: who %s, lapsed %s", x.origin, x.idle, rec.Header().Get("X-Who"), rec.Header().Get("X-Lapsed"))
		}
		b.signIn(x.origin, x.id)
		for range int(x.absolute/(10*time.Minute)) - 1 {
			w.pass(10 * time.Minute)
			if b.who(x.origin) != want {
				t.Fatalf("%s: gone while in use", x.origin)
			}
		}
		w.pass(10 * time.Minute)
		if b.who(x.origin) != "0" {
			t.Errorf("%s: still there after %s", x.origin, x.absolute)
		}
	}
}

func TestSignOut_ASVS_7_4_1(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	b.signIn(applicants, w.make(access.Person, "a@example.com"))
	stolen := b.cookies["guichet.example"]["__Host-applicants"]
	rec := b.post(applicants+"/out", "x=1")
	if rec.Header().Get("Clear-Site-Data") == "" || b.cookies["guichet.example"]["__Host-applicants"] != "" {
		t.Errorf("the browser keeps something: %v", rec.Header())
	}
	b.cookies["guichet.example"] = map[string]string{"__Host-applicants": stolen}
	if b.who(applicants) != "0" {
		t.Error("the session is still good")
	}
}

// Disabling an agent, or taking a right away, counts from the next request on.
func TestRightsAreOfThisMoment_ASVS_7_4_2_8_3_2(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	w.Agents.Get("/audit", web.Holder("audit", func(a access.Actor) bool { return access.May(a, "audit", "p") }), func(v *web.Visit) error { return v.Empty(http.StatusNoContent) })
	admin := access.Actor{AccountID: w.make(access.Agent, "root@example.com"), Kind: access.Agent, Grants: []access.Grant{{Procedure: "*"}}}
	id := w.make(access.Agent, "b@example.com", account.Right{Procedure: "p", Role: "audit"})
	b := w.browser()
	b.signIn(agents, id)
	wantStatus(t, b.get(agents+"/audit"), http.StatusNoContent)
	list, err := w.desk.Agents(context.Background())
	must(t, err)
	must(t, w.desk.Withdraw(context.Background(), admin, id, list[1].Rights[0].ID))
	wantStatus(t, b.get(agents+"/audit"), http.StatusForbidden)
	must(t, w.desk.Disable(context.Background(), admin, id))
	wantStatus(t, b.get(agents+"/audit"), http.StatusSeeOther)
}

func TestSessionOpensItsOwnDoorOnly_ASVS_3_5_4(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	b.signIn(applicants, w.make(access.Person, "a@example.com"))
	b.cookies["agents.guichet.example"] = map[string]string{"__Host-agents": b.cookies["guichet.example"]["__Host-applicants"]}
	if b.who(agents) != "0" {
		t.Error("a person's session opens the agents' door")
	}
}

func TestPersonIsShown(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	b.signIn(applicants, w.make(access.Person, "Zoé@example.com"))
	if got := b.get(applicants + "/").Header().Get("X-Person"); got != "Zoé@example.com" {
		t.Error(got)
	}
}

func TestStrangerIsSentToSignIn(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	rec := b.get(applicants + "/own?a=1&b=2")
	wantStatus(t, rec, http.StatusSeeOther)
	if got := rec.Header().Get("Location"); got != "/sign-in?next=%2Fown%3Fa%3D1%26b%3D2" {
		t.Error(got)
	}
	b.header.Set("Sec-Fetch-Mode", "cors")
	wantStatus(t, b.get(applicants+"/own"), http.StatusUnauthorized)
}

// The database holds no token that could be used.
func TestTokenIsHashed_ASVS_7_2_3(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	b.signIn(applicants, w.make(access.Person, "a@example.com"))
	var row string
	must(t, w.store.Pool().QueryRow(context.Background(), "select s::text || encode(token_hash, 'escape') from session s").Scan(&row))
	if token := b.cookies["guichet.example"]["__Host-applicants"]; strings.Contains(row, token) {
		t.Error("the token is in the table")
	}
}

// A form sent after the session ran out of time reaches the route's own answer, with the account it was of; so does one of no session
// at all, as of nobody.
func TestLapsedFormIsNotLost(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	acted := false
	var kept string
	w.Applicants.Post("/step", web.SignedIn, func(v *web.Visit) error { acted = true; return ok(v) }, web.OnLapse(func(v *web.Visit) error {
		form, err := v.Form()
		if err != nil {
			return err
		}
		kept = strconv.FormatInt(v.Lapsed, 10) + ":" + form.Get("a")
		return v.Empty(http.StatusUnprocessableEntity)
	}))
	id := w.make(access.Person, "a@example.com")
	b := w.browser()
	b.signIn(applicants, id)
	w.pass(time.Hour)
	wantStatus(t, b.post(applicants+"/step", "a=typed"), http.StatusUnprocessableEntity)
	if want := strconv.FormatInt(id, 10) + ":typed"; kept != want || acted {
		t.Errorf("kept %q, want %q; acted %v", kept, want, acted)
	}
	wantStatus(t, w.browser().post(applicants+"/step", "a=typed"), http.StatusUnprocessableEntity)
	if kept != "0:typed" || acted {
		t.Errorf("of nobody known: kept %q; acted %v", kept, acted)
	}
}

// Of a form that nobody's session sends, no more is read and given back than a person writes.
func TestSentencesAreBounded(t *testing.T) {
	w := newWorld(t)
	var words []string
	w.Applicants.Post("/form", web.Public, func(v *web.Visit) (err error) {
		words, err = v.Sentences()
		return errors.Join(err, v.Empty(http.StatusNoContent))
	}, web.Upload(8<<20))
	b := w.browser()
	wantStatus(t, b.post(applicants+"/form", strings.Repeat("a=b+c&", 200)+"word=one&z=two+words"), http.StatusNoContent)
	if len(words) != 50 || words[0] != "b c" {
		t.Errorf("%d sentences, the first %q", len(words), words[0])
	}
	var many bytes.Buffer
	form := multipart.NewWriter(&many)
	for range 5000 {
		must(t, form.WriteField("a", "b c"))
	}
	must(t, form.Close())
	b.header.Set("Content-Type", form.FormDataContentType())
	wantStatus(t, b.post(applicants+"/form", many.String()), http.StatusNoContent)
	if len(words) != 50 {
		t.Errorf("%d sentences of a form with files", len(words))
	}
}

// Reading pages writes to the session once a minute at most.
func TestSessionIsTouchedOncePerMinute(t *testing.T) {
	w := newWorld(t)
	withSessions(w)
	b := w.browser()
	b.signIn(applicants, w.make(access.Person, "a@example.com"))
	version := func() (v string) {
		must(t, w.store.Pool().QueryRow(context.Background(), "select xmin::text from session").Scan(&v))
		return v
	}
	before := version()
	for range 5 {
		w.pass(10 * time.Second)
		b.who(applicants)
	}
	if version() != before {
		t.Error("written within a minute")
	}
	w.pass(10 * time.Second)
	b.who(applicants)
	if version() == before {
		t.Error("not written after a minute")
	}
}
