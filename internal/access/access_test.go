package access

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// someMandate is none, or any there could be, between people who may be one another.
func someMandate(t *rapid.T) Mandate {
	if rapid.Bool().Draw(t, "none") {
		return Mandate{}
	}
	who := rapid.Int64Range(0, 3)
	m := Mandate{
		ID: 1, HolderID: who.Draw(t, "holder"), PrincipalID: who.Draw(t, "principal"), Known: rapid.Bool().Draw(t, "known"),
		State:  rapid.SampledFrom([]MandateState{Proposed, Confirmed, Verified, Revoked, Denied, Expired}).Draw(t, "mandate"),
		Scope:  rapid.SliceOf(rapid.SampledFrom([]string{MayFill, MaySubmit, MayReceive, MayWithdraw})).Draw(t, "scope"),
		Starts: noon.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "starts")) * time.Hour),
		Ends:   noon.Add(time.Duration(rapid.IntRange(-1, 2).Draw(t, "ends")) * time.Hour),
	}
	if rapid.Bool().Draw(t, "firm") {
		m.FirmID, m.Members = 1, rapid.SliceOf(rapid.Int64Range(1, 3)).Draw(t, "members")
	}
	return m
}

// One answer behind every list and every page: Scope and Can never disagree (design, room access).
func TestScopeEqualsCan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		verbs := []Verb{Read, Process, Assign, Configure, Message, Export, Audit, Acknowledge}
		a := Actor{
			AccountID: rapid.Int64Range(0, 3).Draw(t, "account"),
			Kind:      rapid.SampledFrom([]Kind{Nobody, Person, Agent, Token}).Draw(t, "kind"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "grants") {
			a.Grants = append(a.Grants, Grant{
				Procedure: rapid.SampledFrom([]string{"a", "b", "*"}).Draw(t, "procedure"),
				Verbs:     rapid.SliceOf(rapid.SampledFrom(verbs)).Draw(t, "verbs"),
			})
			if rapid.Bool().Draw(t, "named") {
				g := &a.Grants[len(a.Grants)-1]
				g.Only, g.Glass = rapid.SliceOf(rapid.Int64Range(1, 3)).Draw(t, "only"), "request"
			}
		}
		d := Dossier{
			ID:        rapid.Int64Range(1, 3).Draw(t, "dossier"),
			Procedure: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "of"),
			OwnerID:   rapid.Int64Range(0, 3).Draw(t, "owner"),
			StateKind: rapid.SampledFrom([]string{"draft", "open", "waiting", "closed"}).Draw(t, "state"),
			Paper:     rapid.Bool().Draw(t, "paper"),
			Mandate:   someMandate(t),
		}
		a.At = noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "at")) * time.Hour)
		if got, want := ScopeOf(a).Holds(d), Can(a, Read, d, ""); got != want {
			t.Fatalf("Scope says %v, Can says %v for %+v on %+v", got, want, a, d)
		}
		for _, verb := range []Verb{Process, Assign, Configure, Message, Export, Audit, Own} {
			if Glass(a, d) != "" && ofNames(a) && (Can(a, verb, d, "") || May(a, verb, "a") || May(a, Read, "a")) {
				t.Fatalf("a written request lets %s: %+v on %+v", verb, a, d)
			}
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

// ofNames tells whether the actor has nothing but dossiers named one by one.
func ofNames(a Actor) bool {
	return !slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Only == nil })
}

// A written request opens the dossiers it names for reading, and no other and no more (RP-162).
func TestAWrittenRequestOpensWhatItNames(t *testing.T) {
	digital := Grant{Procedure: "a", Role: "digital", Verbs: []Verb{Configure}}
	a := Actor{AccountID: 9, Kind: Agent, Grants: []Grant{digital, {Procedure: "a", Role: "digital", Verbs: []Verb{Read}, Only: []int64{7}, Glass: "x"}}}
	named, other := Dossier{ID: 7, Procedure: "a", StateKind: "open"}, Dossier{ID: 8, Procedure: "a", StateKind: "open"}
	if !Can(a, Read, named, "") || Can(a, Read, other, "") || Can(a, Read, Dossier{ID: 7, Procedure: "b", StateKind: "open"}, "") {
		t.Error("it opens another dossier, or not its own")
	}
	if Glass(a, named) != "x" || Glass(a, other) != "" || May(a, Read, "a") || len(ScopeOf(a).Procedures) != 0 {
		t.Error("it opens a list, or is not known as what it is")
	}
	if Can(a, Read, Dossier{ID: 7, Procedure: "a", StateKind: "draft"}, "") || Can(a, Configure, named, "") != true || Can(a, Process, named, "") {
		t.Error("it opens a draft, or lets do more than read")
	}
	a.Grants = append(a.Grants, Grant{Procedure: "a", Role: "authority", Verbs: []Verb{Read}})
	if Glass(a, named) != "" {
		t.Error("who may read anyway reads by a written request")
	}
	a.Grants = []Grant{{Procedure: "a", Verbs: []Verb{Read}, Only: []int64{}}}
	if Can(a, Read, named, "") || Can(a, Read, other, "") {
		t.Error("a request that names nothing opens everything")
	}
}
