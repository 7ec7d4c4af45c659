package stage_test

import (
	"strings"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// From an application that was sent one begins another for a spouse: housing and children come along, documents do not; the spouse is
// told and says who acts; keys, journal and decision are apart.
func TestAnApplicationForASpouseIsBegunFromOnesOwn(t *testing.T) {
	a := stage.Open(t)
	f := a.Person(applicant, "fr").Start(a.Definition(), testkit.PersonaNamed(t, "family"))
	f.Try(f.Path("/another/spouse")).Want(404) // not sent yet
	f.Fill()
	f.AttachAll()
	f.Send()
	home := f.Opened().Filed["housing.address"][0]
	entry := f.Get(f.Path("")).Follow("/another/spouse").Shows("Les documents ne le sont pas")
	entry.Form("start").Submit("").Want(422)
	path := f.Page.Form("start").TickAll().Submit("").Want(200).Path()
	id := strings.TrimPrefix(path, "/dossier/")
	f.Get(path + "/check").Shows(home)
	f.Get(path + "/step/start").Form("step")
	if v := f.Page.Form("step").Values.Get("applicant.is_applicant"); v != "no" {
		t.Errorf("the card would be for %q", v)
	}
	if n := count(t, a, "select count(*) from document x join dossier d on d.id = x.dossier_id where d.public_id = $1", id); n != 0 {
		t.Errorf("%d documents came along", n)
	}
	if n := count(t, a, "select count(distinct k.wrapped) from data_key k join dossier d on d.id = k.dossier_id where d.public_id in ($1, $2) and k.rule = 'dossier'", f.ID, id); n != 2 {
		t.Errorf("%d keys for two dossiers", n)
	}
	for _, who := range []string{"nosy@example.org"} {
		a.Person(who, "fr").Try(f.Path("/another/spouse")).Want(404)
	}
	contact := f.Get(path + "/step/contact").Form("step")
	if v := contact.Values.Get("contact.email"); v != "" {
		t.Errorf("the spouse would be reached at %q", v)
	}
	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/dossier/" + f.ID).Hides(id)
	agent.Try("/dossier/" + id).Want(404)
	f.Get(f.Path("/another/child")).Shows("enfant de plus de 16 ans")
	f.Try(f.Path("/another/cousin")).Want(404)
}

// Who has nobody to begin one for is offered none.
func TestNoApplicationForNobody(t *testing.T) {
	_, f, _ := filed(t)
	f.Get(f.Path("")).Hides("pour mon conjoint").Hides("enfant de plus de 16 ans")
	f.Try(f.Path("/another/spouse")).Want(404)
}
