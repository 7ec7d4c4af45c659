package dossier

import (
	"context"
	"fmt"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Held is the cause of a Conflict "move.held": who is deciding the dossier, and until when nobody else can.
type Held struct {
	AccountID int64
	Until     time.Time
}

func (h *Held) Error() string { return fmt.Sprintf("held by %d", h.AccountID) }

// Hold keeps a dossier for the agent who is about to decide it, or keeps it longer. It ends by itself after the time that the
// definition gives, with the decision, and by Release. Errors: NotFound, Conflict "move.held" caused by *Held.
// A move that does not lock holds nothing.
func (o *Office) Hold(ctx context.Context, a access.Actor, d *Dossier, m *workflow.Move) (err error) {
	defer fault.Wrap(&err, "dossier.Hold %d", d.ID)
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") || access.Glass(a, d.Dossier) != "" {
		return errNotFound
	}
	if !m.Locks {
		return nil
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.ReadingTake(ctx, sqlc.ReadingTakeParams{
			DossierID: d.ID, AccountID: a.AccountID, Until: workflow.Add(tx.Now, d.Def.Flow.LockFor), At: tx.Now,
		})
		if fault.Of(err) != fault.NotFound {
			return err
		}
		return heldBy(ctx, tx, a, d)
	})
}

// heldBy answers Conflict when another agent is deciding the dossier.
func heldBy(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	r, err := tx.Q.ReadingOf(ctx, sqlc.ReadingOfParams{DossierID: d.ID, At: tx.Now})
	switch {
	case fault.Of(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	case r.AccountID == a.AccountID:
		return nil
	}
	return fault.From(fault.Conflict, "move.held", &Held{r.AccountID, r.Until})
}

// Holder tells who is deciding a dossier now; nil when nobody is.
func (o *Office) Holder(ctx context.Context, a access.Actor, d *Dossier) (_ *Held, err error) {
	defer fault.Wrap(&err, "dossier.Holder %d", d.ID)
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") {
		return nil, errNotFound
	}
	r, err := o.queries().ReadingOf(ctx, sqlc.ReadingOfParams{DossierID: d.ID, At: o.Store.Now()})
	if fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	return &Held{r.AccountID, r.Until}, err
}

// Release ends the agent's own hold; of somebody else's nothing is changed.
func (o *Office) Release(ctx context.Context, a access.Actor, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.Release %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return err
	}
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") {
		return errNotFound
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.ReadingEnd(ctx, sqlc.ReadingEndParams{DossierID: d.ID, AccountID: a.AccountID})
	})
}

// mayDecide refuses a decision on a dossier that another agent holds, and ends the decider's own hold with it.
func (o *Office) mayDecide(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, m *workflow.Move) error {
	if !m.Locks || a.Kind != access.Agent {
		return nil
	}
	if err := heldBy(ctx, tx, a, d); err != nil {
		return err
	}
	return tx.Q.ReadingEnd(ctx, sqlc.ReadingEndParams{DossierID: d.ID, AccountID: a.AccountID})
}
