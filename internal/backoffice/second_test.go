package backoffice_test

import (
	"net/url"
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
	second.Get("/queue").Shows("Waits for a second officer").Follow("second=1").Shows(w.reference())
	applicant := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
	applicant.Get("/dossier/" + w.id).Shows("Envoyée").Hides(words)

	second.Get(w.path("")).Shows("Another officer has to approve or send back").Follow("/second").Shows(words).Shows("Another reason")
	second.Page.Form("/back").Submit("").Want(422).Shows("Say why you send the proposal back")
	second.Page.Form("/back").Set("word", "Relis le bail.").Submit("").Want(200).Shows("The proposal is closed")
	first.Get(w.path("")).Shows("vous renvoie votre proposition").Shows("Relis le bail.")
	first.Try(w.path("/second")).Want(200) // back to the dossier: nothing waits any more
	second.Post(approve, url.Values{}).Want(409)

	w.move(first, "refuse").Set("reason", "other").Set("decision.comment", words).Submit("").Want(200)
	w.approved(second)
	applicant.Get("/dossier/" + w.id).Shows("Refusée").Shows(words)
	second.Get(w.path("")).Shows("Refused").Shows("proposed by Camille Agent").Hides("/move/refuse")
}
