package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/openid"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Via is how a session was opened by a provider of identities; zero for one opened here.
type Via struct {
	Identity int64
	Session  []byte // keyed index of the provider's own session, nil when it names none
	Hint     string // sealed: what signs out at the provider
	Mark     string // of the password that opened it, "" for none: see [Arrival]
	Second   string // the second proof that was given here: TOTP, Passkey or Recovery; "" for none
	Invited  bool   // a moment ago by a link, whose bearer makes the second proof that the door wants
}

// Opened is an account that a provider's word has opened; Account 0 when it is of somebody who is not known here yet.
type Opened struct {
	Account int64
	Via     Via
}

// Identity is a provider's name for the person of an account.
type Identity struct {
	ID           int64
	Issuer       string
	Linked, Seen time.Time // Seen is zero before the first sign-in
}

// subject is the index an identity is found by: a name counts for its issuer and its door alone (ASVS 6.8.1).
func (d *Desk) subject(kind, issuer, subject string) []byte {
	return d.Keys.Index("identity/"+kind, issuer+"\n"+subject)
}

// Recognise opens the account of somebody a provider has vouched for. An agent's rights become those of the groups, and an
// agent whom nobody here knows gets an account; a person is asked first, see [Desk.Join] and [Desk.Link]. Forbidden:
// "openid.closed" (the account may not be used), "openid.no_group" (no group gives any right).
func (d *Desk) Recognise(ctx context.Context, kind access.Kind, lang text.Lang, c openid.Claims) (o Opened, err error) {
	defer fault.Wrap(&err, "account.Recognise %s", kind)
	var refused error // told after what it took away is written
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		i, err := tx.Q.IdentityBySubject(ctx, d.subject(string(kind), c.Issuer, c.Subject))
		if err != nil && fault.Of(err) != fault.NotFound {
			return err
		}
		known := err == nil && i.Proven
		if kind == access.Agent && len(d.rightsBy(c.Groups)) == 0 {
			refused = fault.New(fault.Forbidden, "openid.no_group")
			if !known {
				return nil
			}
			return d.leaveGroups(ctx, tx, i)
		}
		if !known {
			o, err = d.hire(ctx, tx, kind, lang, c)
			return err
		}
		if o, err = d.admitBy(ctx, tx, i.AccountID, i.ID, c); fault.Of(err) == fault.Forbidden {
			refused = err
			return nil
		}
		return err
	})
	if err == nil && refused != nil {
		return Opened{}, refused
	}
	return o, err
}

// Named is the account that a provider's word opens, 0 for none; nothing is written.
func (d *Desk) Named(ctx context.Context, kind access.Kind, c openid.Claims) (_ int64, err error) {
	defer fault.Wrap(&err, "account.Named %s", kind)
	i, err := d.Store.Q().IdentityBySubject(ctx, d.subject(string(kind), c.Issuer, c.Subject))
	if fault.Of(err) == fault.NotFound || err == nil && (!i.Proven || i.State != active) {
		return 0, nil
	}
	return i.AccountID, err
}

// admitBy lets the person of an identity in, as [Desk.admit] does after a password.
func (d *Desk) admitBy(ctx context.Context, tx *store.Tx, id, identity int64, c openid.Claims) (o Opened, err error) {
	a, err := tx.Q.AccountForUpdate(ctx, id)
	if err != nil {
		return o, err
	}
	if a.State != active {
		return o, fault.New(fault.Forbidden, "openid.closed")
	}
	if a.Kind == agent {
		if err := d.followGroups(ctx, tx, id, c.Groups); err != nil {
			return o, err
		}
	}
	if err := tx.Q.IdentitySeen(ctx, sqlc.IdentitySeenParams{ID: identity, Now: &tx.Now}); err != nil {
		return o, err
	}
	if err := d.admit(ctx, tx, a); err != nil {
		return o, err
	}
	o = Opened{Account: id, Via: Via{Identity: identity, Session: d.providerSession(c.Issuer, c.Session)}}
	o.Via.Hint, err = d.sealed(hintPurpose, c.Hint)
	return o, err
}

func (d *Desk) providerSession(issuer, sid string) []byte {
	if sid == "" {
		return nil
	}
	return d.Keys.Index("provider session", issuer+"\n"+sid)
}

// LinkFresh is how long a proof of who somebody is serves for what a thief of their session would like to do; after that it is
// asked again.
const LinkFresh = 5 * time.Minute

// Link makes an identity open the account of whoever is signed in, and tells its owner (ASVS 6.3.7). Unless proven, a sign-in
// by password a moment ago, it wants the password (ASVS 7.5.1). Conflict "openid.taken": it opens another account already;
// "openid.one": another one of this provider opens this account, or no password does.
func (d *Desk) Link(ctx context.Context, by access.Actor, c openid.Claims, proven bool, password string) (o Opened, _ *Problem, err error) {
	defer fault.Wrap(&err, "account.Link %d", by.AccountID)
	kind := string(by.Kind)
	a, err := d.Store.Q().AccountByID(ctx, by.AccountID)
	if err != nil {
		return o, nil, err
	}
	if a.PasswordHash == nil {
		return o, nil, fault.New(fault.Conflict, "openid.one")
	}
	if !proven {
		p, err := d.prove(ctx, kind, a.EmailIndex, password)
		if err != nil || p.problem != nil {
			return o, p.problem, err
		}
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := d.onlyOne(ctx, tx, by.AccountID, c); err != nil {
			return err
		}
		id, err := d.attach(ctx, tx, kind, by.AccountID, c, true)
		if err != nil {
			return err
		}
		if err := note(ctx, tx, by.AccountID, kind, logLink); err != nil {
			return err
		}
		mail := mailLinkAdded
		if by.Kind == access.Agent { // a mailbox alone takes nothing from an agent
			mail = mailLinked
		}
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: by.AccountID, Template: mail}); err != nil {
			return err
		}
		o, err = d.admitBy(ctx, tx, by.AccountID, id, c)
		return err
	})
	return o, nil, err
}

// onlyOne refuses a second identity of one provider: its owner would see and take back but one.
func (d *Desk) onlyOne(ctx context.Context, tx *store.Tx, id int64, c openid.Claims) error {
	if _, err := tx.Q.AccountForUpdate(ctx, id); err != nil { // two at once queue here
		return err
	}
	all, err := tx.Q.IdentitiesOf(ctx, id)
	for _, i := range all {
		if i.Issuer == c.Issuer {
			return fault.New(fault.Conflict, "openid.one")
		}
	}
	return err
}

// attach writes the identity of an account. One that is proven for an account is nobody else's.
func (d *Desk) attach(ctx context.Context, tx *store.Tx, kind string, id int64, c openid.Claims, proven bool) (int64, error) {
	key := d.subject(kind, c.Issuer, c.Subject)
	old, err := tx.Q.IdentityForUpdate(ctx, key)
	if err != nil && fault.Of(err) != fault.NotFound {
		return 0, err
	}
	if err == nil && old.Proven && old.AccountID == id {
		return old.ID, nil
	}
	row, err := tx.Q.IdentityPut(ctx, sqlc.IdentityPutParams{AccountID: id, Subject: key, Issuer: c.Issuer, Proven: proven, Now: tx.Now})
	if fault.Of(err) == fault.NotFound {
		return 0, fault.New(fault.Conflict, "openid.taken")
	}
	return row, err
}

// Unlink takes a way to sign in away from whoever is signed in, and ends the sessions it opened. Conflict
// "openid.only_way": there is no password beside it.
func (d *Desk) Unlink(ctx context.Context, by access.Actor, identity int64) (err error) {
	defer fault.Wrap(&err, "account.Unlink %d", by.AccountID)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		a, err := tx.Q.AccountForUpdate(ctx, by.AccountID)
		if err != nil {
			return err
		}
		if a.PasswordHash == nil {
			return fault.New(fault.Conflict, "openid.only_way")
		}
		if _, err := tx.Q.IdentityDrop(ctx, sqlc.IdentityDropParams{ID: identity, AccountID: a.ID}); err != nil {
			return err
		}
		if err := note(ctx, tx, a.ID, a.Kind, logUnlink); err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mailUnlinked})
		return err
	})
}

// Identities lists the providers that open an account, and tells whether a password does.
func (d *Desk) Identities(ctx context.Context, id int64) (_ []Identity, password bool, err error) {
	defer fault.Wrap(&err, "account.Identities %d", id)
	a, err := d.Store.Q().AccountByID(ctx, id)
	if err != nil {
		return nil, false, err
	}
	rows, err := d.Store.Q().IdentitiesOf(ctx, id)
	if err != nil {
		return nil, false, err
	}
	out := make([]Identity, len(rows))
	for i, r := range rows {
		out[i] = Identity{ID: r.ID, Issuer: r.Issuer, Linked: r.LinkedAt}
		if r.SeenAt != nil {
			out[i].Seen = *r.SeenAt
		}
	}
	return out, a.PasswordHash != nil, nil
}

const (
	hintPurpose    = "openid hint"
	pendingPurpose = "openid pending"
	pendingLife    = 15 * time.Minute // to say who one is here
)

func (d *Desk) sealed(purpose, words string) (string, error) {
	if words == "" {
		return "", nil
	}
	b, err := d.Keys.SealFor(0, purpose, []byte(words))
	return base64.RawURLEncoding.EncodeToString(b), err
}

func (d *Desk) opened(purpose, words string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(words)
	if err != nil || words == "" {
		return "", err
	}
	b, err = d.Keys.OpenFor(0, purpose, b)
	return string(b), err
}

// Hint opens what a session keeps to sign out at the provider, "" when there is none.
func (d *Desk) Hint(sealed string) (_ string, err error) {
	defer fault.Wrap(&err, "account.Hint")
	return d.opened(hintPurpose, sealed)
}

// KeepPending seals what a provider said of somebody, for the session, until they have said who they are here.
func (d *Desk) KeepPending(c openid.Claims) (_ string, err error) {
	defer fault.Wrap(&err, "account.KeepPending")
	raw, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return d.sealed(pendingPurpose, string(raw))
}

// Pending opens what KeepPending sealed; ok is false when there is none, or it is too old.
func (d *Desk) Pending(sealed string) (c openid.Claims, ok bool, err error) {
	defer fault.Wrap(&err, "account.Pending")
	raw, err := d.opened(pendingPurpose, sealed)
	if err != nil || raw == "" {
		return c, false, err
	}
	err = json.Unmarshal([]byte(raw), &c)
	return c, err == nil && d.Store.Now().Sub(c.At) <= pendingLife, err
}
