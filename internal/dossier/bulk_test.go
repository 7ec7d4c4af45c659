package dossier_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/store"
)

// bulk prepares and begins an act; its number in the queue of jobs.
func (w *world) bulk(a access.Actor, move string, ids []string, act dossier.Act) (publicID string, number int64) {
	w.t.Helper()
	publicID, err := w.PrepareBulk(w.t.Context(), a, permit, move, ids)
	w.must(err)
	w.must(w.StartBulk(w.t.Context(), a, publicID, act))
	return publicID, int64(w.count("select id from bulk_act where public_id = $1", publicID))
}

// actors answers for accounts as the room of accounts does.
func actors(known ...access.Actor) func(context.Context, int64, time.Time) (access.Actor, error) {
	return func(_ context.Context, id int64, _ time.Time) (access.Actor, error) {
		for _, a := range known {
			if a.AccountID == id {
				return a, nil
			}
		}
		return access.Actor{}, nil
	}
}

// An act on many that is killed half way, and then taken up twice at once, is made once on each; what is refused says why.
func TestBulkIsMadeOnceOnEach(t *testing.T) {
	w := newWorld(t)
	agent, colleague := w.employ("b@example.org", ""), w.employ("c@example.org", "")
	w.Actor = actors(agent, colleague)
	ids := w.crowd(w.sent(w.account(access.Person, "a@example.org"), "tenant"), 120)
	w.exec("update dossier set state = 'incomplete', state_kind = 'waiting' where public_id = any($1)", ids)
	publicID, number := w.bulk(agent, "remind", ids, dossier.Act{})
	w.exec("update dossier set state = 'admissible', state_kind = 'open' where public_id = any($1)", ids[:7]) // the person was quicker

	ctx, kill := context.WithCancel(t.Context())
	begun := 0
	counting, err := store.Open(t.Context(), w.Store.Pool().Config().ConnString(), func() time.Time {
		if begun++; begun == 40 {
			kill()
		}
		return w.now
	})
	w.must(err)
	defer counting.Close()
	if err := w.On(counting).RunBulk(ctx, number); !errors.Is(err, context.Canceled) && fault.Of(err) != fault.Unavailable {
		t.Fatalf("a killed run ends with %v", err)
	}
	b, err := w.Bulk(t.Context(), agent, publicID)
	w.must(err)
	if b.State != dossier.BulkQueued || b.Left == 0 {
		t.Fatalf("killed, and yet %s with %d left", b.State, b.Left)
	}
	var runs sync.WaitGroup
	for range 2 {
		runs.Go(func() {
			if err := w.RunBulk(t.Context(), number); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	w.must(w.RunBulk(t.Context(), number)) // once more changes nothing
	b, err = w.Bulk(t.Context(), agent, publicID)
	w.must(err)
	if b.State != dossier.BulkDone || b.Made != 113 || b.Left != 0 {
		t.Errorf("%s: %d made, %d left", b.State, b.Made, b.Left)
	}
	for i, item := range b.Items {
		if want := map[bool]string{true: "move.not_from_here", false: dossier.BulkMade}[i < 7]; item.Result != want {
			t.Errorf("%s: %q", item.Reference, item.Result)
		}
	}
	if twice := w.count("select count(*) - count(distinct dossier_id) from journal_entry where act = 'remind'"); twice != 0 {
		t.Errorf("made twice on %d", twice)
	}
	if n := w.count("select count(*) from journal_entry where act = 'remind'"); n != 113 {
		t.Errorf("%d lines in the journal", n)
	}
	if n := w.count("select count(*) from bulk_act where sealed is not null"); n != 0 {
		t.Error("what the form gave is kept beyond the act")
	}
	if _, err := w.Bulk(t.Context(), colleague, publicID); fault.Of(err) != fault.NotFound {
		t.Errorf("a colleague reads it: %v", err)
	}
}

// A held dossier, one somebody has taken, and rights that were withdrawn are refusals like others.
func TestBulkTellsEveryRefusal(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	agent, colleague := w.employ("b@example.org", "Nord"), w.employ("c@example.org", "Nord")
	w.Actor = actors(agent)
	ids := w.crowd(w.sent(w.account(access.Person, "a@example.org"), "tenant"), 6)
	w.must(w.Move(ctx, colleague, ids[0], dossier.Act{Move: "take"}))
	balance, err := w.PrepareBulk(ctx, agent, permit, "balance", ids)
	w.must(err)
	b, err := w.Bulk(ctx, agent, balance)
	w.must(err)
	if b.Items[0].Obstacle != "move.taken" || b.Items[1].Obstacle != "" {
		t.Errorf("foretold: %+v", b.Items[:2])
	}
	w.must(w.StartBulk(ctx, agent, balance, dossier.Act{}))
	w.must(w.RunBulk(ctx, int64(w.count("select id from bulk_act where public_id = $1", balance))))
	for _, a := range []access.Actor{agent, colleague} {
		if n := w.count("select count(*) from dossier where assignee_id = $1", a.AccountID); n != 3 {
			t.Errorf("of six, one of two agents has %d", n)
		}
	}
	if b, err = w.Bulk(ctx, agent, balance); err != nil || b.Made != 5 || b.Items[0].Result != "move.taken" {
		t.Fatalf("%v %+v", err, b)
	}

	w.must(w.State(ctx, colleague, ids[1], "colleague", "Absence")) // it is the first agent's
	d, err := w.Open(ctx, colleague, ids[1])
	w.must(err)
	w.must(w.Hold(ctx, colleague, d, d.Def.Flow.Move("refuse")))
	comment := map[string][]string{"decision.comment": {"Sans réponse depuis six mois."}}
	if _, err := w.PrepareBulk(ctx, agent, permit, "accept", ids); fault.Of(err) != fault.NotFound {
		t.Fatalf("accepted by the hundred: %v", err)
	}
	if _, err := w.PrepareBulk(ctx, agent, permit, "cancel_by_agent", nil); fault.Key(err) != "bulk.none" {
		t.Fatal(err)
	}
	if _, err := w.PrepareBulk(ctx, agent, permit, "cancel_by_agent", make([]string, 501)); fault.Key(err) != "bulk.many" {
		t.Fatal(err)
	}
	missing, err := w.PrepareBulk(ctx, agent, permit, "cancel_by_agent", ids)
	w.must(err)
	var lacks *dossier.Missing
	if err := w.StartBulk(ctx, agent, missing, dossier.Act{Reason: "no_answer", Fields: comment}); !errors.As(err, &lacks) || fmt.Sprint(lacks.Names) != "[reason]" {
		t.Fatalf("begun for a reason that takes two: %v", err)
	}
	if err := w.StartBulk(ctx, agent, missing, dossier.Act{Reason: "asked_by_person"}); !errors.As(err, &lacks) || fmt.Sprint(lacks.Names) != "[decision.comment]" {
		t.Fatalf("begun without a comment: %v", err)
	}
	w.must(w.StartBulk(ctx, agent, missing, dossier.Act{Reason: "asked_by_person", Fields: comment}))
	if err := w.StartBulk(ctx, agent, missing, dossier.Act{Reason: "asked_by_person", Fields: comment}); fault.Key(err) != "bulk.begun" {
		t.Fatalf("begun twice: %v", err)
	}
	w.must(w.RunBulk(ctx, int64(w.count("select id from bulk_act where public_id = $1", missing))))
	if b, err = w.Bulk(ctx, agent, missing); err != nil || b.Made != 5 || b.Items[1].Result != "move.held" {
		t.Fatalf("%v %+v", err, b)
	}

	late, number := w.bulk(agent, "give_back", ids[1:2], dossier.Act{})
	w.Actor = actors() // the right was withdrawn meanwhile
	w.must(w.RunBulk(ctx, number))
	if b, err = w.Bulk(ctx, agent, late); err != nil || b.Items[0].Result != "not_found" {
		t.Fatalf("%v %+v", err, b)
	}
}

// An act whose words open no more ends, and says so on each; one never begun is kept for a day, one that is done for a year.
func TestBulkThatCannotBeReadEnds(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	agent := w.employ("b@example.org", "Nord")
	w.Actor = actors(agent)
	ids := w.crowd(w.sent(w.account(access.Person, "a@example.org"), "tenant"), 2)
	publicID, number := w.bulk(agent, "balance", ids, dossier.Act{})
	w.exec("update bulk_act set sealed = '\\x00'")
	w.must(w.RunBulk(ctx, number))
	b, err := w.Bulk(ctx, agent, publicID)
	w.must(err)
	if b.State != dossier.BulkDone || b.Left != 0 || b.Made != 0 || b.Items[0].Result == "" {
		t.Errorf("%+v", b)
	}
	_, err = w.PrepareBulk(ctx, agent, permit, "balance", ids)
	w.must(err)
	for _, after := range []struct{ days, left int }{{0, 2}, {2, 1}, {366, 0}} {
		w.now = w.now.AddDate(0, 0, after.days)
		w.must(w.keeper().Run(ctx))
		if n := w.count("select count(*) from bulk_act"); n != after.left {
			t.Errorf("%d days later %d acts are kept, not %d", after.days, n, after.left)
		}
	}
}
