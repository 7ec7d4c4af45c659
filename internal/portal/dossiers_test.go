package portal_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// begin starts a draft for the browser's person, named when a last name is given.
func (b *browser) begin(last, first string) {
	b.w.t.Helper()
	b.w.pass(time.Second)
	b.dossier = "/dossier/" + b.w.start(b.account)
	if last == "" {
		return
	}
	b.want(b.fill("applicant", url.Values{"applicant.last_name": {last}, "applicant.first_names": {first}, "action": {"leave"}}), http.StatusSeeOther)
}

// listed are the titles of the list, from the top.
func listed(page string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`govuk-task-list__link"[^>]*>([^<]*)<`).FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// A person who applies for others sees whose each dossier is, and never somebody else's.
func TestListNamesEachDossier(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("lawyer@example.org")
	other := w.signIn("other@example.org")
	other.begin("Zanetti", "Elsa")
	b.begin("Okafor", "Ngozi")
	b.begin("<Rossi>", "Aldo")
	page := b.page("/dossiers")
	got := strings.Join(listed(page), "|")
	if got != "&lt;Rossi&gt; Aldo|Okafor Ngozi|Demande commencée le 22\u00a0novembre\u00a02026 à 10\u00a0h\u00a000" {
		t.Errorf("listed %q", got)
	}
	contains(t, page, "Brouillon", "Pas encore envoyée.", "Commencée le 22\u00a0novembre\u00a02026.", "Modifiée le")
	if strings.Contains(page, "Zanetti") || strings.Contains(page, `role="search"`) {
		t.Error("somebody else’s dossier, or a search nobody needs")
	}
	if page := b.page("/dossiers?q=zanetti"); strings.Contains(page, "Elsa") {
		t.Error("the search finds somebody else’s dossier")
	}
	if page := b.page("/dossiers?after=" + strings.TrimPrefix(other.dossier, "/dossier/")); len(listed(page)) != 0 {
		t.Error("somebody else’s dossier leads into the list")
	}
	contains(t, b.page("/dossiers?lang=en"), "Application begun on")
}

var older = regexp.MustCompile(`href="(/dossiers\?[^"]*)" rel="next"`)

// A long list comes in pages whose addresses stand alone, and can be searched by the beginning of a name, accents or not.
func TestLongList(t *testing.T) {
	w := newWorld(t)
	b := w.signIn("lawyer@example.org")
	for i := range 119 {
		name := ""
		if i%40 == 7 {
			name = fmt.Sprintf("Éluard%d", i)
		}
		b.begin(name, "Paul")
	}
	other := w.signIn("other@example.org")
	for range 10 {
		other.begin("", "")
	}
	contains(t, other.page("/dossiers"), `role="search"`)
	seen, at := 0, "/dossiers"
	for range 3 {
		page := b.page(at)
		contains(t, page, `role="search"`)
		seen += len(listed(page))
		if m := older.FindStringSubmatch(page); m != nil {
			at = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if last := b.page(at); seen != 120 || older.MatchString(last) || !strings.Contains(last, `href="/dossiers"`) {
		t.Errorf("%d dossiers on three pages", seen)
	}
	if got := listed(b.page("/dossiers?q=" + url.QueryEscape("elu paul"))); strings.Join(got, "|") != "Éluard87 Paul|Éluard47 Paul|Éluard7 Paul" {
		t.Errorf("found %q", got)
	}
	contains(t, b.page("/dossiers?q=personne"), "Aucune demande ne correspond à «\u00a0personne\u00a0»", `href="/dossiers"`)
	contains(t, b.page("/dossiers?q="+url.QueryEscape("<b>…")), "&lt;b&gt;")
	contains(t, b.page("/account/leave"), "120 brouillons")
}

// Without a script, questions that may be left open are shown too before the next page comes; once seen, they hold nobody.
func TestOpenedOptionalQuestions(t *testing.T) {
	b := newWorld(t).signIn("lawyer@example.org")
	b.want(b.fill("start", url.Values{"declarant.mail": {"lawyer@example.org"}, "applicant.is_applicant": {"no"}}), http.StatusSeeOther)
	first := url.Values{
		"declarant.relation": {"trusted_third_party"}, "declarant.title": {"ms"},
		"declarant.last_name": {"Bianchi"}, "declarant.first_names": {"Chiara"},
	}
	to := b.want(b.fill("declarant", first), http.StatusSeeOther).Header().Get("Location")
	if to != b.dossier+"/step/declarant#declarant.profession" {
		t.Fatalf("leads to %s", to)
	}
	contains(t, b.page(to), "D’autres questions se posent", `name="declarant.profession"`, `name="declarant.company"`)
	if to := b.want(b.fill("declarant", first), http.StatusSeeOther).Header().Get("Location"); strings.Contains(to, "declarant") {
		t.Errorf("questions seen and left open hold the person on %s", to)
	}
}
