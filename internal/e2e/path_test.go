package e2e

import (
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// The whole path of two people in a browser, the one in French, the other in English.
func TestWholePath(t *testing.T) {
	for _, name := range []string{"tenant", "family"} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			p := testkit.PersonaNamed(t, name)
			tab := h.browse(mouse{script: true})
			id := tab.register(p)
			tab.fillAll(id, p)
			tab.sendAll(id)
			tab.answered(id)
		})
	}
}

// register makes an account by the pages and the mail, and begins a dossier; its id.
func (t *tab) register(p testkit.Persona) string {
	t.t.Helper()
	email, _ := p.Answers["declarant.mail"].(string)
	t.visit(t.applicants + "/")
	if look[string](t, "document.documentElement.lang") != p.Lang {
		t.turns(func() { t.hand.press(t, "a.guichet-header__link[hreflang]") })
	}
	t.follow("/register")
	t.type_("email", email)
	t.type_("password", stage.Password)
	t.hand.choose(t, "terms")
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

// answered plays the agent and the person in turn: asked, completed, admitted, accepted, read.
func (t *tab) answered(id string) {
	t.t.Helper()
	agent := t.beside()
	agent.join("agent@example.org", "authority")
	agent.visit(t.agents + "/queue")
	agent.follow("/dossier/" + id)
	agent.send(`button[form=act-take]`)
	agent.asks(id, map[string]string{"contact.phone": "Personne ne répond.", "documents.holder_identity": "La photo est floue."})

	t.completes(id)

	agent.visit(t.agents + "/dossier/" + id)
	agent.says("+377 99 99 99 99")
	agent.follow("/move/admit")
	agent.send(`main form[action*="/move/admit"] button.govuk-button`)
	t.Drain()
	agent.visit(t.agents + "/dossier/" + id)
	agent.follow("/move/accept")
	agent.type_("decision.comment", "Bienvenue à Monaco.")
	agent.send(`main form[action*="/move/accept"] button.govuk-button`)
	if d := t.kept(id); d.State != "accepted" {
		t.t.Fatalf("not accepted but %s:\n%s", d.State, agent.words())
	}

	t.visit(t.path(id, ""))
	t.says("Bienvenue à Monaco.")
	t.visit(t.path(id, "/messages"))
	t.says(t.kept(id).Reference)
}

// join takes up an invitation: a password, sign-in, and what an agent must acknowledge.
func (t *tab) join(email string, roles ...string) {
	t.t.Helper()
	t.visit(t.invite(email, roles...))
	t.type_(look[string](t, `document.querySelector("[type=password]").id`), stage.Password)
	t.send(`main form button`)
	t.signIn(t.agents, email, stage.Password)
	t.acknowledge()
}

// acknowledge reads what an agent must know before the first dossier.
func (t *tab) acknowledge() {
	t.t.Helper()
	for range 5 {
		t.visit(t.agents + "/")
		if t.at() != "/duties" {
			return
		}
		t.send(`form[action^="/duties"] button`)
	}
	t.t.Fatalf("the same duty is shown again and again:\n%s", t.words())
}

// asks asks the person for items, by path, with a word on each.
func (t *tab) asks(id string, words map[string]string) {
	t.t.Helper()
	t.follow("/move/ask")
	look[int](t, `document.querySelectorAll("details").forEach(d => d.open = true) ?? 0`)
	for path, word := range words {
		t.hand.choose(t, "pick."+path)
		t.type_("word."+path, word)
	}
	t.send(`main form[action*="/move/ask"] button.govuk-button`)
	if d := t.kept(id); d.State != "incomplete" {
		t.t.Fatalf("not asked but %s:\n%s", d.State, t.words())
	}
}

// completes gives what was asked, by the links of the state page, and sends it.
func (t *tab) completes(id string) {
	t.t.Helper()
	t.visit(t.path(id, ""))
	t.says("Personne ne répond.")
	t.turns(func() { t.hand.press(t, `#asked a[href*="/step/"]`) })
	t.type_("contact.phone", "+377 99 99 99 99")
	t.send(`main button[value=continue]`)
	t.visit(t.path(id, ""))
	t.turns(func() { t.hand.press(t, `#asked a[href*="/documents"]`) })
	t.attach("documents.holder_identity", t.picture(200))
	t.visit(t.path(id, ""))
	t.send(`form[action*="/move/complete"] button`)
	if d := t.kept(id); d.State != "submitted" {
		t.t.Fatalf("not completed but %s:\n%s", d.State, t.words())
	}
}
