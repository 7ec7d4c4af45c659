package e2e

import (
	"slices"
	"strings"
	"testing"

	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// journey is a person's whole way in a browser, and what the agent makes of it.
type journey struct {
	who    string
	hand   hand
	papers []string // that only such a person owes
	agent  func(t *tab, id string)
}

// journeys are five people: two in English, three in French; one without any script, one by the keyboard alone.
var journeys = []journey{
	{"tenant", mouse{script: true}, nil, completedAndAccepted},
	{"family", mouse{script: true}, []string{"documents.family_proof", "documents.minor_child_papers"}, accepted},
	{"youth", mouse{}, []string{"documents.declarant_identity"}, completedAndAccepted},
	{"retiree", keyboard{}, []string{"documents.visa_d", "documents.french_card"}, refused},
	{"mandate", mouse{script: true}, []string{"documents.declarant_mandate", "documents.declarant_proof", "documents.visa_d"}, actedFor},
}

// The whole path of five people, from the first page to the answer that they read.
func TestWholePath(t *testing.T) {
	for _, j := range journeys {
		t.Run(j.who, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			p := testkit.PersonaNamed(t, j.who)
			tab := h.browse(j.hand)
			id := tab.register(p)
			if p.Answers["applicant.is_applicant"] == false {
				tab.foundsFirm()
				tab.visit(tab.path(id, ""))
			}
			tab.fillAll(id, p)
			tab.sendAll(id)
			tab.owed(id, j.papers)
			j.agent(tab, id)
			if lang := look[string](tab, "document.documentElement.lang"); lang != p.Lang {
				t.Errorf("a person who reads %q ends on a page in %q", p.Lang, lang)
			}
		})
	}
}

// owed expects the dossier to hold documents that only such a person owes.
func (t *tab) owed(id string, paths []string) {
	t.t.Helper()
	d := t.kept(id)
	for _, path := range paths {
		if !slices.ContainsFunc(d.Documents, func(k dossier.Attached) bool { return k.Path == path || strings.HasPrefix(k.Path, path+".") }) {
			t.t.Errorf("%s was neither asked nor given", path)
		}
	}
}

// register makes an account by the pages and the mail, and begins a dossier; its id.
func (t *tab) register(p testkit.Persona) string {
	t.t.Helper()
	email, _ := p.Answers["declarant.mail"].(string)
	t.mail = email
	t.visit(t.applicants + "/")
	if look[string](t, "document.documentElement.lang") != p.Lang {
		t.turns(func() { t.hand.press(t, "a.guichet-header__link[hreflang]") })
	}
	t.follow("/register")
	t.type_("email", email)
	t.type_("password", stage.Password)
	t.hand.choose(t, "terms")
	if !t.hand.scripted() {
		t.Clock.Advance(account.FormWait)
	}
	t.send(`#register button.govuk-button`)
	t.visit(t.mailed(email, t.applicants+"/confirm/"))
	t.type_("password", stage.Password)
	t.send(`#confirm button`)
	if !strings.HasPrefix(t.at(), "/start/") {
		t.visit(t.applicants + "/dossiers")
		t.follow("/start/" + t.Definition().ID)
	}
	for _, box := range look[[]string](t, `[...document.querySelectorAll("#start [type=checkbox]")].map(e => { if (e.checked) throw "a box is ticked already"; return e.id })`) {
		t.hand.choose(t, box)
	}
	t.send(`#start button.govuk-button`)
	parts := strings.Split(t.at(), "/")
	if len(parts) < 3 || parts[1] != "dossier" {
		t.t.Fatalf("no dossier was started:\n%s", t.words())
	}
	return parts[2]
}

// fillAll goes through the steps as the pages lead.
func (t *tab) fillAll(id string, p testkit.Persona) {
	t.t.Helper()
	if strings.HasSuffix(t.at(), id) {
		t.follow("/step/" + t.steps()[0].ID)
	}
	for _, s := range t.steps() {
		if strings.HasSuffix(t.at(), "/step/"+s.ID) {
			t.fill(s, p)
		}
	}
	if !strings.HasSuffix(t.at(), "/documents") {
		t.t.Fatalf("the steps do not lead to the documents:\n%s", t.words())
	}
}

// sendAll attaches what is owed, declares what must be declared, and sends.
func (t *tab) sendAll(id string) {
	t.t.Helper()
	if n := t.attachOwed(); n == 0 {
		t.t.Error("no document was owed")
	}
	t.follow("/dossier/" + id + "/check")
	for _, box := range look[[]string](t, `[...document.querySelectorAll("main form [type=checkbox]")].map(e => e.id)`) {
		t.hand.choose(t, box)
	}
	t.send(`main form[action*="/move/submit"] button.govuk-button`)
	d := t.kept(id)
	if d.Reference == "" || d.State != "submitted" {
		t.t.Fatalf("not sent:\n%s", t.words())
	}
	t.says(d.Reference)
	t.receipt(id)
}

// receipt reads the receipt as the browser would save it.
func (t *tab) receipt(id string) {
	t.t.Helper()
	got := t.ask("GET", "/dossier/"+id+"/receipt.pdf", "", nil)
	if got.status != 200 || got.kind != "application/pdf" || !strings.HasPrefix(got.body, "%PDF-") {
		t.t.Errorf("the receipt is %d, %q", got.status, got.kind)
	}
}
