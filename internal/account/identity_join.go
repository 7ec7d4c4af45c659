package account

import (
	"context"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/openid"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Newcomer is what a person whom a provider has vouched for says to get an account: the provider's words, corrected.
type Newcomer struct {
	Email, LastName, FirstNames string
	Lang                        text.Lang
	Terms                       []Accepted // those ticked; without any the account is not made (RP-035)
}

// Join makes the account of a person whom a provider has vouched for (RP-166). Where the provider has proven the address, it
// is open at once; Opened is zero where a mail asks its owner first, whether or not the address has an account (ASVS 6.3.8).
// Conflict "openid.known_address": the proven address has an account, which its owner opens once to link it.
func (d *Desk) Join(ctx context.Context, c openid.Claims, n Newcomer) (o Opened, _ []*Problem, err error) {
	defer fault.Wrap(&err, "account.Join")
	email, problem := cleanEmail(n.Email)
	var problems []*Problem
	if problem != nil {
		problems = append(problems, problem)
	}
	if len(n.Terms) == 0 {
		problems = append(problems, &Problem{Field: "terms", Key: "account.problem.terms"})
	}
	if len(problems) > 0 {
		return o, problems, nil
	}
	n.Email = email
	proven := c.Verified && strings.EqualFold(email, c.Email)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountByEmailForUpdate(ctx, sqlc.AccountByEmailForUpdateParams{Kind: person, EmailIndex: d.index(person, email)})
		if err != nil && fault.Of(err) != fault.NotFound {
			return err
		}
		if err != nil {
			a.ID = 0
		}
		if !proven {
			return d.joinLater(ctx, tx, a, c, n)
		}
		o, err = d.joinNow(ctx, tx, a, c, n)
		return err
	})
	return o, nil, err
}

// joinNow opens an account whose address the provider has proven. One that waits for its confirmation, or was left, is
// taken over by the owner of the address, and a password that somebody chose for it opens nothing any more.
func (d *Desk) joinNow(ctx context.Context, tx *store.Tx, a sqlc.Account, c openid.Claims, n Newcomer) (o Opened, err error) {
	switch {
	case a.ID == 0:
		if a.ID, err = d.found(ctx, tx, n, active); err != nil {
			return o, err
		}
	case a.State == unconfirmed || a.State == left:
		if err := d.takeOver(ctx, tx, a, n); err != nil {
			return o, err
		}
	case a.State == active:
		return o, fault.New(fault.Conflict, "openid.known_address")
	default:
		return o, fault.New(fault.Forbidden, "openid.closed")
	}
	identity, err := d.attach(ctx, tx, person, a.ID, c, true)
	if err != nil {
		return o, err
	}
	if err := note(ctx, tx, a.ID, person, logLink); err != nil {
		return o, err
	}
	return d.admitBy(ctx, tx, a.ID, identity, c)
}

func (d *Desk) takeOver(ctx context.Context, tx *store.Tx, a sqlc.Account, n Newcomer) error {
	if err := openAnew(ctx, tx, a.ID, 0); err != nil {
		return err
	}
	return accept(ctx, tx, a.ID, n.Terms)
}

// openAnew opens an account for who has proven its address. A password, links and other identities that somebody, perhaps
// a stranger, gave it while it was closed open nothing any more.
func openAnew(ctx context.Context, tx *store.Tx, id, identity int64) error {
	if err := tx.Q.AccountSetPassword(ctx, sqlc.AccountSetPasswordParams{ID: id, State: active, Now: &tx.Now}); err != nil {
		return err
	}
	for _, purpose := range []string{confirm, reset} {
		if err := tx.Q.TokenDropOthers(ctx, sqlc.TokenDropOthersParams{AccountID: id, Purpose: purpose}); err != nil {
			return err
		}
	}
	if err := tx.Q.SessionDropAll(ctx, &id); err != nil {
		return err
	}
	if err := dropFactors(ctx, tx, id); err != nil {
		return err
	}
	return tx.Q.IdentityDropOthers(ctx, sqlc.IdentityDropOthersParams{AccountID: id, ID: identity})
}

func (d *Desk) found(ctx context.Context, tx *store.Tx, n Newcomer, state string) (int64, error) {
	return d.create(ctx, tx, New{
		Kind: person, Profile: Profile{Email: n.Email, LastName: n.LastName, FirstNames: n.FirstNames}, Lang: n.Lang, Terms: n.Terms, state: state,
	})
}

// joinLater leaves the account closed until its address is proven, by the link of a mail and the same identity: nobody
// prepares an account for somebody else's address.
func (d *Desk) joinLater(ctx context.Context, tx *store.Tx, a sqlc.Account, c openid.Claims, n Newcomer) (err error) {
	template := mailConfirm
	switch {
	case a.ID == 0:
		if a.ID, err = d.found(ctx, tx, n, unconfirmed); err != nil {
			return err
		}
	case a.State == unconfirmed || a.State == left:
		if err := accept(ctx, tx, a.ID, n.Terms); err != nil {
			return err
		}
	default:
		return notify.QueueUnseen(ctx, tx, a.ID, mailExists)
	}
	if _, err := d.attach(ctx, tx, person, a.ID, c, false); err != nil {
		return err
	}
	if err := note(ctx, tx, a.ID, person, logRegister); err != nil {
		return err
	}
	return notify.QueueUnseen(ctx, tx, a.ID, template)
}

// ConfirmBy proves the address of a new account by the link of the mail, and by the identity that asked for the account; nothing
// that anybody prepared for it before counts after that. The link of another person's account is NotFound, as one that was used.
func (d *Desk) ConfirmBy(ctx context.Context, token string, c openid.Claims) (o Opened, err error) {
	defer fault.Wrap(&err, "account.ConfirmBy")
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		i, err := tx.Q.IdentityForUpdate(ctx, d.subject(person, c.Issuer, c.Subject))
		if fault.Of(err) == fault.NotFound {
			return errUsed
		}
		if err != nil {
			return err
		}
		id, err := use(ctx, tx, token, confirm)
		if err != nil {
			return err
		}
		if id != i.AccountID {
			return errUsed
		}
		a, err := tx.Q.AccountForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if a.State != unconfirmed && a.State != left {
			return errUsed
		}
		if err := openAnew(ctx, tx, id, i.ID); err != nil {
			return err
		}
		if _, err := d.attach(ctx, tx, person, id, c, true); err != nil {
			return err
		}
		if err := note(ctx, tx, id, person, logConfirm); err != nil {
			return err
		}
		o, err = d.admitBy(ctx, tx, id, i.ID, c)
		return err
	})
	return o, err
}

// EndSessions ends what a provider wants ended: the sessions opened under one of its own, or all that it opened for a
// person, from the next request on, on every server. The word is used up with that: what failed may be told again.
func (d *Desk) EndSessions(ctx context.Context, kind access.Kind, e openid.Ended) (err error) {
	defer fault.Wrap(&err, "account.EndSessions %s", kind)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.UseOnce(ctx, sqlc.UseOnceParams{Hash: e.Once, ExpiresAt: e.Until}); fault.Of(err) == fault.NotFound {
			return openid.Used()
		} else if err != nil {
			return err
		}
		if e.Session != "" {
			ended, err := tx.Q.SessionDropProvider(ctx, d.providerSession(e.Issuer, e.Session))
			for _, id := range ended {
				if id != nil && err == nil {
					err = note(ctx, tx, *id, string(kind), logProviderOut)
				}
			}
			return err
		}
		i, err := tx.Q.IdentityForUpdate(ctx, d.subject(string(kind), e.Issuer, e.Subject))
		if fault.Of(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.Q.SessionDropIdentity(ctx, &i.ID); err != nil {
			return err
		}
		return note(ctx, tx, i.AccountID, string(kind), logProviderOut)
	})
}

// Once tells whether a key is seen for the first time on any server; it is remembered until then and a day longer.
func (d *Desk) Once(ctx context.Context, key []byte, until time.Time) (_ bool, err error) {
	defer fault.Wrap(&err, "account.Once")
	first, err := d.Store.Q().UseOnce(ctx, sqlc.UseOnceParams{Hash: key, ExpiresAt: until})
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return first, err
}

// HasAccount tells whether an address has an account that is in use. It is to be told to the owner of the address alone.
func (d *Desk) HasAccount(ctx context.Context, kind access.Kind, email string) (_ bool, err error) {
	defer fault.Wrap(&err, "account.HasAccount %s", kind)
	a, err := d.Store.Q().AccountByEmail(ctx, sqlc.AccountByEmailParams{Kind: string(kind), EmailIndex: d.index(string(kind), email)})
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return a.State == active, err
}
