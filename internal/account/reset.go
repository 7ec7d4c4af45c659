package account

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Forgotten sends a link to choose a new password. Answer and work are the same for an address without an account,
// where nothing is sent (ASVS 6.3.8).
func (d *Desk) Forgotten(ctx context.Context, kind access.Kind, typed string) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.Forgotten %s", kind)
	email, p := cleanEmail(typed)
	if p != nil {
		return p, nil
	}
	defer d.forgetting.begun().keep(ctx)
	return nil, d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountByEmail(ctx, sqlc.AccountByEmailParams{Kind: string(kind), EmailIndex: d.index(string(kind), email)})
		if err != nil && fault.Of(err) != fault.NotFound {
			return err
		}
		known := err == nil && (a.State == active || a.State == unconfirmed)
		identities, err := tx.Q.IdentityCount(ctx, a.ID)
		if err != nil {
			return err
		}
		if !known || a.Kind == agent && identities > 0 && a.PasswordHash == nil { // the provider lets that agent in, a mailbox does not
			a.ID = 0
		}
		if err := note(ctx, tx, a.ID, string(kind), logForgot); err != nil {
			return err
		}
		return notify.QueueUnseen(ctx, tx, a.ID, mailReset)
	})
}

// Reset sets a new password by the link of the mail, ends every session of the account, and tells its owner (ASVS 6.3.7).
// Signing in is a step of its own: a mailbox alone opens nothing (ASVS 6.3.6). The link of the mail that tells a person of a new
// proof or identity takes back those of the last days as well: who found out a password keeps nobody's account by adding one. A link
// that was used is NotFound.
func (d *Desk) Reset(ctx context.Context, token, password string) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.Reset")
	p, err := d.choose(ctx, token, reset, password, mailChanged, logReset)
	if fault.Of(err) == fault.NotFound {
		return d.choose(ctx, token, regain, password, mailChanged, logReset)
	}
	return p, err
}

// AcceptInvite lets an agent choose the first password by the link of the invitation. The ticket says to whoever signs in with
// it, in the browser that followed the link, that a second proof may be made: a password alone, or a mailbox, makes none.
func (d *Desk) AcceptInvite(ctx context.Context, token, password string) (ticket string, _ *Problem, err error) {
	defer fault.Wrap(&err, "account.AcceptInvite")
	id, err := d.holder(ctx, invite, token)
	if err != nil {
		return "", nil, err
	}
	if p, err := d.choose(ctx, token, invite, password, "", logConfirm); err != nil || p != nil {
		return "", p, err
	}
	a, err := d.Store.Q().AccountByID(ctx, id)
	return Arrival{Account: id, Mark: markOf(a)}.Ticket(), nil, err
}

func (d *Desk) choose(ctx context.Context, token, purpose, password, mail, act string) (*Problem, error) {
	id, err := d.holder(ctx, purpose, token)
	if err != nil {
		return nil, err
	}
	p, _, err := d.Profile(ctx, id)
	if err != nil {
		return nil, err
	}
	if problem, err := d.checkPassword(password, p.Email, p.LastName, p.FirstNames); err != nil || problem != nil {
		return problem, err
	}
	if problem, err := d.same(ctx, id, password); err != nil || problem != nil {
		return problem, err
	}
	hash, err := d.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	return nil, d.Store.InTx(ctx, func(tx *store.Tx) error {
		if id, err = use(ctx, tx, token, purpose); err != nil {
			return err
		}
		if purpose != invite { // who reads the mailbox makes no second proof by the invitation as well, see [Desk.ResumeInvite]
			if err := tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: id, Purpose: invite}); err != nil {
				return err
			}
		}
		if err := d.setPassword(ctx, tx, id, hash, mail, act); err != nil || purpose != regain {
			return err
		}
		return takeBack(ctx, tx, id)
	})
}

// regainLife is how long the mail that tells of a new proof takes it back.
const regainLife = 7 * 24 * time.Hour

// takeBack removes the second proofs and the identities of providers that were added since the oldest link to take them back, and
// every recovery code, which whoever added them may have seen.
func takeBack(ctx context.Context, tx *store.Tx, id int64) error {
	since := tx.Now.Add(-regainLife - 24*time.Hour)
	if err := tx.Q.FactorDropSince(ctx, sqlc.FactorDropSinceParams{AccountID: id, Since: since}); err != nil {
		return err
	}
	if err := tx.Q.IdentityDropSince(ctx, sqlc.IdentityDropSinceParams{AccountID: id, Since: since}); err != nil {
		return err
	}
	if err := tx.Q.RecoveryDropAll(ctx, id); err != nil {
		return err
	}
	if err := tx.Q.AccountSetFactorFailed(ctx, sqlc.AccountSetFactorFailedParams{ID: id}); err != nil {
		return err
	}
	return note(ctx, tx, id, person, logFactorRemoved)
}

func (d *Desk) setPassword(ctx context.Context, tx *store.Tx, id int64, hash, mail, act string) error {
	a, err := tx.Q.AccountForUpdate(ctx, id)
	if err != nil {
		return err
	}
	if a.State == disabled || a.State == left {
		return errUsed
	}
	if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: id, PasswordHash: &hash, State: active, Now: &tx.Now}); err != nil {
		return err
	}
	if err := tx.Q.SessionDropAll(ctx, &id); err != nil {
		return err
	}
	if err := tx.Q.IdentityDropUnproven(ctx, id); err != nil { // what a stranger asked for while it was closed
		return err
	}
	if err := tx.Q.EmailChangeForgo(ctx, id); err != nil { // what whoever knew the old one has asked for
		return err
	}
	if err := note(ctx, tx, id, a.Kind, act); err != nil || mail == "" {
		return err
	}
	_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mail})
	return err
}

// ChangePassword sets a new password for somebody signed in who knows the old one, and ends the account's sessions:
// the door signs the person in again.
func (d *Desk) ChangePassword(ctx context.Context, id int64, old, password string) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.ChangePassword %d", id)
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := d.open(placeOf(a))
	if err != nil {
		return nil, err
	}
	if problem, err := d.checkPassword(password, p.Email, p.LastName, p.FirstNames); err != nil || problem != nil {
		return problem, err
	}
	proven, err := d.prove(ctx, a.Kind, a.EmailIndex, old)
	if err != nil || proven.problem != nil {
		return renamed(proven.problem, "old"), err
	}
	if password == old {
		return problem("password", "account.problem.password_same"), nil
	}
	hash, err := d.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	return nil, d.Store.InTx(ctx, func(tx *store.Tx) error { return d.setPassword(ctx, tx, id, hash, mailChanged, logReset) })
}

func renamed(p *Problem, field string) *Problem {
	if p != nil {
		p.Field = field
	}
	return p
}
