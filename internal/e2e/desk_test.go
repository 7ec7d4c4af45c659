package e2e

import (
	"fmt"

	"guichet/internal/testkit/stage"
)

// completedAndAccepted is an agent who asks, a person who completes, and the answer that pleases.
func completedAndAccepted(t *tab, id string) {
	t.t.Helper()
	agent := t.takes(id)
	agent.asks(id, map[string]string{"contact.phone": "Personne ne répond.", "documents.holder_identity": "La photo est floue."})
	t.completes(id)
	agent.visit(t.agents + "/dossier/" + id)
	agent.says("+377 99 99 99 99")
	agent.decides(id, "admit")
	agent.decides(id, "accept")
	t.learns(id, "accepted")
}

func accepted(t *tab, id string) {
	t.t.Helper()
	agent := t.takes(id)
	agent.decides(id, "admit")
	agent.decides(id, "accept")
	t.learns(id, "accepted")
}

func refused(t *tab, id string) {
	t.t.Helper()
	t.takes(id).decides(id, "refuse")
	t.beside().seconds(id)
	t.learns(id, "refused")
}

// takes is an agent, in a tab beside, who has taken the dossier from the queue and works by the same hand.
func (t *tab) takes(id string) *tab {
	t.t.Helper()
	agent := t.beside()
	agent.join("agent@example.org", "authority")
	agent.visit(t.agents + "/queue")
	agent.follow("/dossier/" + id)
	agent.send(`button[form=act-take]`)
	return agent
}

// seconds is another agent, who approves what the first has proposed.
func (t *tab) seconds(id string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.send(`form[action="/sign-out"] button`)
	t.join("second@example.org", "authority")
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/second")
	t.send(`main form[action$="/approve"] button.govuk-button`)
	t.Drain()
}

// comment is what an agent tells every person.
const comment = "Voyez le guichet, au rez-de-chaussée."

// decides makes a move by its page, with the first reason and a comment where they are asked.
func (t *tab) decides(id, move string) {
	t.t.Helper()
	t.visit(t.agents + "/dossier/" + id)
	t.follow("/move/" + move)
	if reason := look[string](t, `document.querySelector("main [type=radio][name=reason]")?.id ?? ""`); reason != "" {
		t.hand.choose(t, reason)
	}
	if look[bool](t, `!!document.getElementById("decision.comment")`) {
		t.type_("decision.comment", comment)
	}
	before := t.kept(id).State
	t.send(fmt.Sprintf(`main form[action*="/move/%s"] button.govuk-button`, move))
	t.Drain()
	if after := t.kept(id); after.State == before && after.Proposer == 0 {
		t.t.Fatalf("%s leaves it %s:\n%s", move, after, t.words())
	}
}

// learns reads the answer where the mail leads to, and the mail itself among the messages.
func (t *tab) learns(id, state string) {
	t.t.Helper()
	d := t.kept(id)
	if d.State != state {
		t.t.Fatalf("not %s but %s", state, d.State)
	}
	t.visit(t.mailed(t.mail, t.path(id, "")))
	t.says(comment)
	t.visit(t.path(id, "/messages"))
	t.says(d.Reference)
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
	for path, word := range words {
		if look[bool](t, fmt.Sprintf(`!document.getElementById(%q).closest("details").open`, "pick."+path)) {
			t.hand.press(t, fmt.Sprintf(`details:has([id=%q]) > summary`, "pick."+path))
		}
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
