package dossier

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// system is the clock as an actor.
var system = access.Actor{Kind: access.System}

// Clockwork makes a move in the name of the clock; a timer that finds another state does nothing (Conflict).
func (o *Office) Clockwork(ctx context.Context, publicID, move string) error {
	return o.Move(ctx, system, publicID, Act{Move: move})
}

// OnTheDay lets a timer of the day to answer go off, once for each such day: a reminder, or a move in the name of the clock.
// A dossier that has moved on since, or whose day was set anew so that the timer's moment has not come, is left alone (Conflict).
func (o *Office) OnTheDay(ctx context.Context, publicID string, t workflow.Timed) (err error) {
	defer fault.Wrap(&err, "dossier.OnTheDay %s %s", publicID, t.ID)
	if t.Move != "" {
		return o.Move(ctx, system, publicID, Act{Move: t.Move, timer: &t})
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !d.rings(&t, tx.Now) || !slices.Contains(t.States, d.State) {
			return fault.New(fault.Conflict, "move.not_from_here")
		}
		if err := o.reminder(ctx, tx, d, t.Notify); err != nil {
			return err
		}
		return tx.Q.DossierReminded(ctx, sqlc.DossierRemindedParams{
			ID: d.ID, Reminded: append(d.reminded, t.ID), JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head,
		})
	})
}

// rings tells whether the moment of a timer of the day to answer has come, and it has not gone off for this day already.
// Notice given before the day is none when the day is over.
func (d *Dossier) rings(t *workflow.Timed, now time.Time) bool {
	if d.AnswerBy == nil || slices.Contains(d.reminded, t.ID) {
		return false
	}
	end := workflow.EndOfCivil(*d.AnswerBy)
	return !t.At.Of(end).After(now) && !(t.At.Before && !end.After(now))
}

// reminder writes to the person, and to the journal that it was done.
func (o *Office) reminder(ctx context.Context, tx *store.Tx, d *Dossier, template string) error {
	line := journal.Line{Role: d.Def.Flow.Clockwork(), Act: "reminded", Detail: journal.Detail{"template": template}}
	if err := journal.Append(ctx, tx, d.key, &d.chain, line); err != nil {
		return err
	}
	return o.notify(ctx, tx, d, template, d.OwnerID, true)
}

// Announce tells the person of the day on which nothing of the dossier is left, once for each such day: what was to be said of
// another day is said anew. Conflict: it is at work, the day is not near, or it is over.
func (o *Office) Announce(ctx context.Context, publicID string, t workflow.Timed) (err error) {
	defer fault.Wrap(&err, "dossier.Announce %s %s", publicID, t.ID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if d.PurgeOn == nil || !slices.Contains(t.States, d.State) || !d.PurgeOn.After(workflow.Day(tx.Now)) {
			return fault.New(fault.Conflict, "move.not_from_here")
		}
		since := t.At.Of(workflow.Since(*d.PurgeOn))
		if since.After(tx.Now) {
			return fault.New(fault.Conflict, "move.not_from_here")
		}
		return o.remindSince(ctx, tx, d, t.Notify, since)
	})
}

// Remind writes once to the person since the dossier was last touched, or was closed.
func (o *Office) Remind(ctx context.Context, publicID, template string) (err error) {
	defer fault.Wrap(&err, "dossier.Remind %s %s", publicID, template)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		since := d.UpdatedAt
		if d.ClosedAt != nil {
			since = *d.ClosedAt
		}
		return o.remindSince(ctx, tx, d, template, since)
	})
}

// remindSince writes to the person unless they were written to since an instant.
func (o *Office) remindSince(ctx context.Context, tx *store.Tx, d *Dossier, template string, since time.Time) error {
	told, err := tx.Q.MessageSince(ctx, sqlc.MessageSinceParams{DossierID: d.ID, Template: template, Since: since})
	if err != nil || told {
		return err
	}
	if err := o.reminder(ctx, tx, d, template); err != nil {
		return err
	}
	return tx.Q.DossierChain(ctx, sqlc.DossierChainParams{ID: d.ID, JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head})
}
