package e2e

import (
	"net/http"

	"github.com/chromedp/chromedp"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
)

// foundsFirm makes the member of a firm of who is signed in: what they begin for somebody is the firm's.
func (t *tab) foundsFirm() {
	t.t.Helper()
	t.visit(t.applicants + "/firm")
	t.type_("name", "Orsini & Marin")
	t.send(`#found button.govuk-button`)
	t.says("Orsini & Marin")
}

// actedFor is the client of a lawyer who is in a firm and has filed in a browser: one click on a telephone says yes, another ends
// it later, and then the firm's open pages lead nowhere; the application goes on (RP-009).
func actedFor(t *tab, id string) {
	t.t.Helper()
	client, _ := testkit.PersonaNamed(t.t, "mandate").Answers["contact.email"].(string)
	phone := t.browse(mouse{})
	must(t.t, chromedp.Do(phone.ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile)))
	answer := func(button string, want access.MandateState) {
		t.t.Helper()
		phone.visit(t.mailed(client, t.applicants+dossier.MandatePath))
		if look[bool](phone, tooWide) {
			t.t.Errorf("the page is wider than the telephone: %s", look[string](phone, widest))
		}
		phone.send(`main button[value=` + button + `]`)
		if got := t.kept(id).Mandate.State; got != want {
			t.t.Fatalf("after %s the mandate is %s:\n%s", button, got, phone.words())
		}
	}
	answer("confirm", access.Confirmed)
	t.visit(t.path(id, "/check"))
	t.says("Hutchinson")
	t.visit(t.applicants + "/firm/clients")
	t.says("Hutchinson")
	answer("end", access.Revoked)
	for _, shut := range []string{"/check", "/messages", ""} {
		t.visit(t.path(id, shut))
		if words := t.words(); look[string](t, "document.body.innerText.includes('Hutchinson') ? 'yes' : ''") != "" {
			t.t.Errorf("%q is still shown:\n%s", shut, words)
		}
		if got := t.ask(http.MethodGet, "/dossier/"+id+shut, "", nil); got.status != http.StatusNotFound {
			t.t.Errorf("%q answers %d to who acts no more", shut, got.status)
		}
	}
	agent := t.takes(id)
	agent.says("Plus personne n’agit pour le demandeur")
	agent.decides(id, "admit")
	agent.decides(id, "accept")
	if state := t.kept(id).State; state != "accepted" {
		t.t.Errorf("the application is %s", state)
	}
}
