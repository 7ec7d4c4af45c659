package dossier_test

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/workflow"
)

// refusal is a decision that takes two agents.
func refusal(words string) dossier.Act {
	return dossier.Act{Move: "refuse", State: "submitted", Reason: "other", Fields: map[string][]string{"decision.comment": {words}}}
}

// second approves what waits on a dossier, as an agent of its own.
func (w *world) second(id string) {
	w.t.Helper()
	a := w.account(access.Agent, "second-"+id+"@example.org")
	p, err := w.Waiting(w.t.Context(), a, id)
	w.must(err)
	w.must(w.Approve(w.t.Context(), a, id, p.PublicID))
}

// acts are the lines of a dossier's journal, in order.
func (w *world) acts(a access.Actor, id string) (out []string) {
	w.t.Helper()
	f, err := w.Read(w.t.Context(), a, id)
	w.must(err)
	for _, e := range f.History {
		out = append(out, e.Act)
	}
	return out
}

// Nobody refuses alone: one proposes, another approves, and before that nothing is told and nothing is changed.
func TestARefusalTakesTwo(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, first, other := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	analyst := access.Actor{AccountID: w.account(access.Agent, "d@example.org").AccountID, Kind: access.Agent, Grants: []access.Grant{{Procedure: permit, Role: "analyst", Verbs: []access.Verb{access.Read, access.Process}}}}
	id := w.sent(person, "tenant")
	letters := len(w.read(person, id).Letters)

	w.must(w.Move(ctx, first, id, refusal("Les ressources manquent.")))
	d := w.open(first, id)
	if d.State != "submitted" || d.Proposer != first.AccountID || len(d.Agent["decision.comment"]) > 0 {
		t.Fatalf("%s, proposed by %d, %v", d.State, d.Proposer, d.Agent)
	}
	seen := w.read(person, id)
	if seen.Proposal != nil || len(seen.Letters) != letters || len(seen.History) > 0 {
		t.Error("the person learns of it")
	}
	p, err := w.Waiting(ctx, other, id)
	w.must(err)
	for _, x := range []struct {
		name string
		do   error
		want string
	}{
		{"its proposer approves", w.Approve(ctx, first, id, p.PublicID), "second.own"},
		{"a role that is not named approves", w.Approve(ctx, analyst, id, p.PublicID), "second.own"},
		{"another proposal", w.Approve(ctx, other, id, "elsewhere"), "second.decided"},
		{"proposed twice", w.Move(ctx, other, id, refusal("Autre chose.")), "second.waiting"},
		{"sent back without a word", w.SendBack(ctx, other, id, p.PublicID, " "), "second.word"},
		{"sent back by a role that is not named", w.SendBack(ctx, analyst, id, p.PublicID, "Non."), "second.own"},
		{"approved by the clock", w.Approve(ctx, access.Actor{Kind: access.System}, id, p.PublicID), ""},
		{"approved by its person", w.Approve(ctx, person, id, p.PublicID), ""},
	} {
		if x.do == nil || fault.Key(x.do) != x.want {
			t.Errorf("%s: %v", x.name, x.do)
		}
	}

	w.must(w.SendBack(ctx, other, id, p.PublicID, "Le bail suffit."))
	f := w.read(first, id)
	if f.Proposal.State != dossier.ProposalBack || f.Proposal.Word != "Le bail suffit." || f.State != "submitted" {
		t.Fatalf("%+v", f.Proposal)
	}
	if err := w.Approve(ctx, other, id, p.PublicID); fault.Key(err) != "second.decided" {
		t.Errorf("approved after it was sent back: %v", err)
	}
	w.must(w.Move(ctx, first, id, refusal("Le logement est trop petit.")))
	p, err = w.Waiting(ctx, other, id)
	w.must(err)
	w.must(w.SendBack(ctx, first, id, p.PublicID, "")) // taken back
	w.must(w.Move(ctx, other, id, refusal("Le logement est trop petit.")))
	p, err = w.Waiting(ctx, first, id)
	w.must(err)
	w.must(w.Approve(ctx, first, id, p.PublicID))
	f = w.read(first, id)
	if f.State != "refused" || f.Agent["decision.comment"][0] != "Le logement est trop petit." || f.Proposal.State != dossier.ProposalMade {
		t.Fatalf("%s, %v", f.State, f.Agent)
	}
	if said := w.read(person, id); len(said.Letters) != letters+1 || len(said.Said()) != 1 {
		t.Error("the person is not told once")
	}
	want := []string{workflow.Proposed, workflow.SentBack, workflow.Proposed, workflow.TakenBack, workflow.Proposed, "refuse"}
	if got := w.acts(first, id); !slices.Equal(got[len(got)-len(want):], want) {
		t.Errorf("the journal says %v", got)
	}
	last := f.History[len(f.History)-1]
	if last.ActorID != first.AccountID || last.Detail["proposed_by"] == "" {
		t.Errorf("the journal names %d, %v", last.ActorID, last.Detail)
	}
}

// What a proposal rested on must stand when it is approved: a change makes it void, and says so.
func TestAChangedDossierIsNotRefusedUnseen(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, first, other := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	propose := func(id string) string {
		t.Helper()
		w.must(w.Move(ctx, first, id, refusal("Motif.")))
		p, err := w.Waiting(ctx, other, id)
		w.must(err)
		return p.PublicID
	}
	cancelled := w.sent(person, "tenant")
	p := propose(cancelled)
	w.must(w.Move(ctx, person, cancelled, dossier.Act{Move: "cancel_by_user"}))
	if err := w.Approve(ctx, other, cancelled, p); fault.Key(err) != "second.decided" {
		t.Errorf("refused after it was cancelled: %v", err)
	}
	if w.count("select count(*) from journal_entry where act = $1", workflow.Overtaken) != 1 {
		t.Error("the journal does not say that it is void")
	}

	corrected := w.sent(person, "tenant")
	p = propose(corrected)
	w.must(w.Move(ctx, first, corrected, dossier.Act{Move: "take"})) // whose it is decides nothing
	if x, err := w.Waiting(ctx, other, corrected); err != nil || !x.Stands {
		t.Fatalf("void by a hand-over: %v", err)
	}
	path := "contact.phone"
	w.must(w.Correct(ctx, first, corrected, path, w.open(first, corrected).Filed[path], url.Values{path: {"+377 93 15 28 00"}}))
	if err := w.Approve(ctx, other, corrected, p); fault.Key(err) != "second.decided" { // the correction has ended it
		t.Errorf("refused on other answers than were read: %v", err)
	}
	p = propose(corrected) // anew, on what there is now
	w.must(w.State(ctx, other, corrected, "colleague", "Second agent"))
	w.must(w.Move(ctx, first, corrected, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: path, Word: "Illisible."}}}))
	if err := w.Approve(ctx, other, corrected, p); fault.Key(err) != "second.decided" {
		t.Errorf("refused while the person is asked: %v", err)
	}
	if n := w.count("select count(*) from proposal where state = 'waiting'"); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

// However many approve at once, it is made once; a colleague who holds the dossier is waited for.
func TestOneOfManyApproves(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.sent(w.account(access.Person, "a@example.org"), "tenant")
	first := w.account(access.Agent, "b@example.org")
	var agents []access.Actor
	for _, name := range strings.Split("cdefgh", "") {
		agents = append(agents, w.account(access.Agent, name+"@example.org"))
	}
	w.must(w.Move(ctx, first, id, refusal("Motif.")))
	p, err := w.Waiting(ctx, agents[0], id)
	w.must(err)
	d := w.open(agents[0], id)
	w.must(w.Hold(ctx, agents[0], d, d.Def.Flow.Move("refuse")))
	if err := w.Approve(ctx, agents[1], id, p.PublicID); fault.Key(err) != "move.held" {
		t.Fatalf("approved while a colleague decides: %v", err)
	}
	w.now = w.now.Add(time.Hour)
	made := make([]error, 50)
	var race sync.WaitGroup
	for i := range made {
		race.Go(func() { made[i] = w.Approve(ctx, agents[i%len(agents)], id, p.PublicID) })
	}
	race.Wait()
	n := 0
	for _, err := range made {
		if err == nil {
			n++
		} else if fault.Key(err) != "second.decided" {
			t.Error(err)
		}
	}
	if n != 1 || w.count("select count(*) from journal_entry where act = 'refuse'") != 1 {
		t.Errorf("%d approvals", n)
	}
}

// No agent alone ends a dossier against its person: a cancellation takes two, but for the reasons that are the person's own.
func TestNobodyEndsADossierAlone(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, first, other := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	for _, reason := range []string{"other", "no_answer"} {
		id := w.sent(person, "tenant")
		w.must(w.Move(ctx, first, id, ending(reason, "Ressources insuffisantes.")))
		if d := w.open(first, id); d.State != "submitted" || d.Proposer != first.AccountID {
			t.Fatalf("%s: %s", reason, d.State)
		}
		w.must(w.Move(ctx, first, id, ending("asked_by_person", "Elle l’a demandé."))) // what waited is void
		if d := w.open(first, id); d.State != "cancelled" || d.Proposer != 0 {
			t.Errorf("%s: %s", reason, d.State)
		}
	}
	id := w.sent(person, "tenant")
	w.must(w.Move(ctx, first, id, ending("other", "Ressources insuffisantes.")))
	p, err := w.Waiting(ctx, other, id)
	w.must(err)
	w.exec("update dossier set team = 'Nord' where public_id = $1", id)
	other.Grants[0].Team = "Sud"
	if err := w.Approve(ctx, other, id, p.PublicID); fault.Key(err) != "reading.purpose" {
		t.Errorf("approved without saying why it is read: %v", err)
	}
	w.must(w.State(ctx, other, id, "colleague", "Absence"))
	w.must(w.Approve(ctx, other, id, p.PublicID))
	if w.count("select count(*) from dossier where public_id = $1 and state = 'cancelled'", id) != 1 {
		t.Error("approved, and not made")
	}
	if w.count("select count(*) from mail where template like '%desk_second_made' and account_id = $1", first.AccountID) != 1 {
		t.Error("who proposed is not told")
	}
	if _, err := w.Store.Pool().Exec(ctx, "update proposal set state = 'made', decided_by = proposed_by"); err == nil {
		t.Error("the database takes one agent for two")
	}
}

// That a dossier is sent twice is looked up: one agent ends it for another that goes on, and neither for one that has ended, nor for
// one that the agent has entered.
func TestADuplicateIsLookedUp(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, first, other := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	twice := ending("duplicate", "Déposée deux fois.")
	state := func(id, want string, proposer int64) {
		t.Helper()
		if d := w.open(first, id); d.State != want || d.Proposer != proposer {
			t.Errorf("the dossier is %s, proposed by %d", d.State, d.Proposer)
		}
	}
	id := w.sent(person, "tenant")
	w.must(w.Move(ctx, first, id, twice))
	state(id, "submitted", first.AccountID)
	p, err := w.Waiting(ctx, other, id)
	w.must(err)
	w.must(w.SendBack(ctx, other, id, p.PublicID, "Il n’y en a pas d’autre."))
	again := w.sent(person, "tenant")
	w.exec("insert into paper_filing (dossier_id, sealed, entered_by, at) select id, '', $2, now() from dossier where public_id = $1", again, first.AccountID)
	w.must(w.Move(ctx, first, id, twice))
	state(id, "submitted", first.AccountID)
	p, err = w.Waiting(ctx, first, id)
	w.must(err)
	w.must(w.SendBack(ctx, first, id, p.PublicID, ""))
	w.exec("delete from paper_filing")
	w.must(w.Move(ctx, first, again, twice))
	state(again, "cancelled", 0)
	w.must(w.Move(ctx, first, id, twice)) // the other has ended
	state(id, "submitted", first.AccountID)
}

// A proposal ends with what it rests on: nobody is shown it, or counts it, who could not approve it.
func TestACorrectionOvertakesAProposal(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	first, other := w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	id := w.sent(w.account(access.Person, "a@example.org"), "tenant")
	w.must(w.Move(ctx, first, id, dossier.Act{Move: "take"}))
	w.must(w.Move(ctx, first, id, ending("other", "Ressources insuffisantes.")))
	if _, err := w.Waiting(ctx, other, id); err != nil {
		t.Fatal(err)
	}
	w.must(w.Correct(ctx, first, id, "contact.phone", w.read(first, id).Filed["contact.phone"], map[string][]string{"contact.phone": {"+37799999999"}}))
	if _, err := w.Waiting(ctx, other, id); fault.Of(err) != fault.NotFound {
		t.Errorf("a proposal outlives what it rests on: %v", err)
	}
	if n := w.count("select count(*) from proposal where state = 'waiting'"); n != 0 {
		t.Errorf("%d proposals are counted", n)
	}
}

// A definition that calls a move otherwise frees no dossier under way of the second person.
func TestARenamedMoveStillTakesTwo(t *testing.T) {
	w := newWorld(t)
	first, other := w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	id := w.sent(w.account(access.Person, "a@example.org"), "tenant")
	d := w.open(first, id)
	w.Catalogue = editedFlow(t, "- id: refuse #", "- id: reject #", "moves.refuse,", "moves.reject,")
	if w.Catalogue.Get(permit).Flow.Move("refuse") != nil {
		t.Fatal("the move has its old name")
	}
	if w.Second(d, "refuse", "other") == nil || !w.TakesTwo(d, "refuse") || !w.MaySecond(other, d, &dossier.Proposal{Move: "refuse", By: first.AccountID}) {
		t.Error("one agent refuses alone")
	}
}
