package stage_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/account"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// One account for each address, of people and of agents; weak words are refused at both doors.
func TestAccountsAreTheirOwnersAlone(t *testing.T) {
	testkit.Covers(t, "RP-172", "RP-173", "DS-099")
	a := stage.Open(t)
	b := a.SignUp(applicant, "fr")
	b.Forget()
	b.Get("/sign-in").Form("sign-in").Set("email", applicant).Set("password", "another one entirely").Submit("").Want(422)
	for _, weak := range []string{"short", "password123456", "new@example.org"} {
		page := b.Get("/register").Form("register").Set("email", "new@example.org").Set("password", weak).Tick("terms").Submit("")
		if page.Status != 422 {
			t.Errorf("the password %q is taken", weak)
		}
	}
	in := account.Invitation{Profile: account.Profile{Email: "agent@example.org", LastName: "Agent"}, Lang: "fr"}
	link, _, err := a.Accounts.InviteHere(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	desk := a.Visit(stage.Agents, "fr")
	form := desk.Get(link).Form("/invite")
	for name := range form.Values {
		if strings.Contains(name, "password") {
			form.Set(name, "password123456")
		}
	}
	form.Submit("").Want(422)
	if _, problem, _ := a.Accounts.InviteHere(t.Context(), in); problem == nil {
		t.Error("two agents have one identifier")
	}
}

// The configured mail server really gets the mail, in the person's language.
func TestMailLeavesByTheConfiguredServer(t *testing.T) {
	testkit.Covers(t, "RP-169")
	a := stage.Open(t)
	a.SignUp("o@example.org", "en")
	if mails := a.Mails("o@example.org"); len(mails) != 1 || !strings.Contains(mails[0].Body, stage.Applicants) {
		t.Errorf("the server has %d mails", len(mails))
	}
}

// A copy of an identity document is sealed at rest, leaves by a link of five minutes on an origin of its own, and every
// reading of it is noted.
func TestIdentityCopiesAreProtected(t *testing.T) {
	testkit.Covers(t, "RP-181")
	a, f, desk := filed(t)
	var id string
	for _, d := range f.Opened().Documents {
		if d.Path == "documents.holder_identity" {
			id = d.ID
		}
	}
	before := count(t, a, "select count(*) from journal_read where what like 'document%'")
	link := desk.Read().Follow("doc=" + id).Link(stage.Files)
	if page := desk.Try(link).Want(200); !strings.HasPrefix(page.Header.Get("Content-Disposition"), "attachment") {
		t.Error("the copy opens inside a page")
	}
	if after := count(t, a, "select count(*) from journal_read where what like 'document%'"); after != before+1 {
		t.Errorf("%d readings noted", after-before)
	}
	desk.Try(strings.Replace(link, "sign=", "sign=x", 1)).Want(404)
	a.Clock.Advance(6 * time.Minute)
	desk.Try(link).Want(403)
}

// Traces go after a rolling year, and not before; those of a dossier stay while it is open, for they are its history.
func TestTracesGoAfterAYear(t *testing.T) {
	a, _, desk := filed(t)
	desk.Read()
	desk.Move("cancel_by_agent", map[string]string{"reason": "asked_by_person", "decision.comment": "Déjà demandé."})
	traces := func() int {
		return count(t, a, "select (select count(*) from connection_log) + (select count(*) from journal_entry) + (select count(*) from mail)")
	}
	before := traces()
	a.Clock.AdvanceDays(364)
	a.Tidy()
	if now := traces(); now < before {
		t.Errorf("of %d traces %d are left before the year is over", before, now)
	}
	a.Clock.AdvanceDays(2)
	a.Tidy()
	if now := count(t, a, "select (select count(*) from connection_log) + (select count(*) from journal_entry) + (select count(*) from journal_read)"); now > 0 {
		t.Errorf("%d traces are left after a year", now)
	}
}
