package dossier_test

import (
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
)

// A team's figures say how old its queue is, how long dossiers stand, and how many it decides; what is few is kept back.
func TestFiguresOfTheTeam(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	agent, other := w.employ("b@example.org", "Nord"), w.account(access.Agent, "d@example.org")
	ids := w.crowd(w.sent(w.account(access.Person, "a@example.org"), "tenant"), 31)
	w.exec("update dossier set team = 'Nord', submitted_at = submitted_at - interval '20 days'")
	w.exec("update dossier set submitted_at = submitted_at - interval '80 days' where public_id = $1", ids[30])
	// The crowd was submitted days ago, the first ten longer than the rest.
	w.exec(`insert into journal_entry (dossier_id, seq, at, role, act, commitment, prev, hash)
		select id, 0, $1::timestamptz - case when row_number() over (order by id) <= 10 then interval '10 days' else interval '2 days' end, 'owner', 'submit', '', '', ''
		from dossier where public_id = any($2)`, w.now, ids)
	w.exec("update journal_entry set at = at - interval '100 days' where seq = 0 and dossier_id = (select id from dossier where public_id = $1)", ids[0]) // it came before the weeks that are told, and leaves in them
	for _, id := range ids[:20] {
		w.must(w.Move(ctx, agent, id, refusal("Motif.")))
		waits, err := w.Waiting(ctx, other, id)
		w.must(err)
		w.must(w.Approve(ctx, other, id, waits.PublicID)) // no refusal is one agent's
	}
	for _, id := range ids[20:23] {
		w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "stay.id_number", Word: "Illisible"}}}))
	}
	w.now = w.now.Add(time.Hour)
	f, err := w.Figures(ctx, agent, permit, "Nord")
	w.must(err)
	if n := len(f.Weeks); n != 12 || f.Weeks[n-1].Count != (dossier.Count{N: 20}) || f.Weeks[0].Count != (dossier.Count{}) {
		t.Errorf("decisions %+v", f.Weeks)
	}
	for i, want := range []dossier.Count{{}, {}, {N: 11}, {}, {}, {Hidden: true}} {
		if f.Ages[i].Count != want {
			t.Errorf("filed %d days ago or more: %+v", f.Ages[i].From, f.Ages[i].Count)
		}
	}
	if s := f.Stays[0]; s.State != "submitted" || s.Count.N != 23 || s.Median < 1.99 || s.Median > 2.01 || s.Ninetieth < 9.9 || s.Ninetieth > 10.1 {
		t.Errorf("%+v", s)
	}
	w.exec("update dossier set team = 'Est' where public_id = any($1)", ids[18:20]) // few of another team: all less this one would tell them
	near, err := w.Figures(ctx, agent, permit, "Nord")
	w.must(err)
	all, err := w.Figures(ctx, agent, permit, "")
	w.must(err)
	if n := len(all.Weeks); all.Weeks[n-1].Count != (dossier.Count{N: 20}) || near.Weeks[n-1].Count != (dossier.Count{Hidden: true}) || !near.Stays[0].Count.Hidden || near.Stays[0].Median != 0 {
		t.Errorf("all less one team tells two decisions: %+v, %+v", near.Weeks[n-1], near.Stays[0])
	}
	w.exec("update dossier set team = 'Nord' where team = 'Est'")
	for _, id := range ids[20:23] {
		w.must(w.Move(ctx, agent, id, dossier.Act{Move: "cancel_by_agent", Reason: "asked_by_person", Fields: map[string][]string{"decision.comment": {"Sans réponse."}}}))
	}
	f, err = w.Figures(ctx, agent, permit, "")
	w.must(err)
	if s := f.Stays[1]; s.State != "incomplete" || s.Count != (dossier.Count{Hidden: true}) || s.Median != 0 || s.Ninetieth != 0 {
		t.Errorf("three dossiers are told: %+v", s)
	}
	if _, err := w.Figures(ctx, agent, permit, "Sud"); fault.Of(err) != fault.NotFound {
		t.Errorf("a team there is not: %v", err)
	}
	if _, err := w.Figures(ctx, w.account(access.Person, "c@example.org"), permit, ""); fault.Of(err) != fault.NotFound {
		t.Errorf("a person reads them: %v", err)
	}
}
