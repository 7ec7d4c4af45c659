package stage_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// An applicant without an account who is reached by phone is told there that somebody acts for them, in words that open nothing:
// the link and the code come by mail, for the number is the declarant's word alone. One click says yes, another lets who acts go
// on for as long again; and when the draft goes, untouched for too long, they are told by both, and where is kept nowhere.
func TestAnApplicantIsReachedByPhone(t *testing.T) {
	testkit.Covers(t, "RP-009", "RP-139")
	a, g := withGateway(t)
	lawyer := a.Person(lawyerAt, "fr")
	p := testkit.PersonaNamed(t, "mandate")
	p.Answers["contact.channel"] = "sms"
	f := lawyer.Start(a.Definition(), p)
	f.Fill()
	link := linkTo(t, a, client)
	said := func(n int) string {
		t.Helper()
		a.Drain()
		sms := g.Taken()
		if len(sms) != n {
			t.Fatalf("%d SMS, not %d", len(sms), n)
		}
		last := sms[n-1]
		if last.To != "+41791234567" || strings.Contains(last.Text, "/mandate/") || strings.Contains(last.Text, "Hutchinson") || codeForm.MatchString(last.Text) {
			t.Errorf("%+v", last)
		}
		return last.Text
	}
	if words := said(1); !strings.Contains(words, "who acts for you") {
		t.Errorf("the SMS says %q", words)
	}
	phone := a.Visit(stage.Applicants, "en")
	phone.Get(link).Form("/code").Submit("").Want(200)
	code := codeIn.FindStringSubmatch(a.Mails(client)[0].Body)
	if len(code) < 2 {
		t.Fatalf("no code in %q", a.Mails(client)[0].Body)
	}
	said(1) // the code goes to no number
	phone.Page.Form("/who").Set("code", code[1]).Submit("").Want(200).Shows("Livia Orsini")
	press(t, phone.Page, "confirm").Shows("You have confirmed")
	said(2)
	codeOnce(t, a)
	renewed(t, a, f, phone)
	gone(t, a, f, func() string { return said(len(g.Taken())) })
}

// codeOnce lets fifty use one code at once, of whom one sees who acts.
func codeOnce(t *testing.T, a *stage.App) {
	t.Helper()
	link := linkTo(t, a, client)
	token := link[strings.LastIndex(link, "/")+1:]
	if err := a.Office.SendMandateCode(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	code := codeIn.FindStringSubmatch(a.Mails(client)[0].Body)
	var saw atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			seen, err := a.Office.SeeMandate(t.Context(), token, code[1])
			if err == nil && seen.Holder != "" {
				saw.Add(1)
			} else if fault.Key(err) != "mandate.code" {
				t.Errorf("%q: %v", seen.Holder, err)
			}
		})
	}
	all.Wait()
	if saw.Load() != 1 {
		t.Errorf("one code shows who acts %d times", saw.Load())
	}
}

// renewed lets who acts go on by the link of the mail that tells of the end.
func renewed(t *testing.T, a *stage.App, f *stage.Filing, phone *stage.Browser) {
	t.Helper()
	for _, x := range phone.Get(linkTo(t, a, client)).Forms("/mandate") {
		if x.Button("renew") {
			t.Error("what lasts for long is renewed")
		}
	}
	alter(t, a, "update mandate set ends_at = $1", a.Clock.Now().Add(20*24*time.Hour))
	if err := a.Office.EndMandates(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := a.Mails(client)[0]; !strings.Contains(m.Subject, "ends soon") {
		t.Fatalf("the applicant is told %q", m.Subject)
	}
	link := linkTo(t, a, client)
	press(t, phone.Get(link), "renew").Shows("may go on acting")
	if m := standing(t, a, f); m.State != access.Confirmed || m.Ends.Before(a.Clock.Now().Add(360*24*time.Hour)) {
		t.Errorf("renewed: %+v", m)
	}
	phone.Try(link).Want(404)
	a.SignIn(stage.Applicants, lawyerAt, "fr").Get(f.Path("/check")).Shows("Hutchinson")
}

// gone lets the draft be erased by the clock.
func gone(t *testing.T, a *stage.App, f *stage.Filing, sms func() string) {
	t.Helper()
	a.Clock.Advance(75 * 24 * time.Hour)
	a.Tidy()
	before := len(a.Mails(client))
	a.Clock.Advance(25 * 24 * time.Hour)
	if err := a.Keeper.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, a, "select count(*) from dossier where public_id = $1", f.ID); n != 0 {
		t.Fatal("the draft stands")
	}
	if n := count(t, a, "select count(*) from mail where reached is not null"); n != 2 {
		t.Fatalf("%d messages to whom nothing else reaches", n)
	}
	if strings.Contains(testkit.Dump(t, a.Store), client) {
		t.Error("the address stands in the clear")
	}
	mails := a.Mails(client)
	if len(mails) != before+1 || mails[0].Subject != "A draft prepared for you has been erased" || strings.Contains(mails[0].Body, "Hutchinson") {
		t.Errorf("%d mails, then %d: %q", before, len(mails), mails[0].Subject)
	}
	if words := sms(); !strings.Contains(words, "who acts for you") {
		t.Errorf("the SMS says %q", words)
	}
	if n := count(t, a, "select count(*) from mail where reached is not null"); n != 0 {
		t.Error("where they were told is kept")
	}
}

// Where who acts gives their own address for the applicant's, nobody is asked there and nobody can say yes from it: an agent reads
// the proof.
func TestTheDeclarantsOwnAddressConfirmsNothing(t *testing.T) {
	a := stage.Open(t)
	p := testkit.PersonaNamed(t, "youth")
	p.Answers["contact.email"] = p.Answers["declarant.mail"]
	own, _ := p.Answers["declarant.mail"].(string)
	parent := a.Person("parent@example.org", "fr") // an account of another address
	f := parent.Start(a.Definition(), p)
	f.Fill()
	if m := a.Mails(own); len(m) != 0 {
		t.Errorf("somebody is asked: %q", m[0].Subject)
	}
	parent.Get(f.Path("/mandate")).Shows("votre propre adresse")
	if n := count(t, a, "select count(*) from mandate where same_address and state = 'proposed'"); n != 1 {
		t.Fatalf("%d mandates at one’s own address", n)
	}
	at := a.SignUp(own, "fr")
	at.Try(f.Path("/mandate")).Want(404)
	for _, do := range []dossier.Entrusted{dossier.Confirm, dossier.TakeOver, dossier.Renew} {
		if err := a.Office.ByPrincipal(t.Context(), actorOf(t, a, own), f.ID, do); err == nil {
			t.Errorf("who reads the declarant’s own address does %s", do)
		}
	}
	f.AttachAll()
	f.Send()
	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/dossier/" + f.ID).Form("/verify").Submit("").Want(200).Shows("Vérifié")
	if m := standing(t, a, f); m.State != access.Verified {
		t.Errorf("%+v", m)
	}
}
