package stage_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

const client = "walter.hutchinson@example.org" // the applicant of the persona

// mandated is a lawyer's draft for a client, filled in through the door.
func mandated(t *testing.T) (*stage.App, *stage.Browser, *stage.Filing) {
	t.Helper()
	a := stage.Open(t)
	lawyer := a.Person("cabinet.orsini@example.org", "fr")
	f := lawyer.Start(a.Definition(), testkit.PersonaNamed(t, "mandate"))
	f.Fill()
	return a, lawyer, f
}

var (
	linkIn = regexp.MustCompile(`https://\S+/mandate/\S+`)
	codeIn = regexp.MustCompile(`: (\d{6})`)
)

// linkTo is the newest link in a mail to the applicant.
func linkTo(t *testing.T, a *stage.App, to string) string {
	t.Helper()
	for _, m := range a.Mails(to) {
		if at := linkIn.FindString(m.Body); at != "" {
			return at
		}
	}
	t.Fatalf("no link to %s", to)
	return ""
}

// press sends the form of a page that has the button.
func press(t *testing.T, p *stage.Page, button string) *stage.Page {
	t.Helper()
	for _, f := range p.Forms("/mandate") {
		if f.Button(button) {
			return f.Submit(button).Want(200)
		}
	}
	t.Fatalf("%s: no button %s", p.URL, button)
	return nil
}

// The applicant is told as soon as their address stands, sees who it is behind a code, confirms with one click without an
// account, and ends it later: the lawyer has nothing any more from the next request on (RP-009).
func TestAnApplicantSaysWhoActs(t *testing.T) {
	a, lawyer, f := mandated(t)
	told := len(a.Mails(client))
	link := linkTo(t, a, client)
	for _, m := range a.Mails(client) {
		for _, word := range []string{"Orsini", "Hutchinson"} {
			if strings.Contains(m.Subject+m.Body, word) {
				t.Errorf("a mail names %s", word)
			}
		}
	}
	lawyer.Get(f.Path("")).Shows("pas encore confirmé")
	phone := a.Visit(stage.Applicants, "en")
	for range 3 { // mail scanners fetch ahead
		phone.Get(link).Shows("Not confirmed yet").Hides("Orsini").Hides("Hutchinson")
	}
	page := phone.Page.Form("/code").Submit("").Want(200)
	code := codeIn.FindStringSubmatch(a.Mails(client)[0].Body)
	if len(code) < 2 {
		t.Fatalf("no code in %q", a.Mails(client)[0].Body)
	}
	page = page.Form("/who").Set("code", "000000").Submit("").Want(422).Hides("Orsini")
	page.Form("/who").Set("code", code[1]).Submit("").Want(200).Shows("Livia Orsini Cabinet Orsini").Hides("Hutchinson")
	press(t, phone.Get(link), "confirm").Shows("You have confirmed")
	phone.Try(link).Want(404)

	f.AttachAll()
	f.Send()
	lawyer.Get(f.Path("")).Shows("Vous agissez pour une autre personne")
	lawyer.Get(f.Path("/messages"))
	lawyer.Get("/dossiers").Shows("Vous agissez pour cette personne")
	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/dossier/" + f.ID).Shows("Déclarant, sous mandat").Shows("Confirmé par le demandeur").Shows("Livia Orsini")
	agent.Page.Form("/verify").Submit("").Want(200).Shows("Vérifié")

	again := linkTo(t, a, client)
	if again == link || len(a.Mails(client)) <= told {
		t.Fatal("no way back was sent")
	}
	agent.Take(f.ID).Move("take", nil)
	press(t, phone.Get(again), "end").Shows("Nobody acts for you")
	if m := a.Mails("agent@example.org")[0]; !strings.Contains(m.Subject, "le droit d’agir pour le demandeur est à revoir") || strings.Contains(m.Body, "Orsini") {
		t.Errorf("the agent who has the dossier is told %q", m.Subject)
	}
	lawyer.Try(f.Path("")).Want(404)
	lawyer.Get("/dossiers").Hides("Hutchinson")
	agent.Get("/dossier/" + f.ID).Shows("Plus personne n’agit pour le demandeur").Shows("Le demandeur a mis fin au droit d’agir")
	before := len(a.Mails("cabinet.orsini@example.org"))
	agent.Take(f.ID).Move("admit", nil)
	a.Drain()
	if now := len(a.Mails("cabinet.orsini@example.org")); now != before {
		t.Errorf("whose mandate ended is written to: %d mails, then %d", before, now)
	}
}

// proveIt shows, from the account of the applicant's address, that the dossier is about them.
func proveIt(t *testing.T, b *stage.Browser, f *stage.Filing, name, day string) *stage.Page {
	t.Helper()
	return b.Get(f.Path("/mandate")).Form("prove").Set("applicant.last_name", name).Set("applicant.birth_date.day", day).
		Set("applicant.birth_date.month", "12").Set("applicant.birth_date.year", "1948").Submit("")
}

// The applicant shows who they are, reads what is filled in for them, takes it over, and fills it in; who was only proposed has nothing any more.
func TestAnApplicantTakesOver(t *testing.T) {
	a, lawyer, f := mandated(t)
	walter := a.SignUp(client, "en")
	walter.Get("/dossiers").Shows("Somebody says they are filling in an application for you").Hides("Hutchinson")
	walter.Get(f.Path("/mandate")).Shows("Livia Orsini").Shows("Not confirmed yet").Hides("Hutchinson")
	proveIt(t, walter, f, "Hutchinson", "30").Want(422).Shows("not what the application says").Hides("Boston")
	walter.Try(f.Path("/check")).Want(404)
	proveIt(t, walter, f, "hutchinson ", "31").Want(200).Shows("yours to read")
	walter.Get("/dossiers").Shows("Somebody is filling this in for you").Shows("Hutchinson")
	walter.Get(f.Path("")).Shows("Livia Orsini").Shows("Not confirmed yet")
	walter.Get(f.Path("/check")).Shows("Boston")
	if p := walter.Try(f.Path("/step/applicant")); p.Path() != f.Path("/mandate") {
		t.Errorf("the applicant fills in before taking over: %s", p.Path())
	}
	press(t, walter.Get(f.Path("/mandate")), "confirm").Shows("Confirmed by the applicant")
	lawyer.Get(f.Path("/check"))
	press(t, walter.Get(f.Path("/mandate")), "take")
	walter.Get(f.Path("/step/applicant")).Form("step").Submit("continue").Want(200)
	lawyer.Get(f.Path("/check")) // what was confirmed goes on
	press(t, walter.Get(f.Path("/mandate")), "end")
	lawyer.Try(f.Path("/check")).Want(404)
	walter.Get(f.Path("/check")).Shows("Boston")
	lawyer.Get("/account/leave").Form("/account/leave").Submit("").Want(200)
	walter.Get(f.Path("/check")).Shows("Boston") // it is theirs
}

// Whatever who acts does on the dossier stands in its journal as done under a mandate, from the page on which they say so; and what
// was done by others does not.
func TestEveryActCarriesUnderMandate(t *testing.T) {
	testkit.Covers(t, "RP-009", "RP-138", "RP-139")
	a, lawyer, f := mandated(t)
	f.AttachAll()
	f.Send()
	lawyer.Get(f.Path("/messages")).Form("message").Set("words", "Mon client est en voyage.").Submit("").Want(200)
	desk := a.Hire("agent@example.org", "fr", "authority").Take(f.ID)
	desk.Move("take", nil)
	desk.Ask(map[string]string{"contact.phone": "Personne ne répond."})
	lawyer.Get(f.Path("/step/contact")).Form("step").Set("contact.phone", "+377 99 99 99 99").Submit("continue").Want(200)
	lawyer.Get(f.Path("")).Form("/move/complete").Submit("").Want(200)
	lawyer.Get(f.Path("/move/cancel_by_user")).Form("/move/cancel_by_user").Submit("").Want(200)
	const acts = `select count(distinct e.act) from journal_entry e join account a on a.id = e.actor_id
		where a.kind = $1 and e.role %s 'mandate' and e.seq >= (select min(seq) from journal_entry where act = 'mandate_proposed')`
	if n := count(t, a, fmt.Sprintf(acts, "<>"), "person"); n != 0 {
		t.Errorf("%d kinds of acts of who acts are their own", n)
	}
	if n := count(t, a, fmt.Sprintf(acts, "="), "person"); n < 6 {
		t.Errorf("only %d kinds of acts under a mandate", n)
	}
	if n := count(t, a, fmt.Sprintf(acts, "="), "agent"); n != 0 {
		t.Errorf("an agent acts under a mandate %d times", n)
	}
}

// Of 50 uses of one link at once, one succeeds; a link that was answered is dead, and one that was never sent is none.
func TestOneLinkIsUsedOnce(t *testing.T) {
	a, _, f := mandated(t)
	link := linkTo(t, a, client)
	token := link[strings.LastIndex(link, "/")+1:]
	var yes, none atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			switch err := a.Office.ByLinkAnswer(t.Context(), token, dossier.Confirm); fault.Of(err) {
			case fault.NotFound:
				none.Add(1)
			default:
				if err == nil {
					yes.Add(1)
				}
			}
		})
	}
	all.Wait()
	if yes.Load() != 1 || none.Load() != 49 {
		t.Errorf("%d succeeded, %d found no link", yes.Load(), none.Load())
	}
	if err := a.Office.ByLinkAnswer(t.Context(), token+"x", dossier.End); fault.Of(err) != fault.NotFound {
		t.Errorf("a link that is none: %v", err)
	}
	if d, err := a.Office.Open(t.Context(), access.Actor{Kind: access.System}, f.ID); err != nil || d.Mandate.State != access.Confirmed {
		t.Errorf("%+v, %v", d, err)
	}
}

// A mandate that has ended, in whatever way, opens no route of the applicants' door and no file (issue 5, reliability section 3).
func TestAnEndedMandateOpensNothing(t *testing.T) {
	a, lawyer, f := mandated(t)
	f.AttachAll()
	d, err := a.Office.Open(t.Context(), access.Actor{Kind: access.System}, f.ID)
	if err != nil || len(d.Documents) == 0 {
		t.Fatal(err)
	}
	file := lawyer.Try(f.Path("/document/" + d.Documents[0].ID)).Want(200).URL.String()
	stranger := a.Person("stranger@example.org", "fr")
	phone := a.Visit(stage.Applicants, "fr")
	press(t, phone.Get(linkTo(t, a, client)), "end")
	pairs := 0
	for who, b := range map[string]*stage.Browser{"denied": lawyer, "stranger": stranger} {
		for _, r := range a.Site.Applicants.Routes() {
			if !strings.Contains(r.Pattern, "{dossier}") || r.Policy.String() == web.Public.String() {
				continue
			}
			at := strings.NewReplacer("{dossier}", f.ID, "{step}", "applicant", "{document}", d.Documents[0].ID, "{move}", "submit", "{line}", "1", "{upload}", "x").Replace(r.Pattern)
			if r.Method == http.MethodPost {
				b.Post(at, nil)
			} else {
				b.Try(at)
			}
			pairs++
			if b.Page.Status < 400 || b.Page.Says("Hutchinson") {
				t.Errorf("%s: %s %s answers %d", who, r.Method, r.Pattern, b.Page.Status)
			}
		}
	}
	if p := lawyer.Try(file); p.Status != 404 {
		t.Errorf("a file by a link made before: %d", p.Status)
	}
	if pairs < 40 {
		t.Errorf("only %d pairs", pairs)
	}
	d, err = a.Office.Open(t.Context(), access.Actor{Kind: access.System}, f.ID)
	if err != nil || d.Mandate.State != access.Denied {
		t.Errorf("%+v, %v", d.Mandate, err)
	}
}

// How often is a nuisance: who changes an answer to and fro writes to nobody again and again, and then cannot send.
func TestNobodyIsToldAgainAndAgain(t *testing.T) {
	a, lawyer, f := mandated(t)
	say := func(yes string) {
		t.Helper()
		lawyer.Get(f.Path("/step/start")).Form("step").Set("applicant.is_applicant", yes).Submit("leave").Want(200)
		lawyer.Get(f.Path("/step/contact")).Form("step").Submit("leave").Want(200)
	}
	for range 8 {
		say("yes")
		say("no")
		a.Drain()
	}
	if n := len(a.Mails(client)); n < 2 || n > 8 { // half of them that it is over
		t.Errorf("%d mails", n)
	}
	d, err := a.Office.Open(t.Context(), access.Actor{Kind: access.System}, f.ID)
	if err != nil || d.Mandate.ID != 0 {
		t.Errorf("%+v, %v", d.Mandate, err)
	}
}

// What is changed under a mandate and not sent yet is no agent's business either (RP-014); what was sent is.
func TestUnderMandateWhatIsNotSentIsNotShown(t *testing.T) {
	a, lawyer, f := mandated(t)
	f.AttachAll()
	f.Send()
	agent := a.Hire("agent@example.org", "fr", "authority")
	desk := agent.Take(f.ID)
	desk.Move("take", nil)
	desk.Ask(map[string]string{"contact.phone": "Personne ne répond."})
	latest := func() int { // where the newest answer stands on the page
		t.Helper()
		return strings.Index(string(agent.Get("/dossier/"+f.ID+"/timeline").Body), "A répondu à une étape")
	}
	before := latest()
	lawyer.Get(f.Path("/step/contact")).Form("step").Set("contact.phone", "+377 99 99 99 99").Submit("continue").Want(200)
	if at := latest(); before < 0 || at != before {
		t.Errorf("the newest answer stands at %d, then at %d after a change that was not sent", before, at)
	}
	lawyer.Get(f.Path("")).Form("/move/complete").Submit("").Want(200)
	if latest() == before {
		t.Error("what was sent is not shown")
	}
}

// Who acts is written to in their own language, the applicant in the one that the dossier says (RP-032).
func TestWhoActsIsWrittenToInTheirLanguage(t *testing.T) {
	a, _, f := mandated(t)
	f.AttachAll()
	f.Send()
	for to, words := range map[string]string{"cabinet.orsini@example.org": "est enregistrée", client: "is registered"} {
		if mails := a.Mails(to); len(mails) == 0 || !strings.Contains(mails[0].Subject, words) {
			t.Errorf("%s is written to about %d things, not last that it %s", to, len(mails), words)
		}
	}
}
