package portal_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/form"
	"guichet/internal/testkit"
)

func contains(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page lacks %q: %s", w, excerpt(page))
		}
	}
}

// What is wrong is said at the top and beside the field, and is there again on the next visit.
func TestStepKeepsWhatIsWrong(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	rec := b.want(b.fill("birth", url.Values{
		"applicant.birth_date.day": {"31"}, "applicant.birth_date.month": {"2"}, "applicant.birth_date.year": {"1991"},
		"applicant.birth_city": {"<Gênes>"},
	}), http.StatusUnprocessableEntity)
	page := rec.Body.String()
	contains(t, page, `id="error-summary"`, `href="#applicant.birth_date"`, `id="applicant.birth_date-error"`, `value="31"`, `value="&lt;Gênes&gt;"`)
	contains(t, b.page(b.dossier+"/step/birth"), `value="31"`, `value="1991"`, `value="&lt;Gênes&gt;"`)
}

// wrong is an answer that no field of the kind takes.
var wrong = map[form.Kind]string{
	form.Number: "deux", form.Decimal: "beaucoup", form.Money: "1,2,3", form.Time: "25:61", form.Email: "nobody", form.Phone: "123",
	form.Country: "ZZ", form.Choice: "neither", form.Choices: "neither", form.Bool: "perhaps",
}

// Every question of every step takes an answer of the wrong form without losing it.
func TestEveryFieldBroken(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.tell(testkit.PersonaNamed(t, "tenant"))
	for _, s := range b.read().Journey(nil, b.w.now()).Steps() {
		if !s.Relevant || s.Step.Files {
			continue
		}
		for _, f := range s.Fields {
			bad, has := wrong[f.Field.Kind]
			if !f.Relevant || f.Computed() || !has && f.Field.Kind != form.Date {
				continue
			}
			posted := shownOnly(testkit.PersonaNamed(t, "tenant").Post(s.Step), s)
			name := f.Path
			if f.Field.Kind == form.Date {
				name, bad = f.Path+".month", "13"
			}
			posted.Set(name, bad)
			rec := b.fill(s.Step.ID, posted)
			if rec.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s: status %d", f.Path, rec.Code)
			}
			if kept := strings.Join(b.read().Filed[f.Path], " "); !strings.Contains(kept, bad) {
				t.Errorf("%s: %q is kept as %q", f.Path, bad, kept)
			}
			b.want(b.fill(s.Step.ID, shownOnly(testkit.PersonaNamed(t, "tenant").Post(s.Step), s)), http.StatusSeeOther)
		}
	}
}

// A page that no browser of ours sends is refused as a whole, and what was saved stays.
func TestHostilePosts(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.want(b.fill("birth", url.Values{"applicant.birth_city": {"Gênes"}}), http.StatusUnprocessableEntity)
	many := url.Values{}
	for i := range 10_000 {
		many.Set(fmt.Sprint("x", i), "1")
	}
	for name, c := range map[string]struct {
		posted url.Values
		status int
	}{
		"an unknown field":         {url.Values{"applicant.is_admin": {"yes"}}, http.StatusUnprocessableEntity},
		"a field of another step":  {url.Values{"applicant.last_name": {"X"}}, http.StatusUnprocessableEntity},
		"an answer twice":          {url.Values{"applicant.birth_city": {"Gênes", "Nice"}}, http.StatusUnprocessableEntity},
		"a button of another page": {url.Values{"action": {"add:children"}}, http.StatusUnprocessableEntity},
		"an endless value":         {url.Values{"applicant.birth_city": {strings.Repeat("a", 70<<10)}}, http.StatusRequestEntityTooLarge},
		"10 MB":                    {url.Values{"applicant.birth_city": {strings.Repeat("a", 10<<20)}}, http.StatusRequestEntityTooLarge},
		"10,000 fields":            {many, http.StatusRequestEntityTooLarge},
		"a version that is none":   {url.Values{"_version": {"x"}}, http.StatusUnprocessableEntity},
	} {
		if !c.posted.Has("_version") {
			c.posted.Set("_version", "1")
		}
		if rec := b.post(b.dossier+"/step/birth", c.posted); rec.Code != c.status {
			t.Errorf("%s: status %d, want %d: %s", name, rec.Code, c.status, excerpt(rec.Body.String()))
		}
	}
	if city := b.read().Filed["applicant.birth_city"]; len(city) != 1 || city[0] != "Gênes" {
		t.Errorf("the answer is now %d values", len(city))
	}
}

// Rows come and go by buttons; the 31st is refused and what was typed beside it stays.
func TestRows(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	step := b.dossier + "/step/children"
	for range 2 {
		posted := url.Values{"action": {"add:children"}}
		posted["children"] = b.read().Filed["children"]
		rec := b.want(b.fill("children", posted), http.StatusSeeOther)
		if at := rec.Header().Get("Location"); !strings.HasPrefix(at, step+"#children.") {
			t.Errorf("a row added leads to %s", at)
		}
	}
	rows := b.read().Filed["children"]
	posted := url.Values{"children": rows, "children." + rows[1] + ".first_name": {"Zoé"}, "action": {"remove:children:" + rows[0]}}
	b.want(b.fill("children", posted), http.StatusSeeOther)
	d := b.read()
	if left := d.Filed["children"]; len(left) != 1 || left[0] != rows[1] || d.Filed["children."+rows[1]+".first_name"][0] != "Zoé" {
		t.Fatalf("rows left: %d", len(left))
	}
	var all []string
	for i := range 30 {
		all = append(all, fmt.Sprint("k", i))
	}
	posted = url.Values{"children": all, "children.k3.first_name": {"Ève"}, "action": {"add:children"}}
	page := b.want(b.fill("children", posted), http.StatusUnprocessableEntity).Body.String()
	contains(t, page, `href="#children"`, `value="Ève"`)
	if strings.Contains(page, `value="add:children"`) {
		t.Error("a full group still offers a row")
	}
	posted = url.Values{"children": append(all, "k30")}
	b.want(b.fill("children", posted), http.StatusUnprocessableEntity)
	if n := len(b.read().Filed["children"]); n != 30 {
		t.Errorf("%d rows", n)
	}
}

// The language changes in the middle of a page and nothing typed is lost.
func TestLanguageSwitch(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	contains(t, b.page(b.dossier+"/step/birth"), "Ville de naissance")
	rec := b.want(b.fill("birth", url.Values{"applicant.birth_city": {"Gênes"}, "action": {"lang:en"}}), http.StatusSeeOther)
	contains(t, b.page(rec.Header().Get("Location")), "City of birth", `value="Gênes"`, `lang="en"`)
}

// The script saves as one types, and gets the questions anew: what an answer opens is there, errors are not.
func TestFragment(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.header.Set("X-Guichet-Fragment", "1")
	b.header.Set("Sec-Fetch-Mode", "cors")
	rec := b.want(b.fill("means", url.Values{"finance.means": {"bank_references"}}), http.StatusOK)
	page := rec.Body.String()
	contains(t, page, `<div id="fragment">`, `value="add:finance.bank_refs"`, `name="_version" value="1"`)
	if strings.Contains(page, "<html") || strings.Contains(page, "error-message") {
		t.Error("a fragment is a whole page, or complains while the person types")
	}
	if got := rec.Header().Get("X-Guichet-Version"); got != "1" {
		t.Errorf("version %q", got)
	}
	stale := b.want(b.post(b.dossier+"/step/means", url.Values{"_version": {"0"}, "finance.means": {"salary"}}), http.StatusConflict)
	if strings.Contains(stale.Body.String(), `id="fragment"`) || len(excerpt(stale.Body.String())) < 20 {
		t.Error("a conflict says nothing, or brings a fragment")
	}
}

// Two tabs: equal answers are no conflict; others show both values, and either can be kept.
func TestTwoTabs(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	at := b.dossier + "/step/birth"
	say := func(city string, version string) url.Values {
		return url.Values{"_version": {version}, "applicant.birth_city": {city}, "action": {"continue"}}
	}
	b.want(b.post(at, say("Gênes", "0")), http.StatusUnprocessableEntity)
	b.want(b.post(at, say("Gênes", "0")), http.StatusUnprocessableEntity) // sent twice
	page := b.want(b.post(at, say("Nice", "0")), http.StatusConflict).Body.String()
	contains(t, page, "Gênes", "Nice", "Ville de naissance", `name="applicant.birth_city" value="Nice"`, `name="_version" value="1"`)
	if b.read().Filed["applicant.birth_city"][0] != "Gênes" {
		t.Error("the second tab has overwritten the first")
	}
	other := b.want(b.post(at+"?lang=en", with(say("Nice", "0"), "action", "lang:en")), http.StatusConflict).Body.String()
	contains(t, other, "City of birth", `value="Nice"`)
	b.want(b.post(at, say("Nice", "1")), http.StatusUnprocessableEntity) // keep mine
	if b.read().Filed["applicant.birth_city"][0] != "Nice" {
		t.Error("what was chosen is not kept")
	}
}

// Without a script, what an answer opens appears when the page is sent, and it is no fault not to have answered it.
func TestOpenedQuestions(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	rec := b.want(b.fill("means", url.Values{"finance.means": {"bank_references"}}), http.StatusSeeOther)
	to := rec.Header().Get("Location")
	if to != b.dossier+"/step/means#finance.bank_refs" {
		t.Fatalf("leads to %s", to)
	}
	page := b.page(to)
	contains(t, page, `value="add:finance.bank_refs"`, "D’autres questions se posent")
	if strings.Contains(page, "error-summary") {
		t.Error("a question that was never shown is an error")
	}
	b.want(b.fill("means", url.Values{"finance.means": {"bank_references"}}), http.StatusUnprocessableEntity)
}

// A page about other people wants its box ticked once something is typed (RP-042, RP-179).
func TestNoticeOfStep(t *testing.T) {
	testkit.Covers(t, "RP-042")
	b := newWorld(t).signIn("chiara@example.org")
	page := b.page(b.dossier + "/step/parents")
	contains(t, page, `name="notice.tell_third_persons"`)
	if strings.Contains(page, " checked") {
		t.Error("the box is ticked in advance")
	}
	b.want(b.fill("parents", url.Values{}), http.StatusSeeOther)
	typed := url.Values{"parents.father_last_name": {"Bianchi"}}
	contains(t, b.want(b.fill("parents", typed), http.StatusUnprocessableEntity).Body.String(), `href="#notice.tell_third_persons"`, `value="Bianchi"`)
	contains(t, b.page(b.dossier), "Commencé")
	typed.Set("notice.tell_third_persons", "yes")
	b.want(b.fill("parents", typed), http.StatusSeeOther)
}

// What the service knows of the account is offered, and is no answer until the page is saved.
func TestPrefill(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	contains(t, b.page(b.dossier+"/step/start"), `value="chiara@example.org"`)
	if len(b.read().Filed) != 0 {
		t.Error("looking at a page has answered it")
	}
}

// Coming from the check page, one goes back there.
func TestChangeFromCheckPage(t *testing.T) {
	b := newWorld(t).signIn("chiara@example.org")
	b.tell(testkit.PersonaNamed(t, "tenant"))
	contains(t, b.page(b.dossier+"/check"), b.dossier+"/step/birth?check=1#applicant.birth_city")
	posted := testkit.PersonaNamed(t, "tenant").Post(b.w.def.Form.Step("birth"))
	posted.Set("_version", "1")
	posted.Set("applicant.birth_city", "Nice")
	rec := b.want(b.post(b.dossier+"/step/birth?check=1", posted), http.StatusSeeOther)
	if at := rec.Header().Get("Location"); at != b.dossier+"/check" {
		t.Errorf("leads to %s", at)
	}
}
