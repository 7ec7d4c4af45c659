package account

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Leave closes the account of a person who leaves the service, ends its sessions and confirms it by mail (RP-020). The row
// goes when nothing refers to it any more; until then registering with the same address opens it again.
// An account that is closed already is left as it is.
func (d *Desk) Leave(ctx context.Context, a access.Actor) (err error) {
	defer fault.Wrap(&err, "account.Leave %d", a.AccountID)
	if a.Kind != access.Person {
		return fault.New(fault.Forbidden, "")
	}
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		row, err := tx.Q.AccountForUpdate(ctx, a.AccountID)
		if err != nil || row.State != active {
			return err
		}
		if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: row.ID, State: left, Now: &tx.Now}); err != nil {
			return err
		}
		if err := tx.Q.SessionDropAll(ctx, &row.ID); err != nil {
			return err
		}
		if err := tx.Q.ReachForget(ctx, row.ID); err != nil {
			return err
		}
		if err := d.dropChange(ctx, tx, row.ID); err != nil {
			return err
		}
		if err := tx.Q.IdentityDropAll(ctx, row.ID); err != nil {
			return err
		}
		if err := dropFactors(ctx, tx, row.ID); err != nil {
			return err
		}
		if err := note(ctx, tx, row.ID, row.Kind, logLeave); err != nil {
			return err
		}
		// the row outlives it as long as it owns something: a backup must not open it again meanwhile
		if err := tx.Q.AccountLeftInsert(ctx, sqlc.AccountLeftInsertParams{AccountID: &row.ID, At: tx.Now}); err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: row.ID, Template: mailLeft})
		return err
	})
}
