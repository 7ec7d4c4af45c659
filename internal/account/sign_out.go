package account

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
)

// SignOut logs the end of a session; the door ends it with Visit.SignOut.
func (d *Desk) SignOut(ctx context.Context, a access.Actor) (err error) {
	defer fault.Wrap(&err, "account.SignOut %d", a.AccountID)
	return d.Store.InTx(ctx, func(tx *store.Tx) error { return note(ctx, tx, a.AccountID, string(a.Kind), logSignOut) })
}

// SignOutEverywhere ends every session of the person, on every server, at once (ASVS 7.4.3).
func (d *Desk) SignOutEverywhere(ctx context.Context, a access.Actor) (err error) {
	defer fault.Wrap(&err, "account.SignOutEverywhere %d", a.AccountID)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.SessionDropAll(ctx, &a.AccountID); err != nil {
			return err
		}
		return note(ctx, tx, a.AccountID, string(a.Kind), logEndAll)
	})
}
