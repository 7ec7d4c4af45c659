package account

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
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

// EndSessionsOf ends every session of another agent, whom an administrator fears to be a victim or a thief: they sign in anew, with
// their proofs (ASVS 7.4.5).
func (d *Desk) EndSessionsOf(ctx context.Context, by access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "account.EndSessionsOf %d by %d", id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, a sqlc.Account) error {
		if err := tx.Q.SessionDropAll(ctx, &id); err != nil {
			return err
		}
		return note(ctx, tx, id, a.Kind, logEndAll)
	})
}

// EndSessionsHere is EndSessionsOf for whoever runs the installation, of an agent or a person. NotFound: nobody has that address.
func (d *Desk) EndSessionsHere(ctx context.Context, kind access.Kind, email string) (err error) {
	defer fault.Wrap(&err, "account.EndSessionsHere")
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountByEmailForUpdate(ctx, sqlc.AccountByEmailForUpdateParams{Kind: string(kind), EmailIndex: d.index(string(kind), email)})
		if err != nil {
			return err
		}
		if err := tx.Q.SessionDropAll(ctx, &a.ID); err != nil {
			return err
		}
		return note(ctx, tx, a.ID, a.Kind, logEndAll)
	})
}

// EndAllSessionsHere ends the sessions of everybody, at every door, for whoever runs the installation.
func (d *Desk) EndAllSessionsHere(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "account.EndAllSessionsHere")
	return d.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Q.SessionDropEverybody(ctx) })
}
