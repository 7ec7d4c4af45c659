package dossier

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Note adds a word to the internal thread, which the person never sees (RP-027), and tells the colleagues it names: 1 to 10 000
// characters, else Invalid "note.length"; a colleague who may not read the thread is Invalid "note.mention".
func (o *Office) Note(ctx context.Context, a access.Actor, publicID, words string, mentioned ...int64) (err error) {
	defer fault.Wrap(&err, "dossier.Note %s", publicID)
	if words == "" || utf8.RuneCountInString(words) > 10_000 {
		return fault.New(fault.Invalid, "note.length")
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Message, d.Dossier, "internal") {
			return errNotFound
		}
		if _, err := o.basis(ctx, tx.Q, a, d); err != nil {
			return err
		}
		if err := o.mention(ctx, tx, a, d, mentioned); err != nil {
			return err
		}
		if err := o.say(ctx, tx, d, internalThread, "", a.AccountID, Letter{Body: words}); err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, "note", nil)
	})
}

// mention keeps who is named, and asks each to sign in; who names themselves is told nothing.
func (o *Office) mention(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, mentioned []int64) error {
	if len(mentioned) == 0 {
		return nil
	}
	known, err := o.readers(ctx, tx.Q, d, tx.Now)
	if err != nil {
		return err
	}
	tells := o.Writing(d).Tells.Mentioned
	for i, id := range mentioned {
		switch {
		case !slices.Contains(known, id):
			return fault.New(fault.Invalid, "note.mention")
		case id == a.AccountID || slices.Contains(mentioned[:i], id):
			continue
		}
		if err := tx.Q.MentionInsert(ctx, sqlc.MentionInsertParams{DossierID: d.ID, AccountID: id, ByID: a.AccountID, At: tx.Now}); err != nil {
			return err
		}
		if tells == "" {
			continue
		}
		if err := o.notify(ctx, tx, d, tells, id, false); err != nil {
			return err
		}
	}
	return nil
}

// Readers lists the accounts of the agents who may read the internal thread of a dossier: those a note can name. It answers
// NotFound to who may not write there.
func (o *Office) Readers(ctx context.Context, a access.Actor, d *Dossier) (_ []int64, err error) {
	defer fault.Wrap(&err, "dossier.Readers %d", d.ID)
	if a.Kind != access.Agent || !access.Can(a, access.Message, d.Dossier, "internal") {
		return nil, errNotFound
	}
	return o.readers(ctx, o.queries(), d, o.Store.Now())
}

func (o *Office) readers(ctx context.Context, q *sqlc.Queries, d *Dossier, now time.Time) ([]int64, error) {
	rows, err := q.AgentsOf(ctx, sqlc.AgentsOfParams{Procedure: d.Procedure, Roles: readingThread(newest(o.Catalogue, d.Def)), At: &now})
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// readingThread are the roles that see what is reserved to the administration.
func readingThread(p *procedure.Procedure) []string {
	out := []string{}
	for _, r := range p.Flow.Roles {
		if r.Kind == "agent" && r.May(string(access.Read)) && !slices.Contains(r.Hide, "internal") {
			out = append(out, r.ID)
		}
	}
	return out
}

// Mention is a note in which a colleague has named the agent, not yet seen.
type Mention struct {
	ID                  int64
	PublicID, Reference string
	ByID                int64
	At                  time.Time
}

// MostMentions are listed at once, the latest first; counting stops beyond.
const MostMentions = 100

// Mentions lists the agent's own that were not seen, of dossiers they may still read the thread of.
func (o *Office) Mentions(ctx context.Context, a access.Actor) (out []Mention, err error) {
	defer fault.Wrap(&err, "dossier.Mentions %d", a.AccountID)
	rows, err := o.queries().MentionsOf(ctx, sqlc.MentionsOfParams{AccountID: a.AccountID, Procedures: readingInternal(a), Lim: MostMentions})
	for _, r := range rows {
		at := access.Dossier{ID: r.DossierID, Procedure: r.Procedure, StateKind: r.StateKind}
		if access.Can(a, access.Read, at, "internal") {
			out = append(out, Mention{r.ID, r.PublicID, deref(r.Reference), r.ByID, r.At})
		}
	}
	return out, err
}

// readingInternal are the procedures whose internal threads the agent may read.
func readingInternal(a access.Actor) []string {
	out := []string{}
	for _, p := range access.ScopeOf(a).Procedures {
		if access.Can(a, access.Read, access.Dossier{Procedure: p, StateKind: workflow.Open}, "internal") {
			out = append(out, p)
		}
	}
	return out
}

// MentionSeen strikes one of the agent's own mentions off; another's stays.
func (o *Office) MentionSeen(ctx context.Context, a access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "dossier.MentionSeen %d", id)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.MentionSeen(ctx, sqlc.MentionSeenParams{ID: id, AccountID: a.AccountID, At: &tx.Now})
	})
}

// NameWords are the words of a name without accents or case, by which it is recognised after an @.
func NameWords(s string) []string { return fold(s) }
