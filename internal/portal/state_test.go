package portal_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
)

func multipartForm(t *testing.T, body *bytes.Buffer, values ...[2]string) string {
	t.Helper()
	m := multipart.NewWriter(body)
	for _, v := range values {
		must(t, m.WriteField(v[0], v[1]))
	}
	must(t, m.Close())
	return m.FormDataContentType()
}

// filed is the browser of a person whose dossier is with the administration.
func (w *world) filed(email string) *browser {
	w.t.Helper()
	b := w.signIn(email)
	b.tell(testkit.PersonaNamed(w.t, "tenant"))
	b.attachAll()
	b.want(b.post(b.dossier+"/move/submit", url.Values{"state": {"draft"}, "notice.truth": {"yes"}}), http.StatusSeeOther)
	return b
}

// desk makes a move as an agent.
func (b *browser) desk(act dossier.Act) {
	b.w.t.Helper()
	id := b.w.account(access.Agent, account.Profile{Email: act.Move + "@agents.example"})
	agent := access.Actor{AccountID: id, Kind: access.Agent, Grants: []access.Grant{{Procedure: b.w.def.ID, Role: "authority", Verbs: []access.Verb{access.Read, access.Process}}}}
	must(b.w.t, b.w.office.Move(context.Background(), agent, strings.TrimPrefix(b.dossier, "/dossier/"), act))
}

// second is another agent who approves what one has proposed.
func (b *browser) second() {
	b.w.t.Helper()
	agent := access.Actor{AccountID: b.w.account(access.Agent, account.Profile{Email: "second@agents.example"}), Kind: access.Agent, Grants: []access.Grant{{Procedure: b.w.def.ID, Role: "authority", Verbs: []access.Verb{access.Read, access.Process}}}}
	id := strings.TrimPrefix(b.dossier, "/dossier/")
	p, err := b.w.office.Waiting(context.Background(), agent, id)
	must(b.w.t, err)
	must(b.w.t, b.w.office.Approve(context.Background(), agent, id, p.PublicID))
}

// Only what is asked for is open, the rest is frozen, and nothing leaves before everything is given (RP-014).
func TestCorrection(t *testing.T) {
	testkit.Covers(t, "RP-014", "RP-142")
	b := newWorld(t).filed("chiara@example.org")
	b.desk(dossier.Act{Move: "ask", Picks: []dossier.Pick{
		{Path: "contact.phone", Word: "Le numéro ne répond pas."}, {Path: "documents.electricity", Word: "Illisible."},
	}})
	page := b.page(b.dossier)
	contains(t, page, "À compléter", "Le numéro ne répond pas.", b.dossier+"/step/contact#contact.phone", b.dossier+"/documents#documents.electricity")
	step := b.page(b.dossier + "/step/contact")
	contains(t, step, `name="contact.phone"`, "chiara.bianchi@example.org")
	if strings.Contains(step, `name="contact.email"`) {
		t.Error("an answer that is not asked for is open")
	}
	b.want(b.post(b.dossier+"/step/contact", url.Values{"_version": {"0"}, "contact.email": {"x@example.org"}}), http.StatusForbidden)
	b.want(b.upload("documents.birth_certificate", file{"a.pdf", pdf(t)}), http.StatusForbidden)
	b.want(b.post(b.dossier+"/move/complete", url.Values{"state": {"incomplete"}}), http.StatusUnprocessableEntity)
	b.want(b.fill("contact", url.Values{"contact.phone": {"12"}}), http.StatusUnprocessableEntity)
	contains(t, b.page(b.dossier), "À corriger")
	b.want(b.fill("contact", url.Values{"contact.phone": {"+39 347 123 45 99"}}), http.StatusSeeOther)
	documents := b.page(b.dossier + "/documents")
	contains(t, documents, "il remplacera l’ancien", "Illisible.", `id="documents.electricity"`, "À fournir")
	if strings.Contains(documents, `id="documents.birth_certificate"`) {
		t.Error("a document that is not asked for can be sent")
	}
	b.want(b.upload("documents.electricity", file{"facture.pdf", pdf(t)}), http.StatusSeeOther)
	contains(t, b.page(b.dossier), "Répondu")
	b.want(b.post(b.dossier+"/move/complete", url.Values{"state": {"incomplete"}}), http.StatusSeeOther)
	if d := b.read(); d.State != "submitted" || d.Round != 2 || !strings.HasSuffix(d.Filed["contact.phone"][0], "4599") {
		t.Errorf("state %s, round %d", d.State, d.Round)
	}
	contains(t, b.page(b.dossier), "facture.pdf")
}

// What the administration answers is on the page of the state; its qualification and notes are not (RP-028, RP-146).
func TestDecision(t *testing.T) {
	testkit.Covers(t, "RP-023", "RP-028", "RP-146")
	b := newWorld(t).filed("chiara@example.org")
	survey := `href="https://survey.example/"` // the same for everybody, after the filing and after the decision, however people are told
	contains(t, b.page(b.dossier), survey)
	b.desk(dossier.Act{Move: "annotate", Fields: map[string][]string{"internal.notes": {"réservé à nous"}}})
	b.desk(dossier.Act{Move: "refuse", Reason: "inadmissible", Fields: map[string][]string{"decision.comment": {"Le bail manque.\nRevenez avec lui."}}})
	if page := b.page(b.dossier); strings.Contains(page, "Refusée") || strings.Contains(page, "Le bail manque.") {
		t.Error("the person learns what only one agent wants")
	}
	b.second()
	page := b.page(b.dossier)
	contains(t, page, "Refusée", "Le bail manque.", "Revenez avec lui.", survey)
	if strings.Contains(page, "réservé à nous") || strings.Contains(page, "/move/") {
		t.Error("the page shows what is reserved, or offers a move on a closed dossier")
	}
	b.want(b.post(b.dossier+"/step/contact", url.Values{"_version": {"0"}}), http.StatusConflict)
	b.want(b.get(b.dossier+"/step/contact"), http.StatusSeeOther)
}

// Cancelling and deleting ask first (RP-016).
func TestConfirmedMoves(t *testing.T) {
	testkit.Covers(t, "RP-016")
	b := newWorld(t).filed("chiara@example.org")
	contains(t, b.page(b.dossier), b.dossier+"/move/cancel_by_user")
	contains(t, b.page(b.dossier+"/move/cancel_by_user"), "ne pourra pas être rouverte", "govuk-button--warning")
	b.want(b.post(b.dossier+"/move/accept", url.Values{}), http.StatusForbidden)
	b.want(b.post(b.dossier+"/move/cancel_by_user", url.Values{"state": {"submitted"}}), http.StatusSeeOther)
	contains(t, b.page(b.dossier), "Annulée")
	b.dossier = "/dossier/" + b.w.start(b.account)
	rec := b.want(b.post(b.dossier+"/move/discard", url.Values{"state": {"draft"}}), http.StatusSeeOther)
	if at := rec.Header().Get("Location"); at != "/dossiers" {
		t.Errorf("leads to %s", at)
	}
	b.want(b.get(b.dossier), http.StatusNotFound)
}

// Another person's dossier is nowhere (RP-165).
func TestStrangers(t *testing.T) {
	testkit.Covers(t, "RP-165")
	w := newWorld(t)
	mine, other := w.filed("chiara@example.org"), w.signIn("other@example.org")
	d := mine.read()
	for _, at := range []string{"", "/step/birth", "/documents", "/check", "/receipt.pdf", "/messages", "/move/cancel_by_user"} {
		other.want(other.get(mine.dossier+at), http.StatusNotFound)
	}
	document := "/document/" + d.Documents[0].ID
	other.want(other.get(mine.dossier+document), http.StatusNotFound)
	link := mine.want(mine.get(mine.dossier+document), http.StatusSeeOther).Header().Get("Location")
	mine.want(mine.get(link), http.StatusOK)
	own := "/dossier/" + w.start(other.account) // nor through one's own
	other.want(other.get(own+document), http.StatusNotFound)
	other.want(other.post(mine.dossier+"/step/birth", url.Values{"_version": {"0"}}), http.StatusNotFound)
	other.want(other.post(mine.dossier+"/move/cancel_by_user", url.Values{}), http.StatusNotFound)
	other.want(other.post(mine.dossier+"/document/"+d.Documents[0].ID+"/remove", url.Values{}), http.StatusNotFound)
}
