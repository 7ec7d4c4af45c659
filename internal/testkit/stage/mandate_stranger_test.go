package stage_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit/stage"
)

// A stranger whose address was mistyped reads nothing, proves nothing by guessing, and says that it is not about them; who acts and
// the desk are told, correct the address; the new one hears of it, and the stranger nothing more.
func TestAStrangerAtTheApplicantsAddress(t *testing.T) {
	a, _, f := mandated(t)
	f.AttachAll()
	f.Send()
	stranger := a.SignUp(client, "en") // the address is theirs, the dossier is not
	for _, path := range []string{"/check", "/receipt.pdf", "/documents", "/step/applicant"} {
		stranger.Try(f.Path(path)).Want(404).Hides("Hutchinson")
	}
	for _, path := range []string{"", "/messages"} { // where mails lead: a page says why nothing is seen yet, and how to see it
		if p := stranger.Try(f.Path(path)).Want(403).Hides("Hutchinson"); len(p.Forms("/prove")) != 1 {
			t.Errorf("%s asks for no proof", path)
		}
	}
	act := func(do string) *stage.Page { return stranger.Post(f.Path("/mandate"), map[string][]string{"do": {do}}) }
	for _, do := range []string{"take", "renew"} {
		if p := act(do); p.Status < 400 {
			t.Errorf("who is not known does %s: %d", do, p.Status)
		}
	}
	for range 5 {
		proveIt(t, stranger, f, "Fairbanks", "3").Want(422)
	}
	proveIt(t, stranger, f, "Hutchinson", "31").Want(429)
	a.Clock.Advance(25 * time.Hour)
	stranger = a.SignIn(stage.Applicants, client, "en")
	before := len(a.Mails(client))
	press(t, stranger.Get(f.Path("/mandate")), "stranger")
	stranger.Try(f.Path("/mandate")).Want(404)
	stranger.Get("/dossiers").Hides("filling in an application for you")
	if m := a.Mails("cabinet.orsini@example.org")[0]; !strings.Contains(m.Subject, "n’est pas la sienne") {
		t.Errorf("the declarant is told %q", m.Subject)
	}
	lawyer := a.SignIn(stage.Applicants, "cabinet.orsini@example.org", "fr")
	lawyer.Get(f.Path("")).Shows("corrigez-la")
	correct := func(to string) *stage.Page {
		return lawyer.Get(f.Path("/mandate")).Form("/address").Set("address", to).Submit("")
	}
	correct("nowhere").Want(422).Shows("valable")
	correct("cabinet.orsini@example.org").Want(422) // their own
	correct(client).Want(422)
	correct("w.hutchinson@example.org").Want(200).Shows("w.hutchinson@example.org").Shows("Pas encore confirmé")
	linkTo(t, a, "w.hutchinson@example.org")
	if m := a.Mails(client); len(m) != before {
		t.Errorf("who was promised to be left in peace got %d mails, then %d: %q", before, len(m), m[0].Subject)
	}
	a.Clock.Advance(48 * time.Hour)
	lawyer = a.SignIn(stage.Applicants, "cabinet.orsini@example.org", "fr")
	correct(client).Want(422).Shows("répondu non") // also later
	a.SignIn(stage.Applicants, client, "en").Try(f.Path("/mandate")).Want(404)

	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/dossier/" + f.ID).Shows("w.hutchinson@example.org").Shows("dit que cela ne la concerne pas").Shows("1 autre adresse")
	agent.Page.Form("/address").Set("address", "walter.h@example.org").Submit("").Want(200).Shows("walter.h@example.org")
	linkTo(t, a, "walter.h@example.org")
}

// A mandate of a dossier before it is sent is not got rid of by saying "I am the applicant" once the applicant is known; who was
// only told is told that it is over, and the desk sees it.
func TestADeclarantDoesNotShakeTheApplicantOff(t *testing.T) {
	a, lawyer, f := mandated(t)
	flip := func(yes string) {
		t.Helper()
		lawyer.Get(f.Path("/step/start")).Form("step").Set("applicant.is_applicant", yes).Submit("leave").Want(200)
	}
	flip("yes")
	if m := a.Mails(client)[0]; !strings.Contains(m.Subject, "no longer counts") {
		t.Errorf("who was told hears %q", m.Subject)
	}
	flip("no")
	lawyer.Get(f.Path("/step/contact")).Form("step").Submit("leave").Want(200)
	walter := a.SignUp(client, "en")
	proveIt(t, walter, f, "Hutchinson", "31").Want(200)
	f.AttachAll()
	flip("yes")
	lawyer.Get(f.Path("/check"))
	err := a.Office.Move(t.Context(), actorOf(t, a, "cabinet.orsini@example.org"), f.ID, dossier.Act{Move: "submit", Accepted: []string{"truth"}})
	if fault.Key(err) != "mandate.stands" {
		t.Errorf("sent as their own: %v", err)
	}
	walter.Get(f.Path("/check"))
}

// actorOf is somebody who has an account.
func actorOf(t *testing.T, a *stage.App, email string) access.Actor {
	t.Helper()
	row, err := a.Store.Q().AccountByEmail(t.Context(), sqlc.AccountByEmailParams{Kind: string(access.Person), EmailIndex: a.Office.Keys.Mailbox(string(access.Person), email)})
	if err != nil {
		t.Fatal(err)
	}
	return access.Actor{AccountID: row.ID, Kind: access.Person, At: a.Clock.Now()}
}
