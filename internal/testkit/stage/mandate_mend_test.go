package stage_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const (
	lawyerAt = "cabinet.orsini@example.org"
	rightOne = "w.hutchinson@example.org"
)

// standing is the mandate of a filing as it is now.
func standing(t *testing.T, a *stage.App, f *stage.Filing) access.Mandate {
	t.Helper()
	d, err := a.Office.Open(t.Context(), access.Actor{Kind: access.System}, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d.Mandate
}

// alter writes to the database what time or another room would.
func alter(t *testing.T, a *stage.App, sql string, args ...any) {
	t.Helper()
	if _, err := a.Store.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func subjects(a *stage.App, to string) (out []string) {
	for _, m := range a.Mails(to) {
		out = append(out, m.Subject)
	}
	return out
}

// An answer that was asked for something else does not move the right to act back to the address that was corrected since.
func TestAnAnswerDoesNotBringAWrongAddressBack(t *testing.T) {
	a, lawyer, f := mandated(t)
	f.AttachAll()
	f.Send()
	stranger := a.SignUp(client, "en")
	press(t, stranger.Get(f.Path("/mandate")), "stranger")
	lawyer.Get(f.Path("/mandate")).Form("/address").Set("address", rightOne).Submit("").Want(200)
	before := len(a.Mails(client))
	desk := a.Hire("agent@example.org", "fr", "authority").Take(f.ID)
	desk.Move("take", nil)
	desk.Ask(map[string]string{"contact.phone": "Personne ne répond."})
	lawyer.Get(f.Path("/step/contact")).Form("step").Set("contact.phone", "+377 99 99 99 99").Submit("continue").Want(200)
	lawyer.Get(f.Path("")).Form("/move/complete").Submit("").Want(200)
	if m := a.Mails(client); len(m) != before {
		t.Errorf("the stranger is written to again: %q", m[0].Subject)
	}
	lawyer.Get(f.Path("/mandate")).Shows(rightOne)
	if m := standing(t, a, f); m.Wrong || m.State != access.Proposed {
		t.Errorf("%+v", m)
	}
}

// A no from a mistyped address, of nobody knows whom, does not take a draft from who typed it for good: they give another address,
// see nothing before, and the one that said no is never asked again.
func TestANoFromAWrongAddressIsMendedInADraft(t *testing.T) {
	a, lawyer, f := mandated(t)
	press(t, a.Visit(stage.Applicants, "en").Get(linkTo(t, a, client)), "end")
	before := len(a.Mails(client))
	if m := a.Mails(lawyerAt)[0]; !strings.Contains(m.Subject, "répondu non") || !strings.Contains(m.Body, f.ID+"/mandate") {
		t.Errorf("the declarant is told %q", m.Subject)
	}
	lawyer.Try(f.Path("/check")).Want(404)
	lawyer.Get("/dossiers").Shows("Un brouillon vous est fermé").Hides("Hutchinson").Link(f.Path("/mandate"))
	give := func(to string) *stage.Page {
		return lawyer.Try(f.Path("")).Want(403).Hides("Hutchinson").Form("/address").Set("address", to).Submit("")
	}
	give(client).Want(422).Hides("Hutchinson")
	give("nowhere").Want(422)
	give(rightOne).Want(200).Shows(rightOne)
	lawyer.Get("/dossiers").Hides("Un brouillon vous est fermé")
	lawyer.Get(f.Path("/check")).Shows(rightOne)
	if m := standing(t, a, f); m.State != access.Proposed || !strings.Contains(linkTo(t, a, rightOne), "/mandate/") {
		t.Errorf("%+v", m)
	}
	if n := len(a.Mails(client)); n != before {
		t.Errorf("who said no got %d mails, then %d", before, n)
	}
	stranger := a.Person("stranger@example.org", "fr")
	stranger.Try(f.Path("/mandate")).Want(404)
	lawyer.Get(f.Path("/step/contact")).Form("step").Set("contact.email", client).Submit("leave").Want(200)
	a.Clock.Advance(49 * time.Hour)
	lawyer = a.SignIn(stage.Applicants, lawyerAt, "fr")
	f.Browser = lawyer
	f.AttachAll()
	err := a.Office.Move(t.Context(), actorOf(t, a, lawyerAt), f.ID, dossier.Act{Move: "submit", Accepted: []string{"truth", "mandate"}})
	if fault.Key(err) != "mandate.said_no" || len(a.Mails(client)) != before {
		t.Errorf("asked again where a no came from: %v, %q", err, subjects(a, client))
	}
}

// Of a dossier that was sent, an agent corrects the address from which a mandate was ended, and it stands again, also unconfirmed
// where it had been verified; who has lost it by a no of a known applicant gets nothing back.
func TestANoFromAWrongAddressIsMendedAtTheDesk(t *testing.T) {
	a, lawyer, f := mandated(t)
	f.AttachAll()
	f.Send()
	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/dossier/" + f.ID).Form("/verify").Submit("").Want(200)
	stranger := a.SignUp(client, "en")
	press(t, stranger.Get(f.Path("/mandate")), "end")
	lawyer.Try(f.Path("")).Want(404)
	lawyer.Try(f.Path("/mandate")).Want(404) // a dossier that was sent is the desk's to mend
	agent.Get("/dossier/"+f.ID).Form("/address").Set("address", rightOne).Submit("").Want(200)
	if m := standing(t, a, f); m.State != access.Proposed {
		t.Errorf("%+v", m)
	}
	linkTo(t, a, rightOne)
	lawyer.Get(f.Path(""))
	if m := a.Mails(lawyerAt)[0]; !strings.Contains(m.Subject, "de nouveau") {
		t.Errorf("who acts again is told %q", m.Subject)
	}
	walter := a.SignUp(rightOne, "en")
	proveIt(t, walter, f, "Hutchinson", "31").Want(200)
	agent.Get("/dossier/" + f.ID).Shows("A répondu comme la demande")
	press(t, walter.Get(f.Path("/mandate")), "end")
	if m := standing(t, a, f); m.State != access.Denied || !m.Known {
		t.Errorf("%+v", m)
	}
	agent.Get("/dossier/"+f.ID).Form("/address").Set("address", "walter.h@example.org").Submit("").Want(200)
	if m := standing(t, a, f); m.State != access.Denied || m.Known {
		t.Errorf("an agent undoes a proof and keeps the no: %+v", m)
	}
	lawyer.Try(f.Path("")).Want(404)
}

// Who knows who the applicant is does not throw the draft away; who was told that somebody acts is told that the draft is gone.
func TestADraftIsNotThrownAwayUnderAKnownApplicant(t *testing.T) {
	a, lawyer, f := mandated(t)
	walter := a.SignUp(client, "en")
	proveIt(t, walter, f, "Hutchinson", "31").Want(200)
	if err := a.Office.Move(t.Context(), actorOf(t, a, lawyerAt), f.ID, dossier.Act{Move: "discard"}); fault.Key(err) != "move.not_yours" {
		t.Errorf("thrown away: %v", err)
	}
	lawyer.Get("/account/leave").Form("/account/leave").Submit("").Want(200)
	walter.Get(f.Path("/check")).Shows("Boston")

	b, _, g := mandated(t) // whose applicant has no account
	if err := b.Office.Move(t.Context(), actorOf(t, b, lawyerAt), g.ID, dossier.Act{Move: "discard"}); err != nil {
		t.Fatal(err)
	}
	if m := b.Mails(client)[0]; !strings.Contains(m.Subject, "deleted") || strings.Contains(m.Body, "Hutchinson") {
		t.Errorf("who was told hears %q", m.Subject)
	}
}

// unseen is the shipped procedure in which no agent reads the applicant's address.
func unseen(t *testing.T) *procedure.Procedure {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(guichet.Files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(guichet.Files, path)
		if strings.HasPrefix(path, "forms/") {
			b = []byte(strings.Replace(string(b), "- id: contact.email\n", "- id: contact.email\n        see: [analyst]\n", 1))
		}
		files[path] = &fstest.MapFile{Data: b}
		return err
	})
	c, refused := procedure.Load(files)
	if err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	return c.All()[0]
}

// Where the applicant is told is one of the answers: who does not see that one does not read it beside the right to act.
func TestTheApplicantsAddressIsHiddenLikeTheAnswer(t *testing.T) {
	a := stage.Open(t)
	p := unseen(t)
	a.Catalogue.Serve(map[string]*procedure.Procedure{p.ID: p}, p.Flow.Calendar)
	f := a.Person(lawyerAt, "fr").Start(a.Definition(), testkit.PersonaNamed(t, "mandate"))
	f.Fill()
	f.AttachAll()
	f.Send()
	a.Hire("agent@example.org", "fr", "authority").Get("/dossier/" + f.ID).Shows("Livia Orsini").Shows("Droit d’agir").Hides(client)
}

// Who has laid a mandate down is not made to act again; a yes just before its end lasts its whole time; and who was known is not
// once their account is gone.
func TestWhatTimeDoesToAMandate(t *testing.T) {
	a, lawyer, f := mandated(t)
	walter := a.SignUp(client, "en")
	alter(t, a, "update mandate set ends_at = $1, warned_at = $1", a.Clock.Now().Add(5*24*time.Hour))
	press(t, walter.Get(f.Path("/mandate")), "confirm")
	if m := standing(t, a, f); m.Ends.Before(a.Clock.Now().Add(100 * 24 * time.Hour)) {
		t.Errorf("it ends on %v", m.Ends)
	}
	proveIt(t, walter, f, "Hutchinson", "31").Want(200)
	press(t, lawyer.Get(f.Path("/mandate")), "renounce")
	for _, x := range walter.Get(f.Path("/mandate")).Forms("/mandate") {
		if x.Button("renew") {
			t.Error("who has stopped can be made to go on")
		}
	}
	if err := a.Office.ByPrincipal(t.Context(), actorOf(t, a, client), f.ID, dossier.Renew); fault.Key(err) != "mandate.over" {
		t.Errorf("made to go on: %v", err)
	}
	alter(t, a, "update mandate set principal_id = null")
	if m := standing(t, a, f); m.Known {
		t.Error("whoever has the address now is known")
	}
	walter.Try(f.Path("/check")).Want(404)
	press(t, walter.Get(f.Path("/mandate")), "stranger") // also after the end
	walter.Get("/dossiers").Hides("filling in an application for you")
}
