package account

import (
	"context"
	"time"

	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// warning is how long before its end the owner of a password is told that it has to be renewed.
const warning = 14 * 24 * time.Hour

// left is how long the password of an account still opens it (RP-174); ok is false where none is ever renewed.
func (d *Desk) left(a sqlc.Account, now time.Time) (left time.Duration, ok bool) {
	if d.Renewal <= 0 || a.PasswordHash == nil {
		return 0, false
	}
	since := a.CreatedAt
	if a.PasswordSetAt != nil {
		since = *a.PasswordSetAt
	}
	return since.Add(d.Renewal).Sub(now), true
}

// renew sends the link under which a password that is too old is changed. The old one opens nothing any more, not even the
// page to choose another: whoever found it out would choose it.
func (d *Desk) renew(ctx context.Context, a *sqlc.Account) (*Problem, error) {
	return problem("password", "account.problem.password_aged"), d.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mailAged})
		return err
	})
}

// warn tells the owner once, by mail, that the password will have to be renewed soon.
func (d *Desk) warn(ctx context.Context, tx *store.Tx, a sqlc.Account) error {
	left, ok := d.left(a, tx.Now)
	if !ok || left > warning || a.PasswordWarnedAt != nil {
		return nil
	}
	if err := tx.Q.AccountSetWarned(ctx, sqlc.AccountSetWarnedParams{ID: a.ID, Now: &tx.Now}); err != nil {
		return err
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mailAges})
	return err
}

// same refuses the password that is there already.
func (d *Desk) same(ctx context.Context, id int64, password string) (*Problem, error) {
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil || a.PasswordHash == nil {
		return nil, err
	}
	ok, err := d.matches(ctx, password, a.PasswordHash)
	if err != nil || !ok {
		return nil, err
	}
	return problem("password", "account.problem.password_same"), nil
}
