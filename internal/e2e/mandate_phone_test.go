package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
)

// A lawyer files for a client, who says yes on a telephone by the link in the mail, and ends it later: the lawyer's open page then
// leads nowhere.
func TestAClientSaysWhoActsByPhone(t *testing.T) {
	t.Parallel()
	h := open(t)
	const lawyer = "lawyer@example.org"
	persona := testkit.PersonaNamed(t, "mandate")
	client, _ := persona.Answers["contact.email"].(string)
	f := h.draft(lawyer, persona)
	f.Fill()
	f.AttachAll()
	f.Send()
	phone := h.browse(mouse{})
	must(t, chromedp.Do(phone.ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile)))
	state := func() access.MandateState { return phone.kept(f.ID).Mandate.State }
	answer := func(button string, want access.MandateState) {
		t.Helper()
		phone.visit(h.mailed(client, h.applicants+dossier.MandatePath))
		if look[bool](phone, tooWide) {
			t.Errorf("the page is wider than the telephone: %s", look[string](phone, widest))
		}
		phone.send(`main button[value=` + button + `]`)
		if got := state(); got != want {
			t.Fatalf("after %s the mandate is %s:\n%s", button, got, phone.words())
		}
	}
	answer("confirm", access.Confirmed)
	at := h.SignIn(h.applicants, lawyer, persona.Lang)
	at.Get(f.Path("/check")).Shows("Hutchinson")
	answer("end", access.Revoked)
	at.Try(f.Path("/check")).Want(404)
}
