package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

var keptInput = regexp.MustCompile(`name="(kept|account)" value="([^"]*)"`)

// carried reads what the sign-in page carries.
func carried(t *testing.T, page string) url.Values {
	t.Helper()
	v := url.Values{}
	for _, m := range keptInput.FindAllStringSubmatch(page, -1) {
		v.Set(m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
	}
	if v.Get("account") == "" {
		t.Fatalf("the page carries nothing: %s", excerpt(page))
	}
	return v
}

func with(v url.Values, name, value string) url.Values {
	out := url.Values{}
	for k, x := range v {
		out[k] = x
	}
	out.Set(name, value)
	return out
}

// A session that ends in the middle of a step loses nothing: after signing in, what was typed is there.
func TestLapseKeepsTheStep(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	at := b.dossier + "/step/birth"
	w.pass(31 * time.Minute)
	page := b.want(b.post(at, url.Values{"_version": {"0"}, "applicant.birth_city": {"Gênes"}, "action": {"continue"}}), http.StatusUnauthorized).Body.String()
	if strings.Contains(page, "Gênes") {
		t.Error("the sign-in page shows an answer in the clear")
	}
	kept := carried(t, page)
	kept.Set("email", "chiara@example.org")
	again := b.want(b.post(at+"/resume", with(kept, "password", "wrong")), http.StatusUnprocessableEntity).Body.String()
	if carried(t, again).Get("kept") != kept.Get("kept") {
		t.Fatal("a wrong password loses what was typed")
	}
	other := b.want(b.post(at+"/resume?lang=en", with(carried(t, page), "action", "lang:en")), http.StatusOK).Body.String()
	contains(t, other, "Your session has ended")
	if carried(t, other).Get("kept") != kept.Get("kept") {
		t.Fatal("the other language loses what was typed")
	}
	if len(b.read().Filed) != 0 {
		t.Fatal("something was saved before anybody signed in")
	}
	rec := b.want(b.post(at+"/resume", with(kept, "password", password)), http.StatusSeeOther)
	contains(t, b.page(rec.Header().Get("Location")), `value="Gênes"`)
}

// A session that is gone altogether loses nothing either: it was ended in another tab, or its row went. Somebody else who signs in
// there changes nothing.
func TestNoSessionKeepsTheStep(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	w.person("other@example.org")
	b.want(b.post("/sign-out", nil), http.StatusSeeOther)
	typed := url.Values{"_version": {"0"}, "applicant.birth_city": {"Gênes"}, "action": {"continue"}}
	page := b.want(b.post(b.dossier+"/step/birth", typed), http.StatusUnauthorized).Body.String()
	if strings.Contains(page, "Gênes") {
		t.Error("the sign-in page shows an answer in the clear")
	}
	kept := with(with(carried(t, page), "email", "other@example.org"), "password", password)
	b.want(b.post(b.dossier+"/step/birth/resume", kept), http.StatusNotFound)
	b.want(b.post("/sign-out", nil), http.StatusSeeOther)
	b.want(b.post(b.dossier+"/step/housing/resume", with(kept, "email", "chiara@example.org")), http.StatusUnprocessableEntity)
	b.want(b.post("/sign-out", nil), http.StatusSeeOther)
	rec := b.want(b.post(b.dossier+"/step/birth/resume", with(kept, "email", "chiara@example.org")), http.StatusSeeOther)
	contains(t, b.page(rec.Header().Get("Location")), `value="Gênes"`)
}

// What one person typed opens for nobody else, and on no other step.
func TestLapseBelongsToOnePersonAndStep(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	w.pass(31 * time.Minute)
	page := b.want(b.post(b.dossier+"/step/birth", url.Values{"_version": {"0"}, "applicant.birth_city": {"Gênes"}}), http.StatusUnauthorized).Body.String()
	kept := with(with(carried(t, page), "email", "chiara@example.org"), "password", password)
	b.want(b.post(b.dossier+"/step/housing/resume", kept), http.StatusUnprocessableEntity)
	w.person("other@example.org")
	rec := b.want(b.post(b.dossier+"/step/birth/resume", with(kept, "email", "other@example.org")), http.StatusSeeOther)
	b.want(b.get(rec.Header().Get("Location")), http.StatusNotFound)
	if len(b.read().Filed) != 0 {
		t.Error("somebody else has answered")
	}
}

// A page too long to be carried says so; a call of the script gets a status and no page.
func TestLapseLimits(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("chiara@example.org")
	w.pass(31 * time.Minute)
	long := url.Values{"_version": {"0"}, "studies.text": {strings.Repeat("é", 40_000)}}
	page := b.want(b.post(b.dossier+"/step/career", long), http.StatusUnauthorized).Body.String()
	if carried(t, page).Get("kept") != "" || len(page) > 64<<10 {
		t.Error("too much is carried")
	}
	b.header.Set("X-Guichet-Fragment", "1")
	if rec := b.want(b.post(b.dossier+"/step/birth", url.Values{"_version": {"0"}}), http.StatusUnauthorized); rec.Body.Len() > 0 {
		t.Error("the script gets a page")
	}
}
