package backoffice_test

import (
	"net/url"
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// A refusal is proposed by one agent and decided by another, on pages that say so to both; the person sees the old state until then.
func TestARefusalIsApprovedOnItsPage(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-025")
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "en", officer)
	analyst := w.Hire("analyste@example.org", "fr", "analyst")
	const words = "Les ressources ne suffisent pas."
	w.move(first, "refuse").Set("reason", "other").Set("decision.comment", words).Submit("Proposer : Refuser").Want(200).Shows("c’est proposé")
	first.Get(w.path("")).Shows("Un autre agent doit approuver").Hides("/move/refuse")
	page := first.Get(w.path("/second")).Shows(words).Shows("Un autre agent doit approuver cette décision")
	if page.MaybeForm("/approve") != nil {
		t.Error("the proposer is offered to approve")
	}
	approve := w.path("/second/") + w.text("select public_id from proposal") + "/approve"
	first.Post(approve, url.Values{}).Want(403).Shows("ne peut pas être approuvée par l’agent qui la propose")
	analyst.Post(approve, url.Values{}).Want(403)
	analyst.Try(w.path("/second")).Want(403)
	second.Get("/queue").Shows("Waits for a second officer")
	second.Get("/queue?assignee=me").Shows("Waiting for a second officer: 1").Follow("second=1").Shows(w.reference()) // the number and its list are one
	if at := second.Page.Path(); strings.Contains(at, "assignee") {
		t.Errorf("the link keeps a filter: %s", at)
	}
	first.Get("/queue?second=1").Hides(w.reference()) // their own waits for somebody else
	applicant := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
	applicant.Get("/dossier/" + w.id).Shows("Envoyée").Hides(words)

	second.Get(w.path("")).Shows("Another officer has to approve or send back").Follow("/second").Shows(words).Shows("Another reason")
	second.Page.Form("/back").Submit("").Want(422).Shows("Say why you send the proposal back")
	second.Page.Form("/back").Set("word", "Relis le bail.").Submit("").Want(200).Shows("The proposal is closed")
	first.Get(w.path("")).Shows("vous renvoie votre proposition").Shows("Relis le bail.")
	first.Try(w.path("/second")).Want(200) // back to the dossier: nothing waits any more
	second.Post(approve, url.Values{}).Want(409)

	late := w.move(second, "refuse").Set("reason", "other").Set("decision.comment", "Autre avis.")
	second.Get(w.path("")).Form("/release").Submit("").Want(200)
	w.move(first, "refuse").Set("reason", "other").Set("decision.comment", words).Submit("").Want(200)
	late.Submit("").Want(409).Shows("Camille Agent already proposes").Shows("Autre avis.")
	w.approved(second)
	applicant.Get("/dossier/" + w.id).Shows("Refusée").Shows(words)
	second.Get(w.path("")).Shows("Refused").Shows("proposed by Camille Agent").Hides("/move/refuse")
}

// For a reason that goes against the person a cancellation is proposed, and its page says which do; on many it is not offered.
func TestACancellationSaysWhatTakesTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.Hire("un@example.org", "fr", officer)
	form := w.move(first, "cancel_by_agent")
	first.Page.Shows("Un autre agent doit approuver.")
	form.Set("reason", "no_answer").Set("decision.comment", "Sans réponse.").Submit("").Want(200).Shows("c’est proposé")
	if s := w.state(); s != "submitted" {
		t.Errorf("one agent alone: %s", s)
	}
	first.Page.Shows("Annuler la demande") // for the other reasons it is still one agent's
	w.move(first, "cancel_by_agent")
	first.Page.Shows("À deux, sauf si une demande semblable est en cours")
	w.move(first, "cancel_by_agent").Set("reason", "asked_by_person").Set("decision.comment", "Elle l’a demandé.").Submit("").Want(200).Shows("Annulée")
}
