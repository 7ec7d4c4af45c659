package backoffice_test

import (
	"net/url"
	"testing"
	"time"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// Who opens a decision holds the dossier: a colleague sees who and until when, cannot decide, and loses nothing that was typed.
func TestDecisionIsHeldByItsReader(t *testing.T) {
	testkit.Covers(t, "RP-025")
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "en", officer)
	const words = "Une explication écrite avant\nque le collègue n’ouvre la page."
	late := w.move(second, "refuse").Set("reason", "other").Set("decision.comment", words)
	second.Get(w.path("")).Form("/release").Submit("").Want(200)

	mine := w.move(first, "refuse").Set("reason", "conditions_not_met").Set("decision.comment", "Motif.")
	first.Page.Shows("Ce dossier vous est réservé jusqu’à")
	second.Get(w.path("")).Shows("Camille Agent is deciding this file")
	second.Try(w.path("/move/admit")).Want(409).Shows("Camille Agent is deciding this file").Shows("Nobody else can decide it before then")
	page := late.Submit("").Want(409).Shows("Camille Agent is deciding this file")
	again := page.Form("/move/refuse")
	if again.Values.Get("decision.comment") != words || again.Values.Get("reason") != "other" {
		t.Errorf("lost what was typed: %v", again.Values)
	}
	if s := w.state(); s != "submitted" {
		t.Fatalf("decided all the same: %s", s)
	}
	w.Clock.Advance(10 * time.Minute)
	first.Get("/queue") // still at work
	second.Post(w.path("/release"), url.Values{}).Want(200)
	second.Try(w.path("/move/admit")).Want(409) // one lets go of one's own hold alone
	w.Clock.Advance(5*time.Minute + time.Second)
	w.move(second, "admit")
	second.Page.Shows("This file is reserved for you until")
	mine.Submit("").Want(409).Shows("décide ce dossier, réservé jusqu’à")
	second.Get(w.path("")).Form("/release").Submit("").Want(200).Shows("The file is free again.")
	mine.Submit("").Want(200)
	w.approved(second)
	if s := w.state(); s != "refused" {
		t.Fatalf("not decided: %s", s)
	}
}

// A dossier that resembles another says so, with the reason, to who may read both; to whom the answers are hidden it does not.
func TestLikenessIsTold(t *testing.T) {
	w := &world{App: stage.Open(t, clerk(t)), t: t}
	w.person, w.id = w.filed("chiara@example.org")
	agent, reader := w.Hire("agent@example.org", "fr", officer), w.Hire("accueil@example.org", "fr", "clerk")
	agent.Get(w.path("")).Hides("Dossiers qui lui ressemblent")
	first := w.reference()
	w.person, w.id = w.filed("double@example.org")
	agent.Get(w.path("")).Shows("Dossiers qui lui ressemblent").Shows("même nom et même date de naissance, même numéro de pièce d’identité").Shows(first)
	reader.Get(w.path("")).Hides("Dossiers qui lui ressemblent").Hides(first)
}
