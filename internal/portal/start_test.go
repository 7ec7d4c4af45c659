package portal_test

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guichet/internal/testkit"
)

// purpose is the declared one, to the letter (RP-001).
const purpose = "Demander une carte de séjour par voie dématérialisée"

// TestStart goes in by the two boxes, whose words are those of the opinion (RP-034, RP-036, RP-039).
func TestStart(t *testing.T) {
	testkit.Covers(t, "RP-034", "RP-036", "RP-039")
	h := newHouse(t)
	v := h.joined(chiara)
	consent := "J’accepte que mes données personnelles soient traitées dans le cadre du téléservice « Demander une carte de séjour par voie dématérialisée »"
	opinion, err := os.ReadFile(root + "/docs/opinions/002_2021-198_residence-permit.txt")
	must(t, err)
	if !strings.Contains(string(opinion), consent) {
		t.Fatal("the opinion has other words")
	}
	for _, l := range []string{"fr", "en"} {
		page := v.sees("/start/residence-permit?lang="+l, consent, "/notice/residence-permit/terms", "/notice/residence-permit/offline")
		if strings.Contains(page, "checked") || strings.Count(page, `type="checkbox"`) != 2 {
			t.Errorf("%s: two boxes, unticked, are wanted", l)
		}
	}
	v.lang = "fr"
	v.sees("/start/residence-permit?lang=fr")
	for _, in := range []url.Values{{}, {"accept.terms": {"yes"}}, {"accept.consent": {"yes"}}, {"accept.terms": {"yes"}, "accept.consent": {"no"}}} {
		v.fails("/start/residence-permit", in, "Cochez la case", "error-summary")
	}
	page := v.fails("/start/residence-permit", url.Values{"accept.terms": {"yes"}}, `href="#accept.consent"`)
	if strings.Count(page, " checked") != 1 {
		t.Error("a tick is lost")
	}
	page = v.fails("/start/residence-permit?lang=en", url.Values{"accept.terms": {"yes"}, "action": {"lang:en"}}, `lang="en"`, `href="#accept.consent"`)
	if strings.Count(page, " checked") != 1 {
		t.Error("the other language loses a tick")
	}
	both := url.Values{"accept.terms": {"yes"}, "accept.consent": {"yes"}, "action": {"lang:fr"}}
	v.fails("/start/residence-permit?lang=fr", both) // nothing is begun by reading
	v.sees("/dossiers", "Vous n’avez pas encore de demande")
	to := v.goes("/start/residence-permit", url.Values{"accept.terms": {"yes"}, "accept.consent": {"yes"}})
	v.sees(to)
	v.sees("/dossiers", to, "Brouillon", "Pas encore envoyée", "Effacement prévu le 22\u00a0février\u00a02027")

	var words string
	must(t, h.Store.Pool().QueryRow(t.Context(), `select t.text from consent c join notice_text t on t.hash = c.text_hash
		where c.notice = 'consent' and c.dossier_id is not null`).Scan(&words))
	if words != consent {
		t.Errorf("kept: %q", words)
	}
	v.read(v.do(http.MethodGet, "/start/nothing", ""), http.StatusNotFound)
}

// TestNotices follows every link at the foot of the first page, in both languages (RP-037, RP-038, RP-040).
func TestNotices(t *testing.T) {
	testkit.Covers(t, "RP-037", "RP-038", "RP-040")
	h := newHouse(t)
	for _, l := range []string{"fr", "en"} {
		v := h.visitor()
		v.lang = l
		page := v.sees("/")
		foot := page[strings.Index(page, "<footer"):]
		links := regexp.MustCompile(`href="`+regexp.QuoteMeta(applicants)+`([^"]+)"`).FindAllStringSubmatch(foot, -1)
		if len(links) != 5 { // those that one procedure alone has, and the page of all
			t.Fatalf("%d links at the foot", len(links))
		}
		for _, m := range links {
			if page := v.sees(m[1], "<h1"); strings.ContainsAny(excerpt(page), "{}") {
				t.Errorf("%s: a placeholder is left: %s", m[1], excerpt(page))
			}
		}
		v.sees("/notices", "/notice/residence-permit/cookies", "/notice/residence-permit/offline", "/notice/rights-request/offline", "/notice/rights-request/mention")
		v.sees("/papers/residence-permit", "JPEG")
	}
	v := h.visitor()
	v.sees("/notice/residence-permit/terms", "qui, pourquoi", "contact@guichet.example")
	v.sees("/notice/residence-permit/offline", "au guichet", "par courrier")
	v.read(v.do(http.MethodGet, "/notice/residence-permit/agents", ""), http.StatusNotFound)
}

// TestData holds the page to its definition: each datum, each rule and each right is on it, and by which ways people have access.
func TestData(t *testing.T) {
	testkit.Covers(t, "RP-001", "RP-003", "RP-004", "RP-006", "RP-007", "RP-008", "RP-152", "RP-153", "RP-155")
	h := newHouse(t)
	proc := h.Catalogue.All()[0]
	page := h.visitor().sees("/data/"+proc.ID, "Votre consentement", "Une obligation légale", "Un intérêt légitime", "RP-047", "3 mois", "1 an",
		purpose, "n° 3.153 du 19 mars 1964", "première carte de séjour", "Leur famille", "Les agents qui traitent les demandes")
	for _, n := range proc.Flow.Notices {
		if slices.ContainsFunc(n.Show, func(moment string) bool { return moment != "agent_first_login" }) {
			h.visitor().sees("/notice/"+proc.ID+"/"+n.ID, purpose)
		}
	}
	for _, at := range []string{"/data/" + proc.ID, "/notice/" + proc.ID + "/terms"} {
		h.visitor().sees(at, "sur place", "par courrier", "par courriel à contact@guichet.example")
	}
	shown := strings.ReplaceAll(page, "&#39;", "'")
	for _, s := range proc.Form.Steps {
		for _, f := range s.Fields {
			if !strings.Contains(shown, f.Label.FR) {
				t.Errorf("no %s: %s", f.ID, f.Label.FR)
			}
		}
	}
	for _, k := range proc.Flow.KeepRules {
		if k.Quote != "" && !strings.Contains(shown, strings.TrimSpace(k.Quote)) {
			t.Errorf("no words for %s", k.ID)
		}
	}
	for _, r := range proc.Flow.Processing.Rights[1:] {
		if !strings.Contains(shown, r.FR) {
			t.Errorf("no right %q", r.FR)
		}
	}
}
