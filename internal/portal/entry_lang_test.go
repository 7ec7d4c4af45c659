package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var otherLanguage = regexp.MustCompile(`<form method="post" action="([^"]+)" id="other-language"><input type="hidden" name="kept" value="([^"]+)">`)

// inEnglish presses the language switch of a page with problems.
func (v *visitor) inEnglish(page string, words ...string) string {
	v.t.Helper()
	m := otherLanguage.FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, `form="other-language" name="action" value="lang:en"`) {
		v.t.Fatalf("no way to English that keeps what was typed: %s", excerpt(page))
	}
	kept := strings.ReplaceAll(m[2], "&#43;", "+")
	return v.fails(m[1], url.Values{"kept": {kept}, "action": {"lang:en"}}, append(words, `<html lang="en"`)...)
}

// What was typed and what is wrong with it are there in the other language too; a password is not.
func TestProblemsInTheOtherLanguage(t *testing.T) {
	h := newHouse(t)
	h.joined("known@example.com")
	for path, c := range map[string]struct {
		in   url.Values
		want []string
	}{
		"/register": {
			url.Values{"email": {chiara}, "password": {"court"}, "terms": {"yes"}},
			[]string{`value="` + chiara + `"`, "at least", `href="#password"`, " checked"},
		},
		"/sign-in": {
			url.Values{"email": {chiara}, "password": {"faux"}, "next": {"/account"}},
			[]string{`value="` + chiara + `"`, `name="next" value="/account"`, `href="#password"`},
		},
		"/forgotten": {url.Values{"email": {"<nobody>"}}, []string{`value="&lt;nobody&gt;"`, `href="#email"`}},
	} {
		v := h.visitor()
		page := v.inEnglish(v.fails(path, c.in, `<html lang="fr"`), c.want...)
		if word := c.in.Get("password"); word != "" && strings.Contains(page, word) {
			t.Errorf("%s shows the password", path)
		}
		if otherLanguage.FindString(page) == "" {
			t.Errorf("%s has no way back", path)
		}
	}
	v := h.visitor()
	kept := strings.ReplaceAll(otherLanguage.FindStringSubmatch(v.fails("/forgotten", url.Values{"email": {"x"}}))[2], "&#43;", "+")
	for _, forged := range []string{"", "AAAA", kept} { // what one page carried opens on no other
		v.read(v.do(http.MethodPost, "/sign-in?lang=en", url.Values{"kept": {forged}, "action": {"lang:en"}}.Encode()), http.StatusUnprocessableEntity)
	}
}
