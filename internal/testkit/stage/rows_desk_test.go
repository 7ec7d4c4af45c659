package stage_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// Agents read what is known of them before the first dossier, once, and it is kept that they did.
func TestAgentsAreToldOfTheirRights(t *testing.T) {
	testkit.Covers(t, "RP-041")
	a := stage.Open(t)
	b := a.Invited("agent@example.org", "fr", "authority")
	page := b.Get("/queue").Shows("Vos droits en tant qu’agent")
	page.Form("/duties").Submit("").Want(200).Hides("Vos droits en tant qu’agent")
	if n := count(t, a, "select count(*) from consent where notice = 'agents'"); n != 1 {
		t.Errorf("kept %d times that the agent was told", n)
	}
	a.SignIn(stage.Agents, "agent@example.org", "fr").Get("/queue").Hides("J’ai lu cette information")
}

// The internal file exists once a dossier is admissible, and for agents alone.
func TestInternalFileIsMadeForAdmissibleRequests(t *testing.T) {
	testkit.Covers(t, "RP-026", "RP-144")
	a, f, desk := filed(t)
	made := "/dossier/" + f.ID + "/made/internal_summary.pdf"
	a.Drain()
	desk.Try(made).Want(404)
	desk.Move("admit", nil)
	a.Drain()
	first := desk.Try(made).Want(200)
	if !bytes.HasPrefix(first.Body, []byte("%PDF-")) {
		t.Fatal("the internal file is no PDF")
	}
	if again := desk.Try(made).Want(200); !bytes.Equal(first.Body, again.Body) {
		t.Error("the file was made anew, not kept")
	}
	f.Try(made).Want(404)
}

func TestAgentsTalkAmongThemselves(t *testing.T) {
	testkit.Covers(t, "RP-027")
	a, f, desk := filed(t)
	desk.Read().Form("/note").Set("words", "Voir avec le service du logement.").Submit("").Want(200)
	colleague := a.Hire("colleague@example.org", "fr", "authority").Take(f.ID)
	colleague.Read().Shows("Voir avec le service du logement.").Form("/note").Set("words", "C’est fait.").Submit("").Want(200)
	desk.Read().Shows("C’est fait.")
	for _, at := range []string{"", "/check", "/messages"} {
		f.Get(f.Path(at)).Hides("Voir avec le service du logement.")
	}
}

// An agent gives a dossier to a colleague, who finds it among their own.
func TestDossiersAreAssigned(t *testing.T) {
	testkit.Covers(t, "RP-030", "RP-160")
	a, f, desk := filed(t)
	a.Hire("colleague@example.org", "fr", "authority")
	id := count(t, a, "select max(id) from account where kind = 'agent'")
	desk.Move("assign", map[string]string{"assignee": strconv.Itoa(id)})
	if n := count(t, a, "select count(*) from dossier where public_id = $1 and assignee_id = $2", f.ID, id); n != 1 {
		t.Error("the dossier was not given to the colleague")
	}
}

// Read and process are rights of their own: who has no right sees nothing, even by an address they know.
func TestOnlyTheAuthorityReadsAndProcesses(t *testing.T) {
	testkit.Covers(t, "RP-157", "RP-158")
	a, f, desk := filed(t)
	desk.Read().Shows("Bianchi")
	desk.Move("take", nil)
	for _, role := range []string{"digital", "provider", "analyst"} {
		b := a.Invited(role+"@example.org", "fr", role)
		for _, at := range []string{"/queue", "/dossier/" + f.ID} {
			if page := b.Try(at); page.Status != 403 && page.Status != 404 || page.Says("Bianchi") {
				t.Errorf("%s opens %s: %d", role, at, page.Status)
			}
		}
		if page := b.Post("/dossier/"+f.ID+"/move/take", map[string][]string{"state": {"submitted"}}); page.Status != 403 && page.Status != 404 {
			t.Errorf("%s makes a move: %d", role, page.Status)
		}
	}
}

func TestOnlyHoldersOfTheRightExport(t *testing.T) {
	testkit.Covers(t, "RP-022")
	a := stage.Open(t)
	a.Hire("analyst@example.org", "fr", "analyst").Get("/release")
	for _, role := range []string{"digital", "provider"} {
		b := a.Invited(role+"@example.org", "fr", role)
		b.Try("/release").Want(403)
		b.Post("/release/"+a.Definition().ID, map[string][]string{"lang": {"fr"}}).Want(403)
	}
}

// The reason for settling has the eight values of the opinion, and none is chosen before an agent has.
func TestReasonsForSettlingAreThoseOfTheOpinion(t *testing.T) {
	testkit.Covers(t, "RP-143")
	a, f, desk := filed(t)
	move := desk.Read().Follow("/move/qualify").Form("/move/qualify")
	values := strings.Split(move.Options("request.reason"), "\n")
	if len(values) != 8 {
		t.Fatalf("%d values: %q", len(values), values)
	}
	if move.Values.Get("request.reason") != "to_be_determined" {
		t.Errorf("offered %q before anybody has judged", move.Values.Get("request.reason"))
	}
	for _, o := range a.Definition().Form.Field("request.reason").Options {
		if !strings.Contains(opinion(t, a), strings.ToLower(o.Label.FR)) {
			t.Errorf("the opinion has no %q", o.Label.FR)
		}
	}
	move.Set("request.reason", "tax").Submit("").Want(200)
	desk.Read().Shows("Fiscal")
	f.Get(f.Path("")).Hides("Fiscal")
}

// The end of processing is an instant of its own; the day of erasure follows from it.
func TestEndOfProcessingIsRecorded(t *testing.T) {
	testkit.Covers(t, "RP-033")
	a, f, desk := filed(t)
	desk.Move("refuse", map[string]string{"reason": "inadmissible", "decision.comment": "Il manque le visa."})
	desk.Approve(a.Hire("colleague@example.org", "fr", "authority"))
	d := f.Opened()
	if d.ClosedAt == nil || !d.ClosedAt.Equal(a.Clock.Now()) {
		t.Fatalf("closed at %v, want %v", d.ClosedAt, a.Clock.Now())
	}
	if got := d.PurgeOn.Format(time.DateOnly); got < "2027-02-20" || got > "2027-02-21" {
		t.Errorf("to be erased on %s, want three months later", got)
	}
}

// What the system notes of people: who they are to it, when things happened, sign-ins, messages, and what agents do.
func TestWhatTheSystemNotesOfPeople(t *testing.T) {
	testkit.Covers(t, "RP-121", "RP-122", "RP-123", "RP-124", "RP-125")
	a, f, desk := filed(t)
	desk.Read()
	desk.Move("take", nil)
	for what, sql := range map[string]string{
		"technical identifier": "select count(*) from dossier d join account a on a.id = d.owner_id and a.kind = 'person'",
		"timestamps":           "select count(*) from dossier where created_at = submitted_at and updated_at >= submitted_at",
		"sign-in":              "select count(*) from connection_log where kind = 'person' and act like 'sign%'",
		"agent's sign-in":      "select count(*) from connection_log where kind = 'agent' and act like 'sign%'",
		"reading":              "select count(*) from journal_read",
		"act":                  "select count(*) from journal_entry where act = 'take'",
	} {
		if count(t, a, sql) == 0 {
			t.Errorf("no %s is noted", what)
		}
	}
	f.Get(f.Path("/messages")).Shows("est enregistrée")
	desk.Read().Shows("Prendre en charge")
}

// A draft waits on the server: another device goes on where the first one stopped.
func TestDraftIsResumedElsewhere(t *testing.T) {
	testkit.Covers(t, "RP-029")
	a := stage.Open(t)
	f := draft(a, t)
	steps := a.Definition().Form.Steps
	for _, s := range steps[:4] {
		if contains(f.Get(f.Path("")).Links(), "/step/"+s.ID) {
			f.FillStep(s)
		}
	}
	a.Clock.AdvanceDays(3)
	f.Browser = a.SignIn(stage.Applicants, applicant, "en")
	if got := f.Get(f.Path("/step/applicant")).Form("step").Values.Get("applicant.last_name"); got != "Bianchi" {
		t.Errorf("the other device shows %q", got)
	}
	f.Persona.Lang = "en"
	f.Fill()
	f.AttachAll()
	f.Send()
}

// Everybody has an account of their own, reads their own dossier online, and finds nobody else's.
func TestPeopleReachTheirOwnAndNothingElse(t *testing.T) {
	testkit.Covers(t, "RP-154", "RP-165")
	a, f, _ := filed(t)
	f.Get("/account").Shows(applicant)
	f.Get(f.Path("/check")).Shows("YA1234567")
	stranger := a.Person("stranger@example.org", "fr")
	stranger.Get("/dossiers").Hides(f.ID)
	for _, at := range []string{"", "/check", "/messages", "/receipt.pdf", "/documents"} {
		stranger.Try(f.Path(at)).Want(404)
	}
}
