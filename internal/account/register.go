package account

import (
	"context"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Registration is what the page asks of a person.
type Registration struct {
	Email    string
	Password string
	Lang     text.Lang
	Terms    []Accepted // those ticked; without any the account is not made (RP-035)
}

// Register opens an account that waits for its confirmation. The answer and the work are the same whether the address
// has an account or not; only the mail differs, and only its owner reads it (ASVS 6.3.8).
func (d *Desk) Register(ctx context.Context, r Registration) (_ []*Problem, err error) {
	defer fault.Wrap(&err, "account.Register")
	email, problems, err := d.checkRegistration(r)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	defer d.registering.begun().keep(ctx)
	hash, err := d.Hash(ctx, r.Password)
	if err != nil {
		return nil, err
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountByEmail(ctx, sqlc.AccountByEmailParams{Kind: person, EmailIndex: d.index(person, email)})
		switch {
		case fault.Of(err) == fault.NotFound:
			return d.registerNew(ctx, tx, r, email, hash)
		case err != nil:
			return err
		}
		return d.registerAgain(ctx, tx, a, r, hash)
	})
	if fault.Of(err) == fault.Conflict { // the same address at the same instant: the other one sends the mail
		return nil, nil
	}
	return nil, err
}

func (d *Desk) checkRegistration(r Registration) (email string, problems []*Problem, err error) {
	email, p := cleanEmail(r.Email)
	if p != nil {
		problems = append(problems, p)
	}
	if p, err = d.checkPassword(r.Password, email); err != nil {
		return "", nil, err
	}
	if p != nil {
		problems = append(problems, p)
	}
	if len(r.Terms) == 0 {
		problems = append(problems, problem("terms", "account.problem.terms"))
	}
	return email, problems, nil
}

func (d *Desk) registerNew(ctx context.Context, tx *store.Tx, r Registration, email, hash string) error {
	id, err := d.create(ctx, tx, New{Kind: person, Profile: Profile{Email: email}, PasswordHash: hash, Lang: r.Lang, Terms: r.Terms, state: unconfirmed})
	if err != nil {
		return err
	}
	if err := note(ctx, tx, id, person, logRegister); err != nil {
		return err
	}
	return notify.QueueUnseen(ctx, tx, id, mailConfirm)
}

// registerAgain answers for an address that is known. While it is unconfirmed the latest password counts: who confirms
// must type it, so nobody can prepare an account for somebody else's address.
func (d *Desk) registerAgain(ctx context.Context, tx *store.Tx, a sqlc.Account, r Registration, hash string) error {
	if _, err := tx.Q.AccountNothing(ctx, a.ID); err != nil { // the round trip of an insert
		return err
	}
	if err := note(ctx, tx, a.ID, person, logRegister); err != nil {
		return err
	}
	template := mailExists
	switch a.State {
	case unconfirmed, left: // who left may come back (RP-020); the account stays closed until the link is followed
		template = mailConfirm
		if err := accept(ctx, tx, a.ID, r.Terms); err != nil {
			return err
		}
		if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: a.ID, PasswordHash: &hash, State: a.State, Now: &tx.Now}); err != nil {
			return err
		}
	case active:
	default:
		a.ID = 0
	}
	return notify.QueueUnseen(ctx, tx, a.ID, template)
}

// Confirm proves the address of a new account: by the link of the mail, and the password chosen at registration,
// so that a stranger who registered somebody else's address gains nothing when its owner follows the link.
func (d *Desk) Confirm(ctx context.Context, token, password string) (in Arrival, _ *Problem, err error) {
	defer fault.Wrap(&err, "account.Confirm")
	id, err := d.holder(ctx, confirm, token)
	if err != nil {
		return in, nil, err
	}
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return in, nil, err
	}
	p, err := d.prove(ctx, a.Kind, a.EmailIndex, password)
	if err != nil || p.problem != nil {
		return in, p.problem, err
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		now, err := tx.Q.AccountForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if now.PasswordHash == nil || *now.PasswordHash != *p.account.PasswordHash {
			return errUsed // somebody asked for the account again since the password was looked at
		}
		if now.State != unconfirmed && now.State != left {
			return errUsed // it is open: its link opens nothing past what it wants by now
		}
		if _, err := use(ctx, tx, token, confirm); err != nil {
			return err
		}
		if err := tx.Q.IdentityDropUnproven(ctx, id); err != nil {
			return err
		}
		if err := tx.Q.AccountSetState(ctx, sqlc.AccountSetStateParams{ID: id, State: active, Now: tx.Now}); err != nil {
			return err
		}
		if err := note(ctx, tx, id, person, logConfirm); err != nil {
			return err
		}
		in, err = d.arrive(ctx, tx, now)
		return err
	})
	return in, nil, err
}
