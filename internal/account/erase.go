package account

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// ClosedKept is how long an agent stays in an account that was closed: a day, so that a slip of an administrator can be mended.
const ClosedKept = 24 * time.Hour

// eraseClosed takes from accounts of agents what says whose they were, once they are no longer active (DS-110): names, address,
// password, proofs and what a provider knows them by. What they did stays under the account’s number for as long as its journal
// lives (DS-111).
func (d *Desk) eraseClosed(ctx context.Context) error {
	ids, err := d.Store.Q().AccountsClosed(ctx, d.Store.Now().Add(-ClosedKept))
	if err != nil {
		return err
	}
	var faults []error
	for _, id := range ids {
		faults = append(faults, d.Store.InTx(ctx, func(tx *store.Tx) error { return d.erase(ctx, tx, id) }))
		d.shown.forget(id)
	}
	return errors.Join(faults...)
}

// erase puts a profile of nobody under a new key in the place of the agent's, unless the account was opened again meanwhile.
func (d *Desk) erase(ctx context.Context, tx *store.Tx, id int64) (err error) {
	defer fault.Wrap(&err, "account.erase %d", id)
	a, err := tx.Q.AccountForUpdate(ctx, id)
	if err != nil || a.State != disabled || a.ChangedAt.After(tx.Now.Add(-ClosedKept)) {
		return err
	}
	key, wrapped, by, err := d.Keys.NewKey()
	if err != nil {
		return err
	}
	index := make([]byte, len(a.EmailIndex)) // no address has it
	_, _ = rand.Read(index)                  // never fails (crypto/rand)
	sealed, err := closeProfile(key, a.Kind, index, Profile{})
	if err != nil {
		return err
	}
	for _, drop := range []func() error{
		func() error { return tx.Q.SessionDropAll(ctx, &id) },
		func() error { return tx.Q.IdentityDropAll(ctx, id) },
		func() error { return dropFactors(ctx, tx, id) },
		func() error { return tx.Q.TokenDropAll(ctx, id) },
		func() error { return d.endRights(ctx, tx, id) },
	} {
		if err := drop(); err != nil {
			return err
		}
	}
	if err := tx.Q.AccountErase(ctx, sqlc.AccountEraseParams{ID: id, EmailIndex: index, WrappedKey: wrapped, WrappedBy: by, Sealed: sealed, Now: tx.Now}); err != nil {
		return err
	}
	return tx.Q.AccountErasedInsert(ctx, sqlc.AccountErasedInsertParams{AccountID: &id, At: tx.Now})
}

// endRights ends what an agent still holds, in the journal of rights too: a place of which there are few is free again.
func (d *Desk) endRights(ctx context.Context, tx *store.Tx, id int64) error {
	ended, err := tx.Q.GrantsEndAll(ctx, sqlc.GrantsEndAllParams{AccountID: id, Now: &tx.Now})
	if err != nil {
		return err
	}
	return noteEnded(ctx, tx, ended)
}
