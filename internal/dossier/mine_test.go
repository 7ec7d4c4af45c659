package dossier_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
)

// mine is the list of an actor, as heading and reference.
func (w *world) mine(a access.Actor, in dossier.MineFilter) ([]dossier.Summary, bool) {
	w.t.Helper()
	found, more, err := w.Mine(w.t.Context(), a, in)
	w.must(err)
	return found, more
}

// named starts a draft about somebody.
func (w *world) named(a access.Actor, last string) string {
	w.t.Helper()
	id, err := w.Start(w.t.Context(), a, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	_, err = w.Answer(w.t.Context(), a, id, dossier.Save{Step: "applicant", Posted: url.Values{"applicant.last_name": {last}, "applicant.first_names": {"Ngozi"}}})
	w.must(err)
	return id
}

func TestMineNamesDossiers(t *testing.T) {
	w := newWorld(t)
	lawyer, other := w.account(access.Person, "a@example.org"), w.account(access.Person, "b@example.org")
	persona := testkit.PersonaNamed(t, "tenant")
	sent := w.fill(lawyer, persona)
	draft := w.named(lawyer, "Okafor")
	theirs := w.named(other, "Okafor")
	w.must(w.Move(t.Context(), lawyer, sent, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	filed, err := w.Open(t.Context(), lawyer, sent)
	w.must(err)
	name := filed.Filed["applicant.last_name"][0]

	all, more := w.mine(lawyer, dossier.MineFilter{})
	if more || len(all) != 2 || all[0].PublicID != draft || all[0].Heading != "Okafor Ngozi" || !strings.HasPrefix(all[1].Heading, name+" ") {
		t.Fatalf("%+v", all)
	}
	for words, want := range map[string]string{
		"okaf": draft, "NGOZI okafor": draft, strings.ToLower(name): sent, filed.Reference: sent,
		strings.ReplaceAll(filed.Reference, "-", ""): sent, filed.Reference[len(filed.Reference)-4:]: sent, "nobody": "", "?": "",
	} {
		found, _ := w.mine(lawyer, dossier.MineFilter{Words: words})
		if (want == "" && len(found) > 0) || (want != "" && (len(found) != 1 || found[0].PublicID != want)) {
			t.Errorf("%q finds %+v", words, found)
		}
	}
	if found, _ := w.mine(lawyer, dossier.MineFilter{After: theirs}); len(found) > 0 {
		t.Error("somebody else’s dossier is a place in the list")
	}
	if found, _ := w.mine(other, dossier.MineFilter{Words: filed.Reference}); len(found) > 0 {
		t.Error("somebody else’s reference is found")
	}
	if _, _, err := w.Mine(t.Context(), w.account(access.Agent, "agent@example.org"), dossier.MineFilter{}); fault.Of(err) != fault.Forbidden {
		t.Errorf("an agent’s own list: %v", err)
	}
}

// Pages and searches lose no dossier and show none twice, however many lie between two that are found.
func TestMineByPages(t *testing.T) {
	w := newWorld(t)
	a := w.account(access.Person, "a@example.org")
	for i := range 230 {
		if i%75 == 0 {
			w.named(a, "Okafor")
			continue
		}
		_, err := w.Start(t.Context(), a, permit, []string{"terms", "consent"}, "fr")
		w.must(err)
		w.now = w.now.Add(time.Minute)
	}
	for words, want := range map[string]int{"": 230, "okafor": 4} {
		in, seen := dossier.MineFilter{Words: words, Limit: 3}, map[string]bool{}
		for more := true; more; {
			var page []dossier.Summary
			page, more = w.mine(a, in)
			for _, s := range page {
				if seen[s.PublicID] {
					t.Fatalf("%s twice", s.PublicID)
				}
				seen[s.PublicID] = true
			}
			in.After = page[len(page)-1].PublicID
		}
		if len(seen) != want {
			t.Errorf("%q: %d dossiers, want %d", words, len(seen), want)
		}
	}
	standings, err := w.Standings(t.Context(), a)
	w.must(err)
	if len(standings) != 1 || standings[0].Dossiers != 230 || standings[0].StateKind != "draft" {
		t.Errorf("%+v", standings)
	}
}
