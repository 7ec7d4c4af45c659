package dossier_test

import (
	"errors"
	"net/url"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
)

// sent files a persona's dossier.
func (w *world) sent(person access.Actor, persona string) string {
	w.t.Helper()
	id := w.fill(person, testkit.PersonaNamed(w.t, persona))
	w.must(w.Move(w.t.Context(), person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	return id
}

// crowd copies a filed dossier under other addresses, without its answers: their ids.
func (w *world) crowd(id string, n int) []string {
	w.t.Helper()
	w.exec(`with copy as (
		insert into dossier (public_id, reference, procedure, definition, owner_id, lang, state, state_kind, round, created_at, updated_at, submitted_at)
		select public_id || '-' || i, reference || '-' || i, procedure, definition, owner_id, lang, state, state_kind, round, created_at, updated_at,
		  submitted_at + i * interval '1 second'
		from dossier, generate_series(1, $2) i where public_id = $1 returning id)
		insert into data_key select copy.id, k.rule, k.wrapped, k.wrapped_by from copy, data_key k join dossier d on d.id = k.dossier_id where d.public_id = $1`, id, n)
	rows, err := w.Store.Pool().Query(w.t.Context(), `select public_id from dossier where public_id like $1 || '-%' order by id`, id)
	w.must(err)
	defer rows.Close()
	var out []string
	for rows.Next() {
		var copied string
		w.must(rows.Scan(&copied))
		out = append(out, copied)
	}
	return out
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.Store.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

// employ gives an agent a right of a team, as the administration's page would.
func (w *world) employ(email, team string) access.Actor {
	w.t.Helper()
	a := w.account(access.Agent, email)
	a.Grants[0].Team = team
	w.exec(`insert into agent_grant (account_id, procedure, role, team, granted_at) values ($1, $2, 'authority', $3, $4)`, a.AccountID, permit, team, w.now)
	return a
}

// ending is a decision that needs nothing of the dossier.
func ending(reason, words string) dossier.Act {
	return dossier.Act{Move: "cancel_by_agent", State: "submitted", Reason: reason, Fields: map[string][]string{"decision.comment": {words}}}
}

// Two agents decide the same two hundred dossiers at once: each is decided once, and the slower is told so every time.
func TestTwoAgentsDecideEachDossierOnce(t *testing.T) {
	testkit.Covers(t, "RP-025")
	w := newWorld(t)
	ctx := t.Context()
	ids := w.crowd(w.sent(w.account(access.Person, "a@example.org"), "tenant"), 200)
	agents := []access.Actor{w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")}
	acts := []dossier.Act{ending("asked_by_person", "Motif de l’un."), ending("asked_by_person", "Motif de l’autre.")}
	var made, late [2]int
	var race sync.WaitGroup
	for i := range agents {
		race.Go(func() {
			for _, id := range ids {
				switch err := w.Move(ctx, agents[i], id, acts[i]); {
				case err == nil:
					made[i]++
				case fault.Key(err) == "move.not_from_here":
					late[i]++
				default:
					t.Errorf("%s: %v", acts[i].Move, err)
				}
			}
		})
	}
	race.Wait()
	if made[0]+made[1] != 200 || late[0]+late[1] != 200 {
		t.Errorf("decided %v, too late %v", made, late)
	}
	lines := w.count(`select count(*) from journal_entry where act = 'cancel_by_agent'`)
	closed := w.count(`select count(*) from dossier where state_kind = 'closed' and closed_at is not null`)
	once := w.count(`select count(distinct dossier_id) from journal_entry where act = 'cancel_by_agent'`)
	if lines != 200 || closed != 200 || once != 200 {
		t.Errorf("%d decisions on %d dossiers, %d closed", lines, once, closed)
	}
}

// While one agent decides, others see who and until when, and cannot; the hold ends by itself, by release, and with the decision.
func TestDossierBeingDecidedIsHeld(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id := w.sent(person, "tenant")
	first, second := w.account(access.Agent, "b@example.org"), w.account(access.Agent, "c@example.org")
	hold := func(a access.Actor, move string) error {
		w.must(w.State(ctx, a, id, "colleague", "Absence"))
		d, err := w.Open(ctx, a, id)
		w.must(err)
		return w.Hold(ctx, a, d, d.Def.Flow.Move(move))
	}
	heldBy := func(err error, who access.Actor, until time.Time) {
		t.Helper()
		held, ok := errors.AsType[*dossier.Held](err)
		if fault.Key(err) != "move.held" || !ok || held.AccountID != who.AccountID || !held.Until.Equal(until) {
			t.Fatalf("%v, %+v", err, held)
		}
	}
	w.must(hold(second, "assign")) // what is no decision holds nothing
	w.must(hold(first, "refuse"))
	until := w.now.Add(15 * time.Minute)
	heldBy(hold(second, "admit"), first, until)
	heldBy(w.Move(ctx, second, id, ending("other", "Trop vite.")), first, until)
	w.must(w.Move(ctx, second, id, dossier.Act{Move: "take"})) // neither taking nor noting is deciding
	w.must(w.Note(ctx, second, id, "Vu."))
	d, err := w.Open(ctx, second, id)
	w.must(err)
	seen := d.Filed["applicant.last_name"]
	heldBy(w.Correct(ctx, second, id, "applicant.last_name", seen, url.Values{"applicant.last_name": {"Autre"}}), first, until) // what is decided on stands still
	heldBy(w.Judge(ctx, second, id, d.Documents[0].ID, dossier.Judgement{As: dossier.Accepted}), first, until)

	w.now = w.now.Add(10 * time.Minute)
	w.must(hold(first, "refuse")) // looking again holds it longer
	w.now = until.Add(time.Minute)
	heldBy(hold(second, "refuse"), first, until.Add(10*time.Minute))
	w.must(w.Release(ctx, second, id)) // of another's hold, nothing
	heldBy(hold(second, "refuse"), first, until.Add(10*time.Minute))
	w.must(w.Release(ctx, first, id))
	w.must(hold(second, "refuse"))
	w.now = w.now.Add(15*time.Minute + time.Second)
	w.must(hold(first, "refuse")) // it ended by itself
	w.must(w.Move(ctx, first, id, ending("other", "Motif.")))
	if n := w.count("select count(*) from reading"); n != 0 {
		t.Errorf("%d still held after the decision", n)
	}
}

// However many agents open a decision at once, one of them holds it.
func TestOneOfManyHolds(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.sent(w.account(access.Person, "a@example.org"), "tenant")
	var agents []access.Actor
	for _, name := range []string{"b", "c", "d", "e", "f", "g", "h", "i"} {
		agents = append(agents, w.account(access.Agent, name+"@example.org"))
	}
	won := make([]bool, len(agents))
	var race sync.WaitGroup
	for i, a := range agents {
		race.Go(func() {
			d, err := w.Open(ctx, a, id)
			if err == nil {
				err = w.Hold(ctx, a, d, d.Def.Flow.Move("refuse"))
			}
			if won[i] = err == nil; err != nil && fault.Key(err) != "move.held" {
				t.Error(err)
			}
		})
	}
	race.Wait()
	n := 0
	for _, w := range won {
		if w {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d agents hold it", n)
	}
}

// Dossiers nobody has taken are spread evenly over the agents of their team, and of no other.
func TestBalanceSpreadsOverTheTeam(t *testing.T) {
	testkit.Covers(t, "RP-030")
	w := newWorld(t)
	ctx := t.Context()
	id := w.sent(w.account(access.Person, "a@example.org"), "tenant")
	north := []access.Actor{w.employ("b@example.org", "Nord"), w.employ("c@example.org", "Nord"), w.employ("d@example.org", "Nord")}
	south := w.employ("e@example.org", "Sud")
	ids := w.crowd(id, 10)
	w.must(w.Move(ctx, south, ids[9], dossier.Act{Move: "assign", Assignee: north[0].AccountID})) // who has one already gets one fewer
	if err := w.Move(ctx, south, id, dossier.Act{Move: "route", Team: "Ouest"}); fault.Key(err) != "move.team" {
		t.Fatalf("given to a team there is not: %v", err)
	}
	for _, one := range ids[:8] {
		w.must(w.Move(ctx, south, one, dossier.Act{Move: "route", Team: "Nord"}))
		w.must(w.Move(ctx, south, one, dossier.Act{Move: "balance"}))
	}
	if err := w.Move(ctx, south, ids[0], dossier.Act{Move: "balance"}); fault.Key(err) != "move.taken" {
		t.Fatalf("taken from who has it: %v", err)
	}
	for _, a := range north {
		if n := w.count("select count(*) from dossier where assignee_id = $1 and team = 'Nord'", a.AccountID); n != 3 {
			t.Errorf("one of three agents has %d of nine", n)
		}
	}
	rows, _, err := w.Queue(ctx, south, dossier.Filter{Procedure: permit, AtWork: true, Team: "Nord", Limit: 50})
	w.must(err)
	if len(rows) != 9 {
		t.Errorf("the team's queue has %d", len(rows))
	}
	rows, _, err = w.Queue(ctx, south, dossier.Filter{Procedure: permit, AtWork: true, Unassigned: true, Newest: true, Limit: 50})
	w.must(err)
	if len(rows) != 2 || rows[0].PublicID != ids[8] || rows[1].PublicID != id {
		t.Errorf("nobody has %d", len(rows))
	}
}
