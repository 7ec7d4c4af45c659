package dossier

import (
	"cmp"
	"context"
	"log/slog"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// BulkRun asks for an act on many to be made.
type BulkRun struct {
	ID int64 `json:"id"`
}

// Kind names the job.
func (BulkRun) Kind() string { return "bulk" }

// RegisterBulk says how acts on many are made.
func (o *Office) RegisterBulk(w *job.Workers) {
	job.Register(w, func(ctx context.Context, r BulkRun) error { return o.RunBulk(ctx, r.ID) })
}

func insertBulkRun(ctx context.Context, tx *store.Tx, id int64) error {
	return job.Insert(ctx, tx, BulkRun{id})
}

// ResumeBulk enqueues again what a server that was killed had not ended. Two runs at once do no dossier twice.
func (o *Office) ResumeBulk(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.ResumeBulk")
	ids, err := o.queries().BulkQueued(ctx)
	for _, id := range ids {
		if err := o.Store.InTx(ctx, func(tx *store.Tx) error { return insertBulkRun(ctx, tx, id) }); err != nil {
			return err
		}
	}
	return err
}

// atOnce is how many dossiers of an act are looked up together; each is made in a transaction of its own.
const atOnce = 50

// RunBulk makes an act on each of its dossiers that is not done yet, in the name of the agent who began it and with the rights
// that agent has now. What is refused is written down with its reason, and so is an act whose words open no more, on each; an
// unreachable database ends the run, to be taken up where it stopped.
func (o *Office) RunBulk(ctx context.Context, id int64) (err error) {
	defer fault.Wrap(&err, "dossier.RunBulk %d", id)
	row, err := o.queries().BulkByID(ctx, id)
	if fault.Of(err) == fault.NotFound || err == nil && row.State != BulkQueued {
		return nil
	}
	if err != nil {
		return err
	}
	a, err := o.Actor(ctx, row.AccountID, o.Store.Now())
	if err != nil {
		return err
	}
	act, unreadable := o.bulkAct(row)
	if unreadable != nil {
		slog.ErrorContext(ctx, "act on many cannot be read", "bulk", row.PublicID, "error", unreadable.Error())
	}
	for {
		next, err := o.queries().BulkNext(ctx, sqlc.BulkNextParams{BulkID: id, Lim: atOnce})
		if err != nil {
			return err
		}
		if len(next) == 0 {
			return o.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Q.BulkDone(ctx, sqlc.BulkDoneParams{ID: id, At: &tx.Now}) })
		}
		for _, n := range next {
			act.State = n.State
			if unreadable != nil {
				err = o.bulkEnd(ctx, id, n, unreadable)
			} else {
				err = o.bulkOne(ctx, a, id, n, act)
			}
			if err != nil {
				return err
			}
		}
	}
}

func (o *Office) bulkAct(row sqlc.BulkAct) (Act, error) {
	p := o.Catalogue.Get(row.Procedure)
	if p == nil || p.Flow.Move(row.Move) == nil {
		return Act{Move: row.Move}, nil // each is refused, and says so
	}
	b := Bulk{PublicID: row.PublicID, Def: p, Move: p.Flow.Move(row.Move), sealed: row.Sealed}
	return b.open(o, row.AccountID)
}

// bulkOne makes the act on one dossier, and says so in the same transaction: what was done is never done again. The dossier is
// locked before its item, as it is when it is erased with its items.
func (o *Office) bulkOne(ctx context.Context, a access.Actor, id int64, n sqlc.BulkNextRow, act Act) error {
	var d *Dossier
	var blobs []string
	err := o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		if d, err = o.lock(ctx, tx, n.PublicID); err != nil {
			return err
		}
		result, err := tx.Q.BulkItemClaim(ctx, sqlc.BulkItemClaimParams{BulkID: id, DossierID: n.DossierID})
		if err != nil || result != "" {
			return err
		}
		if blobs, err = o.move(ctx, tx, a, d, act); err != nil {
			return err
		}
		return tx.Q.BulkItemEnd(ctx, sqlc.BulkItemEndParams{BulkID: id, DossierID: n.DossierID, Result: BulkMade})
	})
	if err == nil {
		o.moved(ctx, d, blobs)
		return nil
	}
	return o.bulkEnd(ctx, id, n, err)
}

// bulkEnd writes down why the act was not made on a dossier; what only time will tell is given back.
func (o *Office) bulkEnd(ctx context.Context, id int64, n sqlc.BulkNextRow, why error) error {
	if ctx.Err() != nil || fault.Of(why) == fault.Unavailable {
		return why
	}
	if fault.Of(why) == fault.Internal {
		slog.ErrorContext(ctx, "act on many failed on a dossier", "dossier", n.PublicID, "error", why.Error())
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.BulkItemEnd(ctx, sqlc.BulkItemEndParams{BulkID: id, DossierID: n.DossierID, Result: cmp.Or(fault.Key(why), refusalOf(why))})
	})
}

// refusalOf names a refusal that has no key.
func refusalOf(err error) string {
	switch fault.Of(err) {
	case fault.NotFound:
		return "not_found"
	case fault.Forbidden:
		return "move.not_yours"
	}
	return "failed"
}
