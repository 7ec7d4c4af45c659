package access

import (
	"testing"

	"pgregory.net/rapid"
)

// One answer behind every list and every page: Scope and Can never disagree (design, room access).
func TestScopeEqualsCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		verbs := []Verb{Read, Process, Assign, Configure, Message, Export, Acknowledge}
		a := Actor{
			AccountID: rapid.Int64Range(0, 3).Draw(t, "account"),
			Kind:      rapid.SampledFrom([]Kind{Nobody, Person, Agent, Token}).Draw(t, "kind"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "grants") {
			a.Grants = append(a.Grants, Grant{
				Procedure: rapid.SampledFrom([]string{"a", "b", "*"}).Draw(t, "procedure"),
				Verbs:     rapid.SliceOf(rapid.SampledFrom(verbs)).Draw(t, "verbs"),
			})
		}
		d := Dossier{
			Procedure: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "of"),
			OwnerID:   rapid.Int64Range(0, 3).Draw(t, "owner"),
			StateKind: rapid.SampledFrom([]string{"draft", "open", "waiting", "closed"}).Draw(t, "state"),
			Paper:     rapid.Bool().Draw(t, "paper"),
		}
		if got, want := ScopeOf(a).Holds(d), Can(a, Read, d, ""); got != want {
			t.Fatalf("Scope says %v, Can says %v for %+v on %+v", got, want, a, d)
		}
	})
}

func TestInternalNotesAreTheAdministrations(t *testing.T) {
	d := Dossier{ID: 1, Procedure: "a", OwnerID: 7, StateKind: "open"}
	owner := Actor{AccountID: 7, Kind: Person}
	agent := Actor{AccountID: 8, Kind: Agent, Grants: []Grant{{Procedure: "a", Verbs: []Verb{Read}}}}
	system := Actor{Kind: Token, Grants: []Grant{{Procedure: "a", Role: "core", Verbs: []Verb{Read, Acknowledge}}}}
	support := Actor{AccountID: 9, Kind: Agent, Grants: []Grant{{Procedure: "a", Verbs: []Verb{Configure}}}}
	for _, c := range []struct {
		who  string
		a    Actor
		verb Verb
		cat  string
		want bool
	}{
		{"owner reads own", owner, Read, "identity", true},
		{"owner reads internal", owner, Read, "internal", false},
		{"owner fills", owner, Own, "", true},
		{"agent reads internal", agent, Read, "internal", true},
		{"agent fills", agent, Own, "", false},
		{"agent decides without the right", agent, Process, "", false},
		{"the digital service reads nothing", support, Read, "", false},
		{"a token reads", system, Read, "identity", true},
		{"a token acknowledges", system, Acknowledge, "", true},
		{"a token reads internal", system, Read, "internal", false},
		{"a token decides", system, Process, "", false},
		{"nobody", Actor{}, Read, "", false},
	} {
		if got := Can(c.a, c.verb, d, c.cat); got != c.want {
			t.Errorf("%s: %v", c.who, got)
		}
	}
	d.StateKind = "draft"
	if Can(agent, Read, d, "") {
		t.Error("an agent reads a draft")
	}
	clerk := Actor{AccountID: 10, Kind: Agent, Grants: []Grant{{Procedure: "a", Verbs: []Verb{Read, Process}, Hidden: []string{"finance"}}}}
	d.Paper = true
	if Can(clerk, Read, d, "") || Can(clerk, Own, d, "") {
		t.Error("an agent writes in the place of a person who has an account")
	}
	d.OwnerID = 0
	if !Can(clerk, Read, d, "") || !Can(clerk, Own, d, "") || Can(clerk, Read, d, "finance") {
		t.Error("who processes does not enter what came on paper, or sees what is hidden")
	}
	if Can(agent, Read, d, "") || Can(agent, Own, d, "") || Can(support, Own, d, "") {
		t.Error("who does not process enters what came on paper")
	}
}
