package dossier

import (
	"context"
	"slices"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Gathered is an item of a request in the making: agents gather them while they read, and send them at once.
type Gathered struct {
	Pick
	By int64
	At time.Time
}

// Prepare puts items into the request in the making, in the place of those with the same path, and takes the dropped ones out.
// The person learns nothing of it before it is sent. Errors: NotFound to who does not process the dossier, Conflict
// "dossier.not_open" once it is closed, Invalid "ask.unknown_item".
func (o *Office) Prepare(ctx context.Context, a access.Actor, publicID string, picks []Pick, dropped []string) (err error) {
	defer fault.Wrap(&err, "dossier.Prepare %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.atWork(ctx, tx, a, publicID)
		if err != nil {
			return err
		}
		for _, p := range picks {
			if err := o.prepare(ctx, tx, a, d, p); err != nil {
				return err
			}
		}
		if len(dropped) > 0 {
			if err := tx.Q.PreparedDelete(ctx, sqlc.PreparedDeleteParams{DossierID: d.ID, Paths: dropped}); err != nil {
				return err
			}
		}
		return o.note(ctx, tx, a, d, "prepare", journal.Detail{"items": strconv.Itoa(len(picks)), "dropped": strconv.Itoa(len(dropped))})
	})
}

// atWork locks a dossier that an agent processes and that is not closed.
func (o *Office) atWork(ctx context.Context, tx *store.Tx, a access.Actor, publicID string) (*Dossier, error) {
	d, err := o.lock(ctx, tx, publicID)
	if err != nil {
		return nil, err
	}
	if a.Kind != access.Agent || !access.Can(a, access.Process, d.Dossier, "") {
		return nil, errNotFound
	}
	if d.Closed() {
		return nil, fault.New(fault.Conflict, "dossier.not_open")
	}
	return d, nil
}

// atHand is atWork for who changes what a decision rests on: not while a colleague is deciding.
func (o *Office) atHand(ctx context.Context, tx *store.Tx, a access.Actor, publicID string) (*Dossier, error) {
	d, err := o.atWork(ctx, tx, a, publicID)
	if err != nil {
		return nil, err
	}
	return d, heldBy(ctx, tx, a, d)
}

// note writes somebody's act that is no edit of the dossier.
func (o *Office) note(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, act string, detail journal.Detail) error {
	return o.inscribe(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: act, ActorID: a.AccountID, Detail: detail})
}

func (o *Office) prepare(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, p Pick) error {
	if _, err := d.askable(p); err != nil {
		return err
	}
	sealed, err := d.key.Seal([]byte(p.Word), d.preparedAD(p.Path)...)
	if err != nil {
		return err
	}
	return tx.Q.PreparedUpsert(ctx, sqlc.PreparedUpsertParams{DossierID: d.ID, Path: p.Path, Why: p.kind(), Sealed: sealed, ByID: a.AccountID, At: tx.Now})
}

func (d *Dossier) preparedAD(path string) []string {
	return []string{"prepared", strconv.FormatInt(d.ID, 10), path}
}

// InTheMaking finds what the request in the making says of a path, or nil.
func (f *File) InTheMaking(path string) *Gathered {
	i := slices.IndexFunc(f.Request, func(p Gathered) bool { return p.Path == path })
	if i < 0 {
		return nil
	}
	return &f.Request[i]
}
