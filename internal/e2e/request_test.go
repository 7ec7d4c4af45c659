package e2e

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const (
	asker  = "zoe.martin@example.org"
	lawyer = "juriste@example.org"
)

var (
	dossierIn = regexp.MustCompile(`/dossier/([a-z0-9]{20,})`)
	eight     = regexp.MustCompile(`\d{4} \d{4}`)
)

// rightsWords are what the pages say, by language.
var rightsWords = map[string]map[string]string{
	"fr": {"doubt": "Deux personnes portent ce nom.", "lifted": "Nous cherchons ce qui vous concerne", "answered": "La réponse se trouve ci-dessous", "late": "EN RETARD", "over": "Le délai légal de réponse a pris fin", "due": "20/12/2026", "post": "05/12/2026"},
	"en": {"doubt": "Two people bear this name.", "lifted": "We are looking for what concerns you", "answered": "The answer is below", "late": "OVERDUE", "over": "The statutory time to answer ended", "due": "20/12/2026", "post": "05/12/2026"},
}

// A person asks without an account, a doubt about them is raised and lifted, and the answer is fetched with a link and a code; a
// request by post is registered at the counter; the month is over, and the desk knows.
func TestARequestFromItsFirstWordToItsAnswer(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			testkit.Covers(t, "DS-006", "DS-008", "DS-009", "DS-012", "DS-014", "DS-022", "DS-023", "DS-026", "DS-039", "DS-040")
			h := open(t)
			h.Hire(lawyer, lang, "legal_cell")
			words, def := rightsWords[lang], h.Catalogue.Get(requests)
			person, agent := h.browse(mouse{script: true}), h.browse(mouse{script: true})
			person.mail = asker
			agent.signIn(h.agents, lawyer, stage.Password)
			agent.speak(h.agents, lang)
			person.speak(h.applicants, lang)

			id := person.requests(def, lang, "access")
			agent.doubts(id, words["doubt"])
			person.lifts(id, lang, words)
			if lang == "en" {
				agent.liftsDoubt(id)
			}
			person.visit(h.path(id, ""))
			person.says(words["lifted"])
			agent.gives(id)
			person.fetches(id, words["answered"])

			post := agent.registers(def, lang, words["post"])
			late := person.requests(def, lang, "opposition", "erasure")
			agent.knowsTheMonthIsOver(late, post, words)
		})
	}
}

func requester(lang string, rights ...any) testkit.Persona {
	return testkit.Persona{Name: "zoe", Lang: lang, Answers: map[string]any{
		"requester.last_name": "Martin", "requester.first_name": "Zoé", "requester.email": asker,
		"request.right": rights, "request.message": "Quelles données sur moi tenez-vous ?",
	}}
}

// requests sends a request without an account, page after page.
func (t *tab) requests(def *procedure.Procedure, lang string, rights ...any) (id string) {
	t.t.Helper()
	t.visit(t.applicants + "/start/" + def.ID)
	t.send(`main form#start button.govuk-button`)
	found := dossierIn.FindStringSubmatch(t.at())
	if found == nil {
		t.t.Fatalf("nothing was begun:\n%s", t.words())
	}
	t.types(t.applicants, def, found[1], requester(lang, rights...))
	if d := t.kept(found[1]); d.State != "received" || d.OwnerID != 0 || d.DueOn == nil {
		t.t.Fatalf("not received but %s, due %v:\n%s", d.State, d.DueOn, t.words())
	}
	t.says(t.kept(found[1]).Reference)
	return found[1]
}

// types answers every page of questions at a door, and sends it.
func (t *tab) types(door string, def *procedure.Procedure, id string, p testkit.Persona) {
	t.t.Helper()
	for _, s := range def.Form.Steps {
		if s.Files {
			continue
		}
		t.visit(door + "/dossier/" + id + "/step/" + s.ID)
		t.fill(s, p)
	}
	t.visit(door + "/dossier/" + id + "/check")
	t.send(`main form[action*="/move/submit"] button.govuk-button`)
	t.Drain()
}

// doubts asks for the copy of an identity document, with a word why.
func (t *tab) doubts(id, why string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/move/doubt_identity")
	t.type_("word.request.id_copy", why)
	t.send(`main form[action*="/move/doubt_identity"] button.govuk-button`)
	t.Drain()
	if d := t.kept(id); d.State != "identity_doubt" {
		t.t.Fatalf("no doubt but %s:\n%s", d.State, t.words())
	}
}

// lifts reads why, and sends the copy; in English the desk lifts the doubt without one.
func (t *tab) lifts(id, lang string, words map[string]string) {
	t.t.Helper()
	t.visit(t.path(id, ""))
	t.says(words["doubt"])
	if lang == "en" {
		return
	}
	t.visit(t.path(id, "/documents"))
	const field = "request.id_copy" // kept under a name that says nothing
	must(t.t, chromedp.Do(t.ctx, chromedp.SetUploadFiles(byID(field), []string{t.picture(120)})))
	t.hand.press(t, fmt.Sprintf(`form:has([id=%q]) button.govuk-button`, field))
	t.until(fmt.Sprintf(`document.querySelector('form:has([id=%q]) .guichet-files')`, field))
	t.visit(t.path(id, ""))
	t.send(`form[action*="/move/prove_identity"] button`)
	t.Drain()
}

func (t *tab) liftsDoubt(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/move/lift_doubt")
	t.hand.pick(t, "register.identity_check", "verified", "")
	t.send(`main form[action*="/move/lift_doubt"] button.govuk-button`)
	t.Drain()
}

// gives puts the answer together and answers.
func (t *tab) gives(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id + "/inquiry")
	t.type_("email", "personne@example.org")
	t.send(`#person button.govuk-button`)
	t.send(`main form[action$="/inquiry/answer"] button.govuk-button`)
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/move/respond")
	t.hand.pick(t, "register.identity_check", "verified", "")
	for _, n := range []string{"", "-2", "-3", "-4", "-5"} {
		t.hand.choose(t, "answer.checklist"+n)
	}
	t.type_("answer.text", "Nous tenons votre nom et rien d’autre.")
	t.send(`main form[action*="/move/respond"] button.govuk-button`)
	t.Drain()
	if d := t.kept(id); d.State != "answered" || len(d.Documents) > 0 {
		t.t.Fatalf("not answered but %s with %d copies:\n%s", d.State, len(d.Documents), t.words())
	}
}

// fetches reads the answer on the page of the request, and takes the package away by the link and a code.
func (t *tab) fetches(id, words string) {
	t.t.Helper()
	t.visit(t.path(id, ""))
	t.says(words)
	t.says("Nous tenons votre nom et rien d’autre.")
	link := t.mailed(t.mail, t.applicants+"/answer/")
	t.visit(link)
	t.send(`#ask button`)
	t.Drain()
	code := ""
	for _, m := range t.Mails(t.mail) {
		if strings.Contains(m.Body, "rien d’autre") {
			t.t.Errorf("a mail bears the answer: %s", m.Body)
		}
		if code == "" {
			code = eight.FindString(m.Body)
		}
	}
	t.type_("code", code)
	t.send(`#code-form button`)
	pass := look[string](t, `document.querySelector("#fetch [name=pass]")?.value ?? ""`)
	got := t.ask("POST", strings.TrimPrefix(link, t.applicants)+"/file", formKind, strings.NewReader(url.Values{"pass": {pass}, "form": {"pdf"}}.Encode()))
	if got.status != 200 || !strings.HasPrefix(got.body, "%PDF") {
		t.t.Errorf("the answer is not fetched: %d\n%s", got.status, t.words())
	}
}

// registers enters a letter at the counter, with the day on which it was received.
func (t *tab) registers(def *procedure.Procedure, lang, due string) (id string) {
	t.t.Helper()
	t.visit(t.agents + "/counter/" + def.ID)
	t.hand.choose(t, look[string](t, `document.querySelector("#counter [name=channel][value=post]").id`))
	for name, day := range map[string][3]string{"signed": {"2", "11", "2026"}, "received": {"5", "11", "2026"}} {
		for i, part := range []string{"day", "month", "year"} {
			t.type_(look[string](t, fmt.Sprintf(`document.querySelector('#counter [name="%s.%s"]').id`, name, part)), day[i])
		}
	}
	t.type_("original", "Classeur 4")
	t.send(`#counter button.govuk-button`)
	found := dossierIn.FindStringSubmatch(t.at())
	if found == nil {
		t.t.Fatalf("nothing is being entered:\n%s", t.words())
	}
	p := requester(lang, "rectification")
	p.Answers["requester.email"], p.Answers["requester.last_name"], p.Answers["requester.address"] = nil, "Rossi", "3 rue Grimaldi, Monaco"
	t.types(t.agents, def, found[1], p)
	if d := t.kept(found[1]); d.State != "received" || d.Channel != "post" || d.DueOn.Format("02/01/2006") != due {
		t.t.Fatalf("%s by %s, due %v:\n%s", d.State, d.Channel, d.DueOn, t.words())
	}
	return found[1]
}

// knowsTheMonthIsOver finds what is overdue in the queue and on the pages, and that nothing else has changed.
func (t *tab) knowsTheMonthIsOver(late, post string, words map[string]string) {
	t.t.Helper()
	t.Clock.Set(time.Date(2026, 12, 21, 9, 0, 0, 0, time.UTC))
	t.Tidy()
	told := 0
	for _, m := range t.Mails(lawyer) {
		if strings.Contains(m.Body, t.kept(late).Reference) {
			t.t.Errorf("news of nobody’s request names it: %s", m.Body)
		}
		if !strings.Contains(m.Body, "Zoé") {
			told++
		}
	}
	if told == 0 {
		t.t.Error("the desk is told nothing by mail")
	}
	t.signIn(t.agents, lawyer, stage.Password)
	t.acknowledge()
	t.visit(t.agents + "/queue?procedure=" + requests)
	t.says(words["late"])
	t.visit(t.agents + "/dossier/" + late)
	t.says(words["over"])
	for _, id := range []string{late, post} {
		if d := t.kept(id); d.State != "received" || d.DueOverAt == nil {
			t.t.Errorf("%s, over since %v", d.State, d.DueOverAt)
		}
	}
}
