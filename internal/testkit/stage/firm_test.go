package stage_test

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const (
	lead      = "cabinet.orsini@example.org"
	colleague = "marin@example.org"
)

// founded is a firm with a head, and a colleague who was asked in.
func founded(t *testing.T) (*stage.App, *stage.Browser, *stage.Browser) {
	t.Helper()
	a := stage.Open(t)
	boss := a.Person(lead, "fr")
	boss.Get("/firm").Form("found").Set("name", " ").Submit("").Want(422).Shows("Indiquez le nom")
	boss.Page.Form("found").Set("name", "Cabinet Orsini").Submit("").Want(200).Shows("Cabinet Orsini").Shows("Responsable")
	boss.Page.Form("invite").Set("email", "nobody").Submit("").Want(422)
	boss.Page.Form("invite").Set("email", colleague).Submit("").Want(200).Shows("sans réponse")
	boss.Page.Form("invite").Set("email", strings.ToUpper(colleague)).Submit("").Want(422).Shows("déjà membre")
	return a, boss, a.Person(colleague, "fr")
}

// Members see the firm's clients and act for them, and nobody's else; who is out sees nothing from the next request on, and the desk
// reads which of the firm acted.
func TestAFirmSharesItsClients(t *testing.T) {
	a, boss, other := founded(t)
	if m := a.Mails(colleague); len(m) != 1 || strings.Contains(m[0].Subject+m[0].Body, "Orsini") {
		t.Errorf("the invitation: %+v", m)
	}
	private := other.Start(a.Definition(), testkit.PersonaNamed(t, "tenant"))
	f := boss.Start(a.Definition(), testkit.PersonaNamed(t, "mandate"))
	f.Fill()
	other.Try(f.Path("")).Want(404) // invited is not in
	other.Try("/firm/clients").Want(404)
	other.Get("/firm").Shows("Cabinet Orsini").Form("/invitation").Submit("yes").Want(200).Shows("Membre depuis")
	if m := a.Mails(lead)[0]; m.Subject != "Une personne a rejoint votre cabinet" || strings.Contains(m.Body, colleague) {
		t.Errorf("the head is told %+v", m)
	}
	other.Get("/firm/clients").Shows("Hutchinson").Shows("Brouillon").Shows("L’envoyer avant")
	boss.Get("/firm/clients").Shows("Hutchinson")
	boss.Try(private.Path("")).Want(404)
	other.Get(f.Path("/step/contact")).Form("step").Set("contact.phone", "+377 99 99 99 99").Submit("leave").Want(200)
	f.AttachAll()
	f.Send()
	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/dossier/" + f.ID).Shows("Déclarant, sous mandat – " + lead)
	agent.Get("/dossier/" + f.ID + "/timeline").Shows("Déclarant, sous mandat – " + colleague)
	for _, do := range []string{"head", "remove"} { // a member who is no head does neither
		if p := other.Post(selfIn(boss.Get("/firm")), map[string][]string{"do": {do}}); p.Status < 400 {
			t.Errorf("a member does %s: %d", do, p.Status)
		}
	}
	for range 2 { // pressed twice
		boss.Post(memberIn(boss.Get("/firm")), map[string][]string{"do": {"head"}}).Want(200)
	}
	for _, who := range []string{lead, colleague} {
		told := 0
		for _, m := range a.Mails(who) {
			if m.Subject == "Votre cabinet a un responsable de plus" {
				told++
			}
		}
		if told != 1 {
			t.Errorf("%s is told of a new head %d times", who, told)
		}
	}
	boss.Post(memberIn(boss.Get("/firm")), map[string][]string{"do": {"remove"}}).Want(200)
	for _, path := range []string{f.Path(""), f.Path("/check"), f.Path("/messages"), "/firm/clients"} {
		other.Try(path).Want(404).Hides("Hutchinson")
	}
	other.Get("/dossiers").Hides("Hutchinson")
	other.Get(private.Path(""))
	boss.Get(f.Path(""))
	if m := a.Mails(colleague)[0]; !strings.Contains(m.Subject, "ne faites plus partie") {
		t.Errorf("who is out is told %q", m.Subject)
	}
}

var memberPath = regexp.MustCompile(`/firm/member/\d+`)

// memberIn is the address of another member on a page: the forms of others come before one's own.
func memberIn(p *stage.Page) string { return memberPath.FindString(string(p.Body)) }

// selfIn is the reader's own: the form to leave stands last.
func selfIn(p *stage.Page) string {
	all := memberPath.FindAllString(string(p.Body), -1)
	return all[len(all)-1]
}

// A head does not go while others stay without one; who closes their account leaves the firm to who is left, and the last takes
// along whom they themself act for.
func TestWhoLeavesAFirm(t *testing.T) {
	a, boss, other := founded(t)
	f := boss.Start(a.Definition(), testkit.PersonaNamed(t, "mandate"))
	f.Fill()
	other.Get("/firm").Form("/invitation").Submit("yes").Want(200)
	leave := func(b *stage.Browser) *stage.Page {
		t.Helper()
		return b.Post(selfIn(b.Get("/firm")), map[string][]string{"do": {"remove"}})
	}
	leave(boss).Want(409).Shows("nommez d’abord un autre membre")
	boss.Get("/account/leave").Form("/account/leave").Submit("").Want(http.StatusOK)
	other.Get("/firm").Shows("Responsable")
	other.Get("/firm/clients").Shows("Hutchinson")
	leave(other).Want(200).Shows("aucun cabinet")
	other.Try(f.Path("")).Want(404) // whom the other began to act for
}

// Of many answers to one invitation at once one counts, nobody is in two firms, and one that was taken back or is old is none.
func TestOneInvitationIsAnsweredOnce(t *testing.T) {
	a, _, other := founded(t)
	who := actorOf(t, a, colleague)
	all, err := a.Firms.Invitations(t.Context(), who)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d invitations, %v", len(all), err)
	}
	stranger := a.Person("stranger@example.org", "fr")
	if p := stranger.Post("/firm/invitation/1", map[string][]string{"do": {"yes"}}); p.Status < 400 {
		t.Errorf("a stranger joins: %d", p.Status)
	}
	var in, not atomic.Int32
	var wait sync.WaitGroup
	for range 50 {
		wait.Go(func() {
			switch err := a.Firms.Answer(t.Context(), who, all[0].ID, true); fault.Of(err) {
			case fault.NotFound, fault.Conflict:
				not.Add(1)
			default:
				if err == nil {
					in.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if in.Load() != 1 || not.Load() != 49 {
		t.Errorf("%d joined, %d were refused", in.Load(), not.Load())
	}
	if err := a.Firms.Found(t.Context(), who, "Another"); fault.Key(err) != "firm.already" {
		t.Errorf("two firms: %v", err)
	}
	other.Get("/firm").Shows("Cabinet Orsini")
	boss := actorOf(t, a, lead)
	if err := a.Firms.Invite(t.Context(), boss, "late@example.org"); err != nil {
		t.Fatal(err)
	}
	a.Person("late@example.org", "fr")
	a.Clock.Advance(31 * 24 * time.Hour)
	late := actorOf(t, a, "late@example.org")
	if all, err := a.Firms.Invitations(t.Context(), late); err != nil || len(all) != 0 {
		t.Errorf("an old invitation: %v, %v", all, err)
	}
	own, err := a.Firms.Of(t.Context(), boss)
	if err != nil || len(own.Members) != 2 {
		t.Errorf("%d members, %v", len(own.Members), err)
	}
}
