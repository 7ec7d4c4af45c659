package access

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A mandate gives what it covers, to who holds it, while it is in force, and nothing besides (reliability, section 3).
func TestMandate(t *testing.T) {
	all := []string{MayFill, MaySubmit, MayReceive, MayWithdraw}
	with := func(change func(*Dossier)) Dossier {
		d := Dossier{ID: 1, Procedure: "a", OwnerID: 1, StateKind: "open", Mandate: Mandate{
			ID: 1, HolderID: 1, PrincipalID: 2, Known: true, State: Confirmed, Scope: all, Starts: noon.Add(-time.Hour), Ends: noon.Add(time.Hour),
		}}
		change(&d)
		return d
	}
	firm := func(d *Dossier) { d.Mandate.FirmID, d.Mandate.Members = 9, []int64{3, 4} }
	for name, c := range map[string]struct {
		who  int64
		verb Verb
		cat  string
		d    Dossier
		want bool
	}{
		"confirmed reads":                 {1, Read, "", with(func(*Dossier) {}), true},
		"confirmed reads letters":         {1, Read, "messages", with(func(*Dossier) {}), true},
		"confirmed withdraws":             {1, Withdraw, "", with(func(*Dossier) {}), true},
		"nobody entrusts themselves":      {1, Entrust, "", with(func(*Dossier) {}), false},
		"a stranger":                      {5, Read, "", with(func(*Dossier) {}), false},
		"proposed fills":                  {1, Own, "", with(func(d *Dossier) { d.Mandate.State = Proposed }), true},
		"proposed sends":                  {1, Submit, "", with(func(d *Dossier) { d.Mandate.State = Proposed }), true},
		"proposed reads letters":          {1, Read, "messages", with(func(d *Dossier) { d.Mandate.State = Proposed }), true},
		"proposed learns the outcome":     {1, Read, "", with(func(d *Dossier) { d.Mandate.State, d.StateKind = Proposed, "closed" }), true},
		"no answers: no letters":          {1, Read, "messages", with(func(d *Dossier) { d.Mandate.Scope = []string{MayFill} }), false},
		"no withdrawing: stays":           {1, Withdraw, "", with(func(d *Dossier) { d.Mandate.Scope = []string{MayFill} }), false},
		"proposed throws a draft away":    {1, Withdraw, "", with(func(d *Dossier) { d.Mandate.State, d.StateKind, d.Mandate.Known = Proposed, "draft", false }), true},
		"not under who is known":          {1, Withdraw, "", with(func(d *Dossier) { d.Mandate.State, d.StateKind = Proposed, "draft" }), false},
		"but with their yes":              {1, Withdraw, "", with(func(d *Dossier) { d.StateKind = "draft" }), true},
		"revoked, who began it":           {1, Read, "", with(func(d *Dossier) { d.Mandate.State = Revoked }), false},
		"denied, who began it":            {1, Own, "", with(func(d *Dossier) { d.Mandate.State = Denied }), false},
		"expired":                         {1, Read, "", with(func(d *Dossier) { d.Mandate.State = Expired }), false},
		"out of time, not yet said so":    {1, Read, "", with(func(d *Dossier) { d.Mandate.Ends = noon }), false},
		"not begun":                       {1, Read, "", with(func(d *Dossier) { d.Mandate.Starts = noon.Add(1) }), false},
		"fills alone: does not send":      {1, Submit, "", with(func(d *Dossier) { d.Mandate.Scope = []string{MayFill} }), false},
		"sends alone: does not fill":      {1, Own, "", with(func(d *Dossier) { d.Mandate.Scope = []string{MaySubmit} }), false},
		"withdraws alone: reads nothing":  {1, Read, "", with(func(d *Dossier) { d.Mandate.Scope = []string{MayWithdraw} }), false},
		"no answers: no outcome":          {1, Read, "", with(func(d *Dossier) { d.Mandate.Scope, d.StateKind = []string{MayFill}, "closed" }), false},
		"never the administration's own":  {1, Read, "internal", with(func(*Dossier) {}), false},
		"the applicant reads":             {2, Read, "", with(func(*Dossier) {}), true},
		"the applicant does not fill yet": {2, Own, "", with(func(*Dossier) {}), false},
		"the applicant says who may act":  {2, Entrust, "", with(func(*Dossier) {}), true},
		"who denied reads what is theirs": {2, Read, "", with(func(d *Dossier) { d.Mandate.State = Denied }), true},
		"not known: reads nothing":        {2, Read, "", with(func(d *Dossier) { d.Mandate.Known = false }), false},
		"not known: no letters":           {2, Receive, "messages", with(func(d *Dossier) { d.Mandate.Known = false }), false},
		"not known: may say no":           {2, Entrust, "", with(func(d *Dossier) { d.Mandate.Known = false }), true},
		"not known, denied: may come":     {2, Entrust, "", with(func(d *Dossier) { d.Mandate.Known, d.Mandate.State = false, Denied }), true},
		"taken over: the applicant":       {2, Own, "", with(func(d *Dossier) { d.OwnerID = 2 }), true},
		"taken over: the holder reads":    {1, Read, "", with(func(d *Dossier) { d.OwnerID = 2 }), true},
		"taken over and revoked":          {1, Read, "", with(func(d *Dossier) { d.OwnerID, d.Mandate.State = 2, Revoked }), false},
		"a member of the firm":            {3, Own, "", with(firm), true},
		"who left the firm":               {1, Read, "", with(firm), false},
		"not of the firm":                 {5, Read, "", with(firm), false},
	} {
		if got := Can(Actor{AccountID: c.who, Kind: Person, At: noon}, c.verb, c.d, c.cat); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Whoever may do anything at all as the dossier's person stands in their place, and a mandate that has ended is worth nothing.
func TestAnEndedMandateGivesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Actor{AccountID: rapid.Int64Range(0, 3).Draw(t, "account"), Kind: Person, At: noon}
		d := Dossier{OwnerID: rapid.Int64Range(0, 3).Draw(t, "owner"), StateKind: rapid.SampledFrom([]string{"draft", "open", "waiting", "closed"}).Draw(t, "state"), Mandate: someMandate(t)}
		for _, verb := range []Verb{Read, Own, Submit, Receive, Withdraw, Entrust} {
			can := Can(a, verb, d, "")
			if can && d.Mandate.Concerns(a.AccountID) && !d.Mandate.Live(noon) {
				t.Fatalf("%s under %+v", verb, d.Mandate)
			}
			if can && (verb == Own || verb == Submit || verb == Withdraw) && !a.Stands(d) {
				t.Fatalf("%s by who does not stand for the person: %+v", verb, d)
			}
		}
	})
}
