package e2e

import (
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// Ask, answer, compare, ask again, decide: an agent and a person in two windows, in both languages.
func TestAskAnswerCompareDecide(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			const email = "chiara@example.org"
			p := testkit.PersonaNamed(t, "tenant")
			p.Lang, p.Answers["contact.language"] = lang, lang
			f := h.draft(email, p)
			f.Fill()
			f.AttachAll()
			f.Send()
			person, agent := h.browse(mouse{script: true}), h.browse(mouse{script: true})
			person.mail = email
			person.signIn(h.applicants, email, stage.Password)
			person.speak(h.applicants, lang)
			agent.join("agent@example.org", "authority")
			agent.speak(h.agents, lang)

			agent.gathers(f.ID)
			agent.sendsRequest(f.ID)
			person.completes(f.ID)
			agent.compares(f.ID)
			agent.sendsRequest(f.ID)
			person.replaces(f.ID)
			agent.accepts(f.ID)
			agent.decides(f.ID, "admit")
			agent.decides(f.ID, "accept")
			person.learns(f.ID, "accepted")
			for _, who := range []*tab{person, agent} {
				if got := look[string](who, "document.documentElement.lang"); got != lang {
					t.Errorf("began in %q and ends in %q", lang, got)
				}
			}
			testkit.Covers(t, "RP-014")
		})
	}
}

// gathers puts an answer into the request from the page that shows it, and rejects a document beside its page.
func (t *tab) gathers(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.turns(func() { t.hand.press(t, `a[href$="/ask?item=contact.phone"]`) })
	t.hand.pick(t, "why", "inconsistent", "")
	t.type_("word", "Personne ne répond.")
	t.send(`main button[value=add]`)
	t.visit(t.agents + "/dossier/" + id)
	t.turns(func() { t.hand.press(t, `#papers a[href*="?doc="]`) })
	t.send(`#judge button[value=rejected]`)
	if !look[bool](t, `!!document.getElementById("error-summary")`) {
		t.t.Errorf("a document was rejected without a reason:\n%s", t.words())
	}
	t.hand.pick(t, "reason", "unreadable", "")
	t.send(`#judge button[value=rejected]`)
	if d := t.kept(id); d.State != "submitted" {
		t.t.Fatalf("sent before it was sent: %s", d.State)
	}
}

// sendsRequest sends what was gathered, from the dossier's page.
func (t *tab) sendsRequest(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.turns(func() { t.hand.press(t, `#request a[href$="/move/ask"]`) })
	if !look[bool](t, `document.getElementById("pick.documents.holder_identity").checked`) {
		t.t.Errorf("the page of the request does not bear what was gathered:\n%s", t.words())
	}
	t.send(`main form[action*="/move/ask"] button.govuk-button`)
	if d := t.kept(id); d.State != "incomplete" || d.AnswerBy == nil {
		t.t.Fatalf("not asked but %s, until %v:\n%s", d.State, d.AnswerBy, t.words())
	}
}

// compares looks at what came back: changed words are struck out and underlined, and not by colour alone. One item is
// accepted, the document asked for again.
func (t *tab) compares(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/compare")
	for tag, line := range map[string]string{"del": "line-through", "ins": "underline"} {
		if got := look[string](t, `getComputedStyle(document.querySelector("#compare `+tag+`")).textDecorationLine`); got != line {
			t.t.Errorf("a changed word is marked by %q", got)
		}
	}
	t.says("99 99 99 99")
	t.hand.choose(t, "as.contact.phone")
	t.hand.choose(t, "as.documents.holder_identity-2")
	t.hand.pick(t, "why.documents.holder_identity", "incomplete", "")
	t.send(`#compare button.govuk-button`)
	if look[bool](t, `document.getElementById("pick.contact.phone").checked`) {
		t.t.Errorf("what was accepted is asked for again:\n%s", t.words())
	}
}

// replaces gives the one document that is asked for, and sends it.
func (t *tab) replaces(id string) {
	t.t.Helper()
	t.visit(t.path(id, ""))
	if n := look[int](t, `document.querySelectorAll("#asked li a").length`); n != 1 {
		t.t.Errorf("%d items are asked for:\n%s", n, t.words())
	}
	t.turns(func() { t.hand.press(t, `#asked a[href*="/documents"]`) })
	t.attach("documents.holder_identity", t.picture(90))
	t.visit(t.path(id, ""))
	t.send(`form[action*="/move/complete"] button`)
}

// accepts takes what came back as it is.
func (t *tab) accepts(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/compare")
	t.hand.choose(t, "as.documents.holder_identity")
	t.send(`#compare button.govuk-button`)
}
