package release_test

import (
	"slices"
	"testing"
	"time"

	"guichet/internal/fault"
)

// Every step of a release stands in the journal, each line chained to the one before; a line that was altered, taken out or cut
// off is found.
func TestJournalIsChained(t *testing.T) {
	w := newHouse(t)
	ctx, id := t.Context(), w.Definition().ID
	w.desk("version: 1", "version: 2", "m: 25", "m: 30")
	v, err := w.registered("version: 1", "version: 3", "m: 25", "m: 35")
	w.must(err)
	w.must(w.Releases.DecideVersion(ctx, w.other, v.ID, false, "non"))
	offers, err := w.Releases.Standing(ctx, w.agent, id)
	w.must(err)
	file := w.asked(offers.Offers[0].ID)
	w.must(w.Releases.Withdraw(ctx, w.agent, file))
	w.must(w.Releases.Decide(ctx, w.other, w.asked(offers.Offers[0].ID), false, "non"))
	file = w.asked(offers.Offers[0].ID)
	w.approved(file)
	w.Drain()
	_, _, err = w.Releases.Book(ctx, w.agent, file, "")
	w.must(err)
	_, _, err = w.Releases.Certificate(ctx, w.other, file)
	w.must(err)
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.EndMonths(ctx))

	rows, err := w.Store.Pool().Query(ctx, "select distinct act from release_act where seq is not null and hash is not null")
	w.must(err)
	var acts []string
	for rows.Next() {
		var act string
		w.must(rows.Scan(&act))
		acts = append(acts, act)
	}
	w.must(rows.Err())
	for _, want := range []string{
		"version delivered", "version proposed", "version approved", "version refused", "asked", "withdrawn", "refused", "approved", "making", "ready",
		"downloaded", "certificate downloaded", "frozen", "tabulated",
	} {
		if !slices.Contains(acts, want) {
			t.Errorf("%q is not chained", want)
		}
	}
	if w.number("select count(*) from release_act where hash is null") != 0 {
		t.Error("a line is not chained")
	}

	_, err = w.Releases.Release(ctx, w.agent, file)
	w.must(err)
	w.must(w.exec("alter table release_act disable trigger release_act_stays"))
	for what, sql := range map[string][2]string{
		"another act":    {"update release_act set act = 'approvee' where act = 'approved'", "update release_act set act = 'approved' where act = 'approvee'"},
		"another person": {"update release_act set actor_id = actor_id + 1000 where act = 'approved'", "update release_act set actor_id = actor_id - 1000 where act = 'approved'"},
		"another time":   {"update release_act set at = at + interval '1 second' where act = 'asked'", "update release_act set at = at - interval '1 second' where act = 'asked'"},
		"a shorter end":  {"update release_chain set seq = seq + 1", "update release_chain set seq = seq - 1"},
	} {
		w.must(w.exec(sql[0]))
		if _, err := w.Releases.Release(ctx, w.agent, file); fault.Key(err) != "release.journal" {
			t.Errorf("%s: %v", what, err)
		}
		w.must(w.exec(sql[1]))
	}
	_, err = w.Releases.Release(ctx, w.agent, file)
	w.must(err)
	w.must(w.exec("delete from release_act where act = 'withdrawn'"))
	if _, err := w.Releases.Release(ctx, w.agent, file); fault.Key(err) != "release.journal" {
		t.Errorf("a line that was taken out: %v", err)
	}
}
