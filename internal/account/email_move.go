package account

import (
	"context"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// MoveEmail gives the account its new address by the link that came there; its owner is signed in, so that a stranger to whom a
// mistyped address belongs gains nothing. Every session ends, and both addresses are told (ASVS 6.3.7). What stands in the person's
// name follows: dossiers, rights, proofs, mandates that others have for them. An invitation to a firm was for the address, and does
// not. Of any number of parallel uses one succeeds; NotFound for the others, and where the address has an account by now.
func (d *Desk) MoveEmail(ctx context.Context, id int64, token string) (err error) {
	defer fault.Wrap(&err, "account.MoveEmail %d", id)
	defer d.shown.forget(id)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if of, err := use(ctx, tx, token, move); err != nil || of != id {
			return errUsed
		}
		row, err := tx.Q.EmailChangeOf(ctx, id)
		if err != nil || row.DoneAt != nil || a.State != active {
			return errUsed
		}
		next, err := d.openAddress(a, row.Sealed)
		if err != nil {
			return err
		}
		was, err := d.moveTo(ctx, tx, a, next)
		if err != nil {
			return err
		}
		sealed, err := d.sealAddress(a, was)
		if err != nil {
			return err
		}
		if err := tx.Q.EmailChangeDone(ctx, sqlc.EmailChangeDoneParams{AccountID: id, Sealed: sealed, Now: &tx.Now}); err != nil {
			return err
		}
		return d.writeTo(ctx, tx, id, map[string]string{mailMoved: next, mailMovedFrom: was})
	})
	if fault.Of(err) == fault.Conflict { // somebody has opened an account with it meanwhile
		return errUsed
	}
	return err
}

// moveTo writes the account anew under another address, and gives the one before. All that was sealed for the former is sealed for
// the latter; links sent there, and sessions, are dead. Conflict: the address has an account.
func (d *Desk) moveTo(ctx context.Context, tx *store.Tx, a sqlc.Account, email string) (was string, err error) {
	key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
	if err != nil {
		return "", err
	}
	p, err := d.open(placeOf(a))
	if err != nil {
		return "", err
	}
	next := a
	was, p.Email, next.EmailIndex = p.Email, email, d.index(a.Kind, email)
	if next.Sealed, err = closeProfile(key, a.Kind, next.EmailIndex, p); err != nil {
		return "", err
	}
	if err := d.sealFactors(ctx, tx, a, next); err != nil {
		return "", err
	}
	if err := d.sealReach(ctx, tx, a.ID, numberBinding(next.Kind, next.EmailIndex)); err != nil {
		return "", err
	}
	if err := tx.Q.AccountMove(ctx, sqlc.AccountMoveParams{ID: a.ID, EmailIndex: next.EmailIndex, Sealed: next.Sealed, Now: tx.Now}); err != nil {
		return "", err
	}
	if err := tx.Q.MandatesMove(ctx, sqlc.MandatesMoveParams{Was: a.EmailIndex, Next: next.EmailIndex, AccountID: &a.ID}); err != nil {
		return "", err
	}
	// a link that takes proofs back would give the account, taken back itself, to the address it was taken from
	for _, purpose := range []string{reset, regain, confirm, move, byReference} {
		if err := tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: a.ID, Purpose: purpose}); err != nil {
			return "", err
		}
	}
	if err := tx.Q.SessionDropAll(ctx, &a.ID); err != nil {
		return "", err
	}
	return was, note(ctx, tx, a.ID, a.Kind, logEmail)
}

func (d *Desk) sealFactors(ctx context.Context, tx *store.Tx, was, next sqlc.Account) error {
	key, err := d.Keys.Unwrap(was.WrappedKey, was.WrappedBy)
	if err != nil {
		return err
	}
	if err := tx.Q.FactorDropPending(ctx, was.ID); err != nil {
		return err
	}
	rows, err := tx.Q.FactorsOf(ctx, was.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		k, err := openFactor(key, was, r)
		if err != nil {
			return err
		}
		sealed, err := closeFactor(key, next, r.Kind, k)
		if err != nil {
			return err
		}
		if err := tx.Q.FactorSeal(ctx, sqlc.FactorSealParams{ID: r.ID, Sealed: sealed}); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) sealReach(ctx context.Context, tx *store.Tx, id int64, next []string) error {
	row, err := tx.Q.ReachOf(ctx, id)
	if err != nil {
		return err
	}
	key, was, err := d.numberKey(row)
	if err != nil {
		return err
	}
	in := sqlc.ReachSealParams{AccountID: id}
	for _, x := range []struct {
		from []byte
		to   *[]byte
	}{{row.Sealed, &in.Sealed}, {row.Claimed, &in.Claimed}} {
		if x.from == nil {
			continue
		}
		plain, err := key.Open(x.from, was...)
		if err != nil {
			return err
		}
		if *x.to, err = key.Seal(plain, next...); err != nil {
			return err
		}
	}
	return tx.Q.ReachSeal(ctx, in)
}

// KeepEmail is what the owner of the former address does by the link of the mail that told of the change: stops it, or takes the
// account back within a week. Then its sessions end, what was added to it in those days goes, and a link to choose a password comes
// to the former address: whoever changed it knew the last one. back tells which of the two it was. NotFound: the link was used or
// is too old, or the former address has another account.
func (d *Desk) KeepEmail(ctx context.Context, token string) (back bool, err error) {
	defer fault.Wrap(&err, "account.KeepEmail")
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err := use(ctx, tx, token, keep)
		if err != nil {
			return err
		}
		a, err := tx.Q.AccountForUpdate(ctx, id)
		if err != nil {
			return err
		}
		row, err := tx.Q.EmailChangeOf(ctx, id)
		if err != nil || a.State != active {
			return errUsed
		}
		if back = row.DoneAt != nil; back {
			defer d.shown.forget(id)
			err = d.takeAddressBack(ctx, tx, a, row.Sealed)
		} else {
			err = note(ctx, tx, id, person, logEmailKept)
		}
		if err != nil {
			return err
		}
		return d.dropChange(ctx, tx, id)
	})
	if fault.Of(err) == fault.Conflict {
		return false, errUsed
	}
	return back, err
}

func (d *Desk) takeAddressBack(ctx context.Context, tx *store.Tx, a sqlc.Account, sealed []byte) error {
	email, err := d.openAddress(a, sealed)
	if err != nil {
		return err
	}
	if err := takeBack(ctx, tx, a.ID); err != nil {
		return err
	}
	if _, err := d.moveTo(ctx, tx, a, email); err != nil {
		return err
	}
	if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: a.ID, State: active, Now: &tx.Now}); err != nil {
		return err
	}
	_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mailReset, Via: notify.Email})
	return err
}
