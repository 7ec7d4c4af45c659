package account

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// ResetFactors takes every second proof away from another agent, who has lost them, and the password with them: whoever knows it
// may be the one who asks. An invitation is sent anew, and whoever follows it makes new ones; an agent whom a provider lets in
// comes by it. It stands in the journal of rights, ends their sessions and tells them.
func (d *Desk) ResetFactors(ctx context.Context, by access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "account.ResetFactors %d by %d", id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, a sqlc.Account) error {
		again, err := d.resetFactors(ctx, tx, a, &by.AccountID)
		if err != nil || !again {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mailInvite})
		return err
	})
}

// ResetFactorsHere is ResetFactors for whoever runs the installation, of an agent or a person. It gives the link of an agent's
// new invitation, which is sent to nobody; "" for who needs none: a person chooses a password by mail, and an agent may have a
// provider. NotFound: nobody has that address.
func (d *Desk) ResetFactorsHere(ctx context.Context, kind access.Kind, email string) (link string, err error) {
	defer fault.Wrap(&err, "account.ResetFactorsHere")
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountByEmailForUpdate(ctx, sqlc.AccountByEmailForUpdateParams{Kind: string(kind), EmailIndex: d.index(string(kind), email)})
		if err != nil {
			return err
		}
		again, err := d.resetFactors(ctx, tx, a, nil)
		if err != nil || !again {
			return err
		}
		token, err := mint(ctx, tx, a.ID, invite, inviteLife)
		link = d.Origins.Agents + InvitePath + token
		return err
	})
	return link, err
}

// resetFactors takes proofs, password and the links to choose one; again tells that the account waits for an invitation.
func (d *Desk) resetFactors(ctx context.Context, tx *store.Tx, a sqlc.Account, by *int64) (again bool, err error) {
	if err := dropFactors(ctx, tx, a.ID); err != nil {
		return false, err
	}
	for _, purpose := range []string{reset, regain} {
		if err := tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: a.ID, Purpose: purpose}); err != nil {
			return false, err
		}
	}
	state, err := d.stateWithoutPassword(ctx, tx, a)
	if err != nil {
		return false, err
	}
	if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: a.ID, State: state, Now: &tx.Now}); err != nil {
		return false, err
	}
	if err := tx.Q.RightActInsert(ctx, sqlc.RightActInsertParams{At: tx.Now, ActorID: by, AccountID: a.ID, Act: actResetFactors}); err != nil {
		return false, err
	}
	return state == invited, d.changed(ctx, tx, a, logFactorsReset, mailFactorsReset)
}

// stateWithoutPassword is that of an account whose password is taken: an agent whom no provider lets in is invited again.
func (d *Desk) stateWithoutPassword(ctx context.Context, tx *store.Tx, a sqlc.Account) (string, error) {
	if a.Kind != agent || a.State != active {
		return a.State, nil
	}
	n, err := tx.Q.IdentityCount(ctx, a.ID)
	if err != nil || n > 0 {
		return a.State, err
	}
	return invited, nil
}

// actResetFactors is that act in the journal of rights.
const actResetFactors = "reset_factors"
