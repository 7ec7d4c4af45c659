// Package access answers one question for every list, page, search, file, link and export: may this actor do that here?
package access

import (
	"slices"
	"time"
)

// Verb is something an actor may do with dossiers of a procedure (RP-157 to RP-161).
type Verb string

// The verbs, closed.
const (
	Read      Verb = "read"
	Process   Verb = "process"
	Assign    Verb = "assign"
	Configure Verb = "configure"
	Message   Verb = "message"
	Export    Verb = "export"
	Audit     Verb = "audit"   // see who read what, and who was given which right; no dossier
	Mailbox   Verb = "mailbox" // read the copies of messages as they came in, of which few may (DS-087)
	Inquire   Verb = "inquire" // look for the person of a dossier in all procedures, and ask the holders of others
	Hold      Verb = "hold"    // answer what is asked of the processing one holds; no dossier
	Operate   Verb = "operate" // see how the service runs, and answer for the duties of its deployment; no dossier
	Own       Verb = "own"     // fill, attach, submit, complete, cancel one's own dossier

	Acknowledge Verb = "acknowledge" // say that what was handed over has arrived: of tokens alone (RP-168)
)

// Kind is what sort of actor somebody is.
type Kind string

// The kinds of actor. The zero value is nobody: it may do nothing.
const (
	Nobody Kind = ""
	Person Kind = "person"
	Agent  Kind = "agent"
	System Kind = "system" // the clock and the jobs
	Token  Kind = "token"  // another system, by a token with one grant: its role is the token's name
)

// Grant is a role of a procedure's workflow, given to an agent between two instants; procedure "*" is the whole installation.
type Grant struct {
	Procedure, Role, Team string
	Verbs                 []Verb   // of the role, from the definition
	Hidden                []string // categories the role never sees (RP-028)

	Only  []int64 // dossiers it is for, and no other; nil: all of the procedure
	Glass string  // the written request that opened them (RP-162)
}

// covers tells whether the grant lets do verb on a dossier. One that names dossiers lets read them, and nothing else.
func (g Grant) covers(verb Verb, d Dossier) bool {
	return g.Procedure == d.Procedure && slices.Contains(g.Verbs, verb) && (g.Only == nil || verb == Read && slices.Contains(g.Only, d.ID))
}

// Actor is who asks.
type Actor struct {
	AccountID int64
	Kind      Kind
	Grants    []Grant
	At        time.Time

	Guest int64 // of who has no account here: the one dossier that this visit began, or that a code let them into
}

// Dossier is what access needs to know of one.
type Dossier struct {
	ID         int64
	Procedure  string
	OwnerID    int64
	StateKind  string
	AssigneeID int64
	Paper      bool // came in at the counter or by post
	Mailed     bool // came in by e-mail: agents write on it as on paper, and its person may come back by the pages
	Open       bool // its procedure takes who has no account
	Mandate    Mandate
}

// AtCounter tells whether the dossier came in on paper and is nobody's account: agents write on it in its person's place (RP-024).
func (d Dossier) AtCounter() bool { return d.Paper && d.OwnerID == 0 }

// Guests tells whether the dossier is that of somebody without an account, who may come back to it by its reference and a code.
func (d Dossier) Guests() bool {
	return d.Open && (!d.Paper || d.Mailed) && d.OwnerID == 0 && d.Mandate.ID == 0
}

// Can tells whether the actor may do verb on the dossier, and with the category of data named ("" = the dossier as such).
// Whatever is not granted is refused. Agents never see drafts: what was not filed is nobody else's business, but for what they
// are entering from paper.
func Can(a Actor, verb Verb, d Dossier, category string) bool {
	switch a.Kind {
	case System:
		return true
	case Person:
		return a.personMay(verb, d, category) // RP-165
	case Agent, Token:
		if d.AtCounter() && a.Kind == Agent && (verb == Own || verb == Read && d.StateKind == "draft") {
			verb = Process // who processes enters
		} else if d.StateKind == "draft" || verb == Own || a.Kind == Token && reserved(category) {
			return false
		}
		return slices.ContainsFunc(a.Grants, func(g Grant) bool {
			return g.covers(verb, d) && !slices.Contains(g.Hidden, category)
		})
	}
	return false
}

// Glass names the written request by which alone the actor may read the dossier; "" when they may anyway, or may not (RP-162).
func Glass(a Actor, d Dossier) string {
	request := ""
	for _, g := range a.Grants {
		switch {
		case a.Kind != Agent || !g.covers(Read, d):
		case g.Glass == "":
			return ""
		default:
			request = g.Glass
		}
	}
	return request
}

// reserved categories are the administration's alone (RP-028, RP-147).
func reserved(category string) bool { return category == "internal" }

// Sees tells whether one of the roles is on a list of those that may see something; an empty list is everybody's who may read the
// dossier.
func Sees(see, roles []string) bool {
	return len(see) == 0 || slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(see, r) })
}

// May tells whether the actor holds the verb for the procedure at all, for pages that show no dossier.
func May(a Actor, verb Verb, procedure string) bool {
	return a.Kind == Agent && slices.ContainsFunc(a.Grants, func(g Grant) bool {
		return g.Only == nil && g.Procedure == procedure && slices.Contains(g.Verbs, verb)
	})
}

// Administers tells whether the actor holds the installation's administration.
func Administers(a Actor) bool {
	return a.Kind == Agent && slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Procedure == "*" && g.Only == nil })
}

// Scope is Can(actor, Read) as parameters of a list query: a person's own dossiers and those a mandate opens, filed ones of an agent's procedures.
// A property test holds the two equal.
type Scope struct {
	OwnerID    int64 // 0 = nobody's
	At         time.Time
	Procedures []string // filed dossiers of these
	Entering   []string // drafts entered from paper, of these
	Named      []Named  // filed dossiers that a written request opens, one by one
}

// Named is one dossier of a procedure.
type Named struct {
	Procedure string
	ID        int64
}

// ScopeOf gives the scope of what the actor may read. Who has no account is let into one dossier, and has no list.
func ScopeOf(a Actor) Scope {
	switch a.Kind {
	case Person:
		return Scope{OwnerID: a.AccountID, At: a.At, Procedures: []string{}}
	case Agent, Token:
		s := Scope{Procedures: []string{}}
		for _, g := range a.Grants {
			if g.Only != nil {
				s.name(g)
				continue
			}
			if slices.Contains(g.Verbs, Read) && !slices.Contains(s.Procedures, g.Procedure) {
				s.Procedures = append(s.Procedures, g.Procedure)
			}
			if a.Kind == Agent && slices.Contains(g.Verbs, Process) && !slices.Contains(s.Entering, g.Procedure) {
				s.Entering = append(s.Entering, g.Procedure)
			}
		}
		return s
	}
	return Scope{Procedures: []string{}}
}

// name adds the dossiers that a grant names.
func (s *Scope) name(g Grant) {
	if !slices.Contains(g.Verbs, Read) {
		return
	}
	for _, id := range g.Only {
		s.Named = append(s.Named, Named{g.Procedure, id})
	}
}

// Holds tells whether a dossier is in the scope, as the list queries' where clause does.
func (s Scope) Holds(d Dossier) bool {
	if d.StateKind == "draft" && d.AtCounter() {
		return slices.Contains(s.Entering, d.Procedure)
	}
	return s.holdsPerson(d) ||
		d.StateKind != "draft" && (slices.Contains(s.Procedures, d.Procedure) || slices.Contains(s.Named, Named{d.Procedure, d.ID}))
}
