package stage_test

import (
	"net/http"
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// Whoever writes by e-mail has proven nothing: the officer is told so on the page, no answer leaves before the identity was checked
// or found to be in no doubt, and what is answered is not in any mail (RP-155, RP-180).
func TestASenderIsNotBelieved(t *testing.T) {
	testkit.Covers(t, "RP-155", "RP-180")
	a := stage.Open(t)
	const message = "From: Zoe Martin <zoe.martin@example.org>\r\nTo: droits@example.org\r\nSubject: Mes donnees\r\nMessage-ID: <1@example.org>\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\nContent-Type: text/plain\r\n\r\nQuelles donnees sur moi tenez-vous ?\r\n"
	out, err := a.Mailbox.Deliver(t.Context(), "rights-request", strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	legal := a.Hire("juriste@example.org", "fr", "legal_cell")
	desk := legal.Take(out.PublicID)
	desk.Read().Shows("identité non vérifiée")
	if p := legal.Try("/dossier/" + out.PublicID + "/move/respond"); p.Status == http.StatusOK && p.MaybeForm("/move/respond") != nil {
		t.Error("an answer is offered before anything was looked at")
	}
	desk.Move("search", nil)
	all := []string{"confirmation", "purpose_categories_recipients", "plain_copy", "automated_reasoning", "health_data_checked"}
	answer := func(check string) *stage.Page {
		form := desk.Get("/dossier/" + out.PublicID + "/move/respond").Form("/move/respond")
		return form.Set("register.identity_check", check).Set("answer.checklist", all...).Set("answer.text", "Nous tenons votre nom.").Submit("")
	}
	for _, check := range []string{"", "asked", "failed"} {
		if p := answer(check); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("answered with the identity %q: %d", check, p.Status)
		}
	}
	answer("verified").Want(http.StatusUnprocessableEntity).Shows("Aucune recherche n’a été faite") // DS-018
	desk.Get("/dossier/"+out.PublicID+"/inquiry").Form("/search").Set("email", "zoe.martin@example.org").Submit("Chercher").Want(http.StatusOK)
	answer("verified").Want(http.StatusOK)
	for _, m := range a.Mails(requester) {
		if strings.Contains(m.Body, "Nous tenons") {
			t.Errorf("a mail bears the answer: %s", m.Body)
		}
	}
}
