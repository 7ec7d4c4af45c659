package account

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// EmailChange is an address that somebody wants their account to have and has not proven yet, or one that it had and that can
// take it back.
type EmailChange struct {
	To       string // "" when none waits
	AskedAt  time.Time
	Returned bool   // the message with the link could not be delivered
	Before   string // "" when none is kept
}

// changesHourly and changesDaily bound what somebody can make us send to a mailbox that may not be theirs.
const (
	changesHourly = 3
	changesDaily  = 6
)

// changeBinding says whose an address to come, or one before, is.
func changeBinding(a sqlc.Account) []string {
	return []string{"email_change", strconv.FormatInt(a.ID, 10)}
}

// EmailChange tells which address waits to be proven, and which is kept for a week more.
func (d *Desk) EmailChange(ctx context.Context, id int64) (c EmailChange, err error) {
	defer fault.Wrap(&err, "account.EmailChange %d", id)
	q := d.Store.Q()
	row, err := q.EmailChangeOf(ctx, id)
	if fault.Of(err) == fault.NotFound || err == nil && row.DoneAt == nil && d.Store.Now().Sub(row.AskedAt) > confirmLife {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	a, err := q.AccountByID(ctx, id)
	if err != nil {
		return c, err
	}
	address, err := d.openAddress(a, row.Sealed)
	if err != nil || row.DoneAt != nil {
		return EmailChange{Before: address}, err
	}
	c.To = address
	c.AskedAt = row.AskedAt
	state, err := q.MailLast(ctx, sqlc.MailLastParams{AccountID: &id, Template: mailMove})
	c.Returned = notify.State(state) == notify.Refused || notify.State(state) == notify.Bounced
	if fault.Of(err) == fault.NotFound {
		err = nil
	}
	return c, err
}

func (d *Desk) openAddress(a sqlc.Account, sealed []byte) (string, error) {
	key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
	if err != nil {
		return "", err
	}
	plain, err := key.Open(sealed, changeBinding(a)...)
	return string(plain), err
}

func (d *Desk) sealAddress(a sqlc.Account, email string) ([]byte, error) {
	key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
	if err != nil {
		return nil, err
	}
	return key.Seal([]byte(email), changeBinding(a)...)
}

// ChangeEmail sends a link to the address that a person wants their account to have, and tells the present one at once, with the
// way to stop it: whoever holds a session for a moment takes no account away with it (ASVS 6.3.7). Answer and work are the same for an
// address that has an account; its owner alone reads that it has (ASVS 6.3.8). A Problem: the address will not do, it is the
// present one, links were asked for often, or the address was changed within the last week.
func (d *Desk) ChangeEmail(ctx context.Context, id int64, typed string) (wrong *Problem, err error) {
	defer fault.Wrap(&err, "account.ChangeEmail %d", id)
	email, wrong := cleanEmail(typed)
	if wrong != nil {
		return wrong, nil
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountForUpdate(ctx, id) // links asked for at once are counted one by one
		if err != nil {
			return err
		}
		if a.State != active || a.Kind != person {
			return fault.New(fault.Forbidden, "")
		}
		if wrong, err = d.mayChange(ctx, tx, a, email); err != nil || wrong != nil {
			return err
		}
		sealed, err := d.sealAddress(a, email)
		if err != nil {
			return err
		}
		if err := tx.Q.EmailChangeAsk(ctx, sqlc.EmailChangeAskParams{AccountID: id, Sealed: sealed, Now: tx.Now}); err != nil {
			return err
		}
		if err := tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: id, Purpose: move}); err != nil {
			return err
		}
		p, err := d.open(placeOf(a))
		if err != nil {
			return err
		}
		if err := note(ctx, tx, id, person, logEmailAsked); err != nil {
			return err
		}
		return d.writeTo(ctx, tx, id, map[string]string{mailMove: email, mailMoveAsked: p.Email})
	})
	return wrong, err
}

func (d *Desk) mayChange(ctx context.Context, tx *store.Tx, a sqlc.Account, email string) (*Problem, error) {
	if bytes.Equal(d.index(person, email), a.EmailIndex) {
		return problem("email", "account.problem.email_same"), nil
	}
	was, err := tx.Q.EmailChangeOf(ctx, a.ID)
	if err != nil && fault.Of(err) != fault.NotFound {
		return nil, err
	}
	if err == nil && was.DoneAt != nil && tx.Now.Sub(*was.DoneAt) < regainLife { // or the owner of the first could not take it back
		return problem("email", "account.problem.email_recent"), nil
	}
	many, err := often(ctx, tx, a.ID, mailMove, changesHourly, changesDaily)
	if many {
		return problem("email", "account.problem.email_often"), err
	}
	return nil, err
}

// addressPurpose is what the address of a single mail is sealed for.
const addressPurpose = "mail address"

// writeTo queues mails about one account to addresses of their own.
func (d *Desk) writeTo(ctx context.Context, tx *store.Tx, id int64, to map[string]string) error {
	for template, email := range to {
		sealed, err := d.Keys.SealFor(id, addressPurpose, []byte(email))
		if err != nil {
			return err
		}
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: template, Via: notify.Email, To: sealed}); err != nil {
			return err
		}
	}
	return nil
}

// addressee is where a mail about an account goes, and by which template: who is asked to prove an address that has an account is
// told so instead. NotFound: nobody waits for it any more.
func (d *Desk) addressee(ctx context.Context, m notify.Mail, present string) (to, template string, err error) {
	if len(m.To) == 0 {
		return present, m.Template, nil
	}
	plain, err := d.Keys.OpenFor(m.AccountID, addressPurpose, m.To)
	if err != nil || m.Template != mailMove {
		return string(plain), m.Template, err
	}
	change, err := d.EmailChange(ctx, m.AccountID)
	if err != nil {
		return "", "", err
	}
	if change.To != string(plain) {
		return "", "", fault.New(fault.NotFound, "")
	}
	_, err = d.Store.Q().AccountByEmail(ctx, sqlc.AccountByEmailParams{Kind: person, EmailIndex: d.index(person, change.To)})
	switch {
	case err == nil:
		return change.To, mailMoveTaken, nil
	case fault.Of(err) == fault.NotFound:
		return change.To, mailMove, nil
	}
	return "", "", err
}

// awaits holds an account that still waits for this address: the link that is made meanwhile proves no other, for who asks for another
// waits, and kills it. NotFound when it waits for another by now, or for none.
func (d *Desk) awaits(ctx context.Context, tx *store.Tx, id int64, email string) error {
	a, err := tx.Q.AccountForUpdate(ctx, id)
	if err != nil {
		return err
	}
	row, err := tx.Q.EmailChangeOf(ctx, id)
	if err != nil {
		return err
	}
	to, err := d.openAddress(a, row.Sealed)
	if err != nil {
		return err
	}
	if row.DoneAt != nil || to != email {
		return fault.New(fault.NotFound, "")
	}
	return nil
}

// ForgoEmail gives up an address that waits to be proven.
func (d *Desk) ForgoEmail(ctx context.Context, id int64) (err error) {
	defer fault.Wrap(&err, "account.ForgoEmail %d", id)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.AccountForUpdate(ctx, id); err != nil {
			return err
		}
		if err := tx.Q.EmailChangeForgo(ctx, id); err != nil {
			return err
		}
		return tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: id, Purpose: move})
	})
}

func (d *Desk) dropChange(ctx context.Context, tx *store.Tx, id int64) error {
	if err := tx.Q.EmailChangeDrop(ctx, id); err != nil {
		return err
	}
	return tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: id, Purpose: move})
}
