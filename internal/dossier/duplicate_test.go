package dossier_test

import (
	"slices"
	"testing"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
)

// A dossier that resembles another says so in its journal, once for each reason, and its agent is told.
func TestLikenessIsWrittenDownAndTold(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	agent := w.account(access.Agent, "b@example.org")
	reasons := func(id string) (out []string) {
		for _, e := range w.read(agent, id).History {
			if e.Act == "alike" {
				out = append(out, e.Detail["rules"])
			}
		}
		return out
	}
	_, first := w.applied("a@example.org")
	other := testkit.PersonaNamed(t, "tenant")
	other.Answers["applicant.last_name"], other.Answers["stay.id_number"] = "Autrement", "ZZ0000001"
	person := w.account(access.Person, "c@example.org")
	second := w.fill(person, other)
	w.must(w.Move(ctx, person, second, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	if r := append(reasons(first), reasons(second)...); len(r) > 0 {
		t.Fatalf("alike because of %q", r)
	}
	w.must(w.Move(ctx, agent, second, dossier.Act{Move: "take"}))
	w.must(w.Correct(ctx, agent, second, "stay.id_number", []string{"ZZ0000001"}, map[string][]string{"stay.id_number": {"YA1234567"}}))
	phone := w.read(agent, second).Filed["contact.phone"]
	w.must(w.Correct(ctx, agent, second, "contact.phone", phone, map[string][]string{"contact.phone": {"+37799999999"}}))
	if r := reasons(second); !slices.Equal(r, []string{"document"}) {
		t.Errorf("alike because of %q", r)
	}
	for rule, want := range map[string]bool{"document": true, "person": false} { // who may not see the answers of a rule asks for the others
		rows, _, err := w.Queue(ctx, agent, dossier.Filter{Procedure: permit, AtWork: true, Alike: []string{rule}, Limit: 10})
		w.must(err)
		if len(rows) != 2 || rows[0].Alike != want || rows[1].Alike != want {
			t.Errorf("alike by %s: %+v", rule, rows)
		}
	}
	if n := w.count("select count(*) from mail where template = 'dossier.desk_alike' and account_id = $1", agent.AccountID); n != 1 {
		t.Errorf("the agent is told %d times", n)
	}
}
