package stage_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// All that is held about a person is on one page, in a copy to read and in one for a computer: names of agents, notes of the
// administration and other people's dossiers are in none; a copy wants a sign-in of this moment (RP-154, RP-165).
func TestMyDataAreAllThere(t *testing.T) {
	testkit.Covers(t, "RP-154", "RP-165")
	a, f, desk := filed(t)
	desk.Move("annotate", map[string]string{"internal.notes": "À surveiller de près."})
	other := a.SignUp("somebody@example.org", "fr")
	if _, err := a.Store.Pool().Exec(t.Context(), `insert into connection_log (account_id, kind, act, at)
		select account_id, kind, act, at from connection_log, generate_series(1, 60) where account_id = $1`, f.Opened().OwnerID); err != nil {
		t.Fatal(err)
	}
	f.Get("/firm").Form("found").Set("name", "Cabinet Bianchi").Submit("").Want(200)
	page := f.Get("/account").Follow("/account/data").Shows(applicant).Shows("Votre dossier").Shows("lecture").Shows("Agent instructeur").Hides("Camille").Hides("surveiller").
		Shows("Cabinet Bianchi").Shows("50 lignes du journal")
	whole := page.Form("copy.json").Submit("").Want(200).Body
	var got struct {
		Format  string
		Account struct {
			Email       string
			Sessions    []any
			Connections []any
			Firms       []struct {
				Name string
				Head bool
			}
		}
		Dossiers []struct {
			Reference, Part string
			Answers         []struct{ Field, Label, Value string }
			Documents       []struct{ Name, Address string }
			Consents        []struct{ Text string }
			Messages        []struct{ From string }
			Receipts        []struct{ Kind string }
			Readings        []struct {
				At   time.Time
				Role string
			}
		}
	}
	if err := json.Unmarshal(whole, &got); err != nil {
		t.Fatalf("%v: %s", err, whole)
	}
	if got.Format != "guichet.my-data/1" || got.Account.Email != applicant || len(got.Account.Sessions) == 0 || len(got.Account.Connections) == 0 || len(got.Dossiers) != 1 {
		t.Fatalf("%+v", got)
	}
	if x := got.Account; len(x.Connections) <= 60 || len(x.Firms) != 1 || x.Firms[0].Name != "Cabinet Bianchi" || !x.Firms[0].Head {
		t.Errorf("a copy lacks lines of the account: %+v", x)
	}
	d := got.Dossiers[0]
	if d.Part != "own" || len(d.Answers) < 20 || len(d.Documents) == 0 || len(d.Consents) == 0 || len(d.Messages) == 0 || len(d.Receipts) != 1 || len(d.Readings) == 0 || d.Readings[0].Role != "authority" {
		t.Errorf("%+v", d)
	}
	for _, secret := range []string{"Camille", "surveiller", "agent@example.org"} {
		if bytes.Contains(whole, []byte(secret)) {
			t.Errorf("the copy tells %s", secret)
		}
	}
	if p := f.Get("/account/data").Form("copy.pdf").Submit("").Want(200); !bytes.HasPrefix(p.Body, []byte("%PDF")) {
		t.Error("the copy to read is no PDF")
	}
	if theirs := other.Get("/account/data").Shows("Conditions acceptées avec votre compte").Form("copy.json").Submit("").Want(200).Body; bytes.Contains(theirs, []byte(d.Reference)) || !bytes.Contains(theirs, []byte(`"terms":[{"notice":"`)) {
		t.Error("somebody else gets it too, or not what they agreed to")
	}
	for kind, begins := range map[string]string{"json": `{"format":"guichet.my-data/1"`, "pdf": "%PDF"} {
		a.Clock.Advance(6 * time.Minute)
		again := f.Post("/account/data/copy."+kind, url.Values{}).Want(401)
		if bytes.HasPrefix(again.Body, []byte("%PDF")) || strings.Contains(string(again.Body), "guichet.my-data") {
			t.Errorf("%s: an old session takes a copy", kind)
		}
		p := again.Form("again").Set("password", stage.Password).Submit("").Want(200)
		if !bytes.HasPrefix(p.Body, []byte(begins)) || kind == "json" && !json.Valid(p.Body) {
			t.Errorf("%s: who has proven who they are gets no whole copy: %.60s", kind, p.Body)
		}
	}
}

// What was sent is frozen: a correction is asked of the administration, which owes an answer and puts it right (RP-156).
func TestACorrectionIsAskedFor(t *testing.T) {
	testkit.Covers(t, "RP-156")
	_, f, desk := filed(t)
	form := f.Get(f.Path("/correction")).Form("/correction")
	form.Submit("").Want(422).Shows("Choisissez la réponse à corriger")
	f.Page.Form("/correction").Set("field", "contact.phone").Submit("").Want(422).Shows("Écrivez ce qui est juste")
	gone := *f.Browser
	gone.Forget()
	gone.Post(f.Path("/correction"), url.Values{"field": {"contact.phone"}, "words": {"+377 93 15 00 00"}}).Want(401).Shows("+377 93 15 00 00")
	f.Page.Form("/correction").Set("words", "+377 93 15 00 00").Submit("").Want(200).Shows("Votre demande de correction est envoyée").Shows("+377 93 15 00 00")
	desk.Read().Shows("Demande de correction").Shows("+377 93 15 00 00").Shows("Une réponse est due")
	names := f.Get("/account").Form("/account/names")
	names.Set("last_name", "Bianchi-Roux").Submit("").Want(200)
	f.Get("/account/data").Shows("Bianchi-Roux")
	f.Post(f.Path("/correction"), url.Values{"field": {"internal.notes"}, "words": {"x"}}).Want(422)
}

// In the copy of an applicant for whom somebody acts, words are theirs only where they wrote them.
func TestACopySaysWhoWrote(t *testing.T) {
	a, lawyer, f := mandated(t)
	f.AttachAll()
	f.Send()
	lawyer.Get(f.Path("/messages")).Form("/messages").Set("words", "Voici le bail.").Submit("").Want(200)
	person := a.Person(client, "fr")
	if _, err := a.Store.Pool().Exec(t.Context(), "update mandate set known_at = now(), principal_id = $1", actorOf(t, a, client).AccountID); err != nil {
		t.Fatal(err)
	}
	copied := person.Get("/account/data").Form("copy.json").Submit("").Want(200).Body
	if !bytes.Contains(copied, []byte(`"from":"representative","subject":"","body":"Voici le bail."`)) {
		t.Errorf("who wrote about the lease: %s", regexp.MustCompile(`"from":"[a-z]*"[^}]*bail`).Find(copied))
	}
}
