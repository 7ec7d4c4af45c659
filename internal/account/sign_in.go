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

// SignIn proves who somebody is, by e-mail and password. The problem it returns says the same, after the same time,
// whether the address is unknown or the password wrong. The door then calls Visit.Admit with who has arrived.
func (d *Desk) SignIn(ctx context.Context, kind access.Kind, email, password string) (in Arrival, _ *Problem, err error) {
	defer fault.Wrap(&err, "account.SignIn %s", kind)
	p, err := d.prove(ctx, string(kind), d.index(string(kind), email), password)
	if err != nil || p.problem != nil {
		return in, p.problem, err
	}
	if p.account.State == unconfirmed {
		return in, problem("email", "account.problem.unconfirmed"), d.remind(ctx, p.account)
	}
	if p.account.State != active {
		return in, wrong(), nil
	}
	if left, ok := d.left(*p.account, d.Store.Now()); ok && left <= 0 {
		problem, err := d.renew(ctx, p.account)
		return in, problem, err
	}
	next, err := d.stronger(ctx, password, *p.account.PasswordHash)
	if err != nil {
		return in, nil, err
	}
	return in, nil, d.Store.InTx(ctx, func(tx *store.Tx) error {
		if next != "" {
			if err := tx.Q.AccountRehash(ctx, sqlc.AccountRehashParams{ID: p.account.ID, Was: p.account.PasswordHash, Next: &next}); err != nil {
				return err
			}
			p.account.PasswordHash = &next
		}
		if err := d.warn(ctx, tx, *p.account); err != nil {
			return err
		}
		in, err = d.arrive(ctx, tx, *p.account)
		return err
	})
}

func wrong() *Problem { return problem("password", "account.problem.sign_in") }

// proof is the outcome of a password's check: an account whose password it is, or what to tell the person.
type proof struct {
	account *sqlc.Account
	problem *Problem
}

// prove counts the try before it looks at the password, under the row's lock: parallel guesses get no more tries than
// guesses in a row.
func (d *Desk) prove(ctx context.Context, kind string, index []byte, password string) (p proof, err error) {
	act := d.checking.begun()
	var wait time.Duration
	var found *sqlc.Account
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountByEmailForUpdate(ctx, sqlc.AccountByEmailForUpdateParams{Kind: kind, EmailIndex: index})
		if fault.Of(err) == fault.NotFound {
			if wait = d.ghosts.try(index, tx.Now); wait > 0 {
				return nil
			}
			return note(ctx, tx, 0, kind, logAttempt)
		}
		if err != nil {
			return err
		}
		found = &a
		wait, err = d.count(ctx, tx, a)
		return err
	})
	if err != nil {
		return p, err
	}
	if wait > 0 {
		return proof{problem: problem("password", "account.problem.throttled", "n", int((wait+time.Minute-1)/time.Minute))}, nil
	}
	var hash *string
	if found != nil {
		hash = found.PasswordHash
	}
	ok, err := d.matches(ctx, password, hash)
	if err != nil || !ok {
		act.keep(ctx)
		return proof{problem: wrong()}, err
	}
	return proof{account: found}, nil
}

func (d *Desk) count(ctx context.Context, tx *store.Tx, a sqlc.Account) (time.Duration, error) {
	tries := attempts{failed: int(a.Failed)}
	if a.FailedAt != nil {
		tries.at = *a.FailedAt
	}
	if wait := tries.wait(tx.Now); wait > 0 {
		return wait, nil
	}
	tries = tries.next(tx.Now)
	if err := tx.Q.AccountSetFailed(ctx, sqlc.AccountSetFailedParams{ID: a.ID, Failed: int32(min(tries.failed, 1000)), FailedAt: &tries.at}); err != nil {
		return 0, err
	}
	return 0, note(ctx, tx, a.ID, a.Kind, logAttempt)
}

// admit forgets the failures and logs the success.
func (d *Desk) admit(ctx context.Context, tx *store.Tx, a sqlc.Account) error {
	if err := tx.Q.AccountSeen(ctx, sqlc.AccountSeenParams{ID: a.ID, Lang: a.Lang, Now: &tx.Now}); err != nil {
		return err
	}
	return d.noteAddress(ctx, tx, a, logSignIn)
}

// remind sends the confirmation again to who knows the password of an account that waits for it.
func (d *Desk) remind(ctx context.Context, a *sqlc.Account) error {
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mailConfirm})
		return err
	})
}
