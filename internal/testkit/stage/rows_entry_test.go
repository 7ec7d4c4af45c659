package stage_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/workflow"
)

// opinion is the text that authorises the procedure, its spaces made single.
func opinion(t *testing.T, a *stage.App) string {
	t.Helper()
	root, err := testkit.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "opinions", a.Definition().Flow.Processing.Source))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

func notice(a *stage.App, kind string) *workflow.Notice {
	for _, n := range a.Definition().Flow.Notices {
		if n.Kind == kind {
			return n
		}
	}
	return nil
}

// The box bears the words of the opinion to the letter, and nobody has ticked it.
func TestConsentIsTheOpinionsOwnWords(t *testing.T) {
	testkit.Covers(t, "RP-034")
	a := stage.Open(t)
	words := notice(a, "consent").Label.FR
	if squeezed := strings.Join(strings.Fields(words), " "); !strings.Contains(opinion(t, a), squeezed) {
		t.Errorf("the opinion has no such words: %q", words)
	}
	page := a.Person(applicant, "fr").Get("/start/" + a.Definition().ID).Shows(words)
	for name, values := range page.Form("start").Values {
		if len(values) > 0 && strings.Contains(name, "consent") {
			t.Error("the box is ticked before anybody has come")
		}
	}
}

// Two boxes, each needed by itself.
func TestEntryNeedsBothBoxes(t *testing.T) {
	testkit.Covers(t, "RP-036", "RP-039")
	a := stage.Open(t)
	b := a.Person(applicant, "fr")
	for _, only := range []string{"terms", "consent"} {
		b.Get("/start/" + a.Definition().ID).Form("start").Tick(only).Submit("").Want(422)
	}
	if n := count(t, a, "select count(*) from dossier"); n != 0 {
		t.Errorf("%d dossiers without the boxes", n)
	}
	b.Start(a.Definition(), testkit.PersonaNamed(t, "tenant"))
	if n := count(t, a, "select count(*) from consent where notice in ('terms', 'consent')"); n != 2 {
		t.Errorf("%d boxes are kept, want both", n)
	}
}

func TestNoAccountWithoutTheTerms(t *testing.T) {
	testkit.Covers(t, "RP-035")
	a := stage.Open(t)
	b := a.Visit(stage.Applicants, "fr")
	b.Get("/register").Form("register").Set("email", applicant).Set("password", stage.Password).Submit("").Want(422)
	if n := count(t, a, "select count(*) from account"); n != 0 || len(a.Mails(applicant)) != 0 {
		t.Error("an account was made without the terms")
	}
	a.SignUp(applicant, "fr")
}

// Who has no account yet reads the terms from the first page on, and the privacy mention stands in them.
func TestTermsAreReadFromTheEntryAndHoldThePrivacyMention(t *testing.T) {
	testkit.Covers(t, "RP-037", "RP-038")
	a := stage.Open(t)
	b := a.Visit(stage.Applicants, "fr")
	terms := "/notice/" + a.Definition().ID + "/" + notice(a, "terms").ID
	for _, entry := range []string{"/", "/register", "/sign-in"} {
		if !contains(b.Get(entry).Links(), terms) && !contains(b.Get(entry).Links(), "/notices") {
			t.Errorf("%s does not lead to the terms", entry)
		}
	}
	b.Get("/register").Follow(terms).Shows("Vos données personnelles : qui, pourquoi")
	a.Person(applicant, "fr").Get("/start/" + a.Definition().ID).Follow(terms).Want(200)
}

func contains(all []string, part string) bool {
	for _, s := range all {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}

func TestCookiePolicyIsReadFromEveryPage(t *testing.T) {
	testkit.Covers(t, "RP-040")
	a := stage.Open(t)
	f := draft(a, t)
	for _, page := range []string{"/", "/account", f.Path(""), f.Path("/documents"), "/nowhere"} {
		if links := f.Try(page).Links(); !contains(links, "/cookies") && !contains(links, "/notices") {
			t.Errorf("%s leads to no cookie policy: %q", page, links)
		}
	}
	f.Get("/notice/" + a.Definition().ID + "/cookies").Shows("cookie")
}

// On every page that names relatives stands what they must be told, and its box must be ticked.
func TestRelativesAreToBeTold(t *testing.T) {
	testkit.Covers(t, "RP-042", "RP-179")
	a := stage.Open(t)
	f := a.Person("o@example.org", "fr").Start(a.Definition(), testkit.PersonaNamed(t, "family"))
	f.Fill()
	pages := 0
	for _, s := range a.Definition().Form.Steps {
		n := a.Definition().Flow.Notice(s.Notice)
		if n == nil {
			continue
		}
		pages++
		form := f.Get(f.Path("/step/" + s.ID)).Shows(n.Label.FR).Form("step")
		form.Values.Del("notice." + n.ID)
		if page := form.Submit("continue"); page.Status != 422 {
			t.Errorf("%s goes on without the box", s.ID)
		}
	}
	if pages < 3 {
		t.Errorf("%d pages bear the reminder; partners, parents and children are named on three", pages)
	}
	handedOn(t, f)
}

// handedOn follows, from a page on which relatives are named, what is printed for them: a page, and a PDF in either language.
func handedOn(t *testing.T, f *stage.Filing) {
	t.Helper()
	papers := map[string][]byte{}
	for _, lang := range []string{"fr", "en"} {
		f.Get("/?lang=" + lang)
		for _, href := range f.Get(f.Path("/step/parents")).Links() {
			if strings.HasSuffix(href, "/print.pdf") {
				paper := f.Try(href).Want(http.StatusOK)
				papers[lang] = paper.Body
				f.Get(strings.TrimSuffix(href, "/print.pdf"))
			}
		}
		if !bytes.HasPrefix(papers[lang], []byte("%PDF-")) {
			t.Errorf("nothing in %s to print for who is named", lang)
		}
	}
	if bytes.Equal(papers["fr"], papers["en"]) {
		t.Error("the notice is in one language")
	}
	for _, none := range []string{"/notice/" + f.Def.ID + "/terms/print.pdf", "/notice/none/relatives/print.pdf", "/notice/" + f.Def.ID + "/none/print.pdf"} {
		f.Try(none).Want(http.StatusNotFound)
	}
}

// Legal grounds, mission and persons concerned are those of the opinion, and anybody can read them.
func TestWhatTheProcessingRestsOnCanBeRead(t *testing.T) {
	testkit.Covers(t, "RP-003", "RP-004", "RP-006", "RP-008")
	a := stage.Open(t)
	page := a.Visit(stage.Applicants, "fr").Get("/data/" + a.Definition().ID)
	for _, words := range []string{"consentement", "obligation légale", "intérêt légitime", "Ordonnance Souveraine n° 3.153 du 19 mars 1964", "première carte de séjour", "Leur famille", "Les agents qui traitent les demandes"} {
		page.Shows(words)
	}
}

var address = regexp.MustCompile(`(?:src|href|action)="([^"]+)"`)

// No page calls another site, and the browser is told to allow none: no outside tool against robots, no transfer.
func TestPagesCallNobodyElse(t *testing.T) {
	testkit.Covers(t, "RP-182", "RP-183")
	a := stage.Open(t)
	f := draft(a, t)
	for _, at := range []string{"/", "/register", "/sign-in", "/forgotten", "/account", f.Path(""), f.Path("/step/start"), f.Path("/documents"), f.Path("/check")} {
		page := f.Get(at)
		for _, found := range address.FindAllStringSubmatch(string(page.Body), -1) {
			u, err := url.Parse(found[1])
			if err != nil || u.Host != "" && !strings.HasSuffix(u.Host, "guichet.example") {
				t.Errorf("%s calls %s", at, found[1])
			}
		}
		if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") && !strings.Contains(policy, "default-src 'self'") {
			t.Errorf("%s: policy %q", at, policy)
		}
		if strings.Contains(strings.ToLower(string(page.Body)), "captcha") {
			t.Errorf("%s has a captcha", at)
		}
	}
}
