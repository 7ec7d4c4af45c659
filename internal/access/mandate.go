package access

import (
	"slices"
	"time"
)

// Verbs of the person's side beside [Own] and [Read]: the person has them all, whoever acts under a mandate those of its scope.
const (
	Submit   Verb = "submit"   // send what was filled in
	Receive  Verb = "receive"  // read what the administration answers
	Withdraw Verb = "withdraw" // take the application back
	Entrust  Verb = "entrust"  // say who may act: confirm, deny, revoke, take over
)

// What a mandate may cover (OS 11.327, article 1: its object, and whether answers may go to who holds it).
const (
	MayFill     = "fill"
	MaySubmit   = "submit"
	MayReceive  = "receive"
	MayWithdraw = "withdraw"
)

// MandateState is where a mandate stands.
type MandateState string

// The states of a mandate.
const (
	Proposed  MandateState = "proposed"  // the declarant says so; the applicant has been told
	Confirmed MandateState = "confirmed" // the applicant says so too
	Verified  MandateState = "verified"  // an agent has read the proof
	Revoked   MandateState = "revoked"
	Denied    MandateState = "denied" // by the applicant, before anything else
	Expired   MandateState = "expired"
)

// Mandate is by what right somebody acts for the applicant of a dossier; its zero value is none. One that has ended still
// decides: it gives its holder nothing, also not to who began the dossier.
type Mandate struct {
	ID           int64
	HolderID     int64   // who began to act
	FirmID       int64   // whose members act, 0 for the holder alone
	Members      []int64 // of the firm, now
	PrincipalID  int64   // the account of the applicant's address, 0 while there is none
	Known        bool    // that account has proven that the dossier is about its owner: an address alone may be mistyped
	Wrong        bool    // the address is somebody else's, who has said so
	State        MandateState
	Scope        []string
	Starts, Ends time.Time
}

// Concerns tells whether the account is on the declarant's side, whatever that is still worth.
func (m Mandate) Concerns(account int64) bool {
	return m.ID != 0 && account != 0 && (account == m.HolderID || slices.Contains(m.Members, account))
}

// Live tells whether the mandate is in force at an instant.
func (m Mandate) Live(at time.Time) bool {
	return slices.Contains([]MandateState{Proposed, Confirmed, Verified}, m.State) && !at.Before(m.Starts) && at.Before(m.Ends)
}

// Agreed tells whether the applicant, or an agent who has read the proof, has said yes to it.
func (m Mandate) Agreed() bool { return m.State == Confirmed || m.State == Verified }

// acts tells whether the account may act under the mandate: the holder, and under a firm's whoever is a member now.
func (m Mandate) acts(account int64) bool {
	if m.FirmID != 0 {
		return slices.Contains(m.Members, account)
	}
	return account == m.HolderID
}

// gives tells whether the mandate covers verb. What is proposed gives what it says until the applicant says no, who was told as
// soon as it was: nobody waits for an answer that nobody reads. Who fills in can throw a draft away whose applicant is not known; the outcome of a closed
// dossier is an answer of the administration.
func (m Mandate) gives(verb Verb, d Dossier, category string) bool {
	fills := slices.Contains(m.Scope, MayFill)
	receives := slices.Contains(m.Scope, MayReceive)
	if category == "messages" || d.StateKind == "closed" {
		return receives && slices.Contains([]Verb{Read, Receive, Own}, verb)
	}
	switch verb {
	case Read:
		return fills || receives || slices.Contains(m.Scope, MaySubmit)
	case Own:
		return fills
	case Submit:
		return slices.Contains(m.Scope, MaySubmit)
	case Receive:
		return receives
	case Withdraw:
		draft := d.StateKind == "draft"
		if draft && m.Known && !m.Agreed() {
			return false // the applicant reads it, and has not said that it may go
		}
		return slices.Contains(m.Scope, MayWithdraw) || draft && !m.Agreed() && fills
	}
	return false
}

// personMay is Can for people: the dossier's own person may all, who holds a mandate what it covers, the applicant somebody acts
// for says who may act, and reads once they have proven that it is about them: also after they said no.
func (a Actor) personMay(verb Verb, d Dossier, category string) bool {
	switch m := d.Mandate; {
	case reserved(category):
		return false
	case a.visits(d):
		return slices.Contains([]Verb{Own, Read, Submit, Receive, Withdraw}, verb)
	case a.AccountID == 0, d.StateKind == "draft" && d.AtCounter(): // what an agent is still entering is on nobody's list
		return false
	case m.Concerns(a.AccountID):
		return m.Live(a.At) && m.acts(a.AccountID) && m.gives(verb, d, category)
	case a.AccountID == d.OwnerID:
		return slices.Contains([]Verb{Own, Read, Submit, Receive, Withdraw}, verb) || verb == Entrust && m.ID != 0
	case m.ID != 0 && a.AccountID == m.PrincipalID:
		return verb == Entrust || m.Known && (verb == Read || verb == Receive)
	}
	return false
}

// visits tells whether the dossier is that of who has no account: it came by the pages, is nobody's account, and this visit is let
// into it and into no other.
func (a Actor) visits(d Dossier) bool {
	return a.Kind == Person && a.AccountID == 0 && a.Guest != 0 && a.Guest == d.ID && d.Guests()
}

// Stands tells whether the actor is in the place of the dossier's person: it is theirs, or a mandate in force lets them act.
func (a Actor) Stands(d Dossier) bool {
	if a.visits(d) {
		return true
	}
	if a.Kind != Person || a.AccountID == 0 {
		return false
	}
	if d.Mandate.Concerns(a.AccountID) {
		return d.Mandate.Live(a.At) && d.Mandate.acts(a.AccountID)
	}
	return a.AccountID == d.OwnerID
}

// UnderMandate tells whether what the actor does on the dossier is done for somebody else.
func (a Actor) UnderMandate(d Dossier) bool {
	return a.Kind == Person && d.Mandate.Concerns(a.AccountID)
}

// holdsPerson is what the list queries say of a person (dossiers of theirs, under a mandate, or about them).
func (s Scope) holdsPerson(d Dossier) bool {
	m := d.Mandate
	member := slices.Contains(m.Members, s.OwnerID)
	switch {
	case s.OwnerID == 0:
		return false
	case m.ID == 0:
		return d.OwnerID == s.OwnerID
	case m.HolderID == s.OwnerID || member:
		live := slices.Contains([]MandateState{Proposed, Confirmed, Verified}, m.State) && !m.Starts.After(s.At) && m.Ends.After(s.At)
		answers := slices.Contains(m.Scope, MayReceive)
		work := d.StateKind != "closed" && (slices.Contains(m.Scope, MayFill) || slices.Contains(m.Scope, MaySubmit))
		return live && (m.FirmID == 0 || member) && (answers || work)
	case d.OwnerID == s.OwnerID:
		return true
	}
	return m.PrincipalID == s.OwnerID && m.Known
}
