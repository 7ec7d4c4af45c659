package dossier

import (
	"context"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// Summary is a dossier as its owner's list shows it: of its answers, only those that name it.
type Summary struct {
	PublicID, Reference, Procedure, State, StateKind string
	Heading                                          string // whom it is about, as typed so far; "" when nothing is
	CreatedAt, UpdatedAt                             time.Time
	SubmittedAt, ClosedAt, PurgeOn                   *time.Time
	Asked                                            int                 // items still owed
	Mandate                                          access.MandateState // "" = nobody acts for anybody
	Acting                                           bool                // the reader acts, for somebody else
	AnswerBy, MandateEnds                            *time.Time
}

// MineFilter narrows an owner's list; its zero value is the first page of everything.
type MineFilter struct {
	Words string // beginnings of words of a name, or of a reference
	After string // PublicID of the last dossier on the page before, "" = from the newest
	Limit int    // dossiers on a page; 0 = 50
	Firm  bool   // those of the actor's firm alone
}

// batch is how many dossiers a search reads at once. It opens them one by one, since the blind index knows filed ones alone.
const batch = 200

// Mine lists the actor's own dossiers and those a mandate opens to them (see [access.Scope]), newest first, and tells whether there are more after them.
func (o *Office) Mine(ctx context.Context, a access.Actor, in MineFilter) (found []Summary, more bool, err error) {
	defer fault.Wrap(&err, "dossier.Mine")
	if a.Kind != access.Person {
		return nil, false, fault.New(fault.Forbidden, "")
	}
	if in.Limit == 0 {
		in.Limit = 50
	}
	words := wordsOf(in.Words)
	if len(words) == 0 && strings.TrimSpace(in.Words) != "" {
		return nil, false, nil // nothing in these words can be looked for: that is no wish to see everything
	}
	ask := sqlc.DossiersMineParams{Heads: o.heads(), Person: &a.AccountID, At: a.At, After: in.After, Lim: int32(in.Limit) + 1, Firms: in.Firm}
	if len(words) > 0 {
		ask.Lim = batch
	}
	for {
		rows, err := o.queries().DossiersMine(ctx, ask)
		if err != nil {
			return nil, false, err
		}
		if found, err = o.pick(found, rows, words); err != nil {
			return nil, false, err
		}
		if len(found) > in.Limit {
			return found[:in.Limit], true, nil
		}
		if len(rows) < int(ask.Lim) {
			return found, false, nil
		}
		ask.After = rows[len(rows)-1].PublicID
	}
}

// pick adds those of the rows that answer to the words.
func (o *Office) pick(found []Summary, rows []sqlc.DossiersMineRow, words []string) ([]Summary, error) {
	for _, r := range rows {
		s, err := o.summary(r)
		if err != nil {
			return nil, err
		}
		if s.answersTo(words) {
			found = append(found, s)
		}
	}
	return found, nil
}

// heads are the steps whose answers name a dossier, each after its procedure.
func (o *Office) heads() []string {
	out := []string{}
	for _, p := range o.Catalogue.All() {
		out = append(out, p.ID+" "+headStep(p))
	}
	return out
}

func (o *Office) summary(r sqlc.DossiersMineRow) (Summary, error) {
	s := Summary{
		PublicID: r.PublicID, Reference: deref(r.Reference), Procedure: r.Procedure, State: r.State, StateKind: r.StateKind,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, SubmittedAt: r.SubmittedAt, ClosedAt: r.ClosedAt, PurgeOn: r.PurgeOn, Asked: int(r.Asked),
		Mandate: access.MandateState(r.Mandate), Acting: r.Acting, AnswerBy: r.AnswerBy, MandateEnds: r.MandateEnds,
	}
	if r.HeadSealed == nil || r.Wrapped == nil {
		return s, nil
	}
	key, err := o.Keys.Unwrap(r.Wrapped, r.WrappedBy)
	if fault.Of(err) == fault.NotFound {
		return s, nil // its day has come: the key is gone, and the row is about to
	}
	if err != nil {
		return s, err
	}
	at := Dossier{Dossier: access.Dossier{ID: r.ID}}
	raw, err := openRaw(key, r.HeadSealed, at.ad(r.HeadStage, r.HeadStep, int(r.HeadRound), int(r.HeadVersion)))
	if err != nil {
		return s, err
	}
	s.Heading = Heading(o.Catalogue.Get(r.Procedure), raw)
	return s, nil
}

// answersTo tells whether each of the words begins one of the heading or of the reference.
func (s Summary) answersTo(words []string) bool {
	of := append(wordsOf(s.Heading), wordsOf(s.Reference)...)
	of = append(of, wordsOf(strings.ReplaceAll(s.Reference, "-", ""))...)
	for _, w := range words {
		if !begins(w, of) {
			return false
		}
	}
	return true
}

func begins(w string, of []string) bool {
	for _, x := range of {
		if strings.HasPrefix(x, w) {
			return true
		}
	}
	return false
}

// Standing is how many of an owner's dossiers are in one state.
type Standing struct {
	Procedure, State, StateKind string
	Dossiers                    int
}

// Standings counts all of the actor's own dossiers by state.
func (o *Office) Standings(ctx context.Context, a access.Actor) (_ []Standing, err error) {
	defer fault.Wrap(&err, "dossier.Standings")
	if a.Kind != access.Person {
		return nil, fault.New(fault.Forbidden, "")
	}
	rows, err := o.queries().DossiersMineStanding(ctx, sqlc.DossiersMineStandingParams{Person: &a.AccountID, At: a.At})
	out := make([]Standing, len(rows))
	for i, r := range rows {
		out[i] = Standing{Procedure: r.Procedure, State: r.State, StateKind: r.StateKind, Dossiers: int(r.N)}
	}
	return out, err
}
