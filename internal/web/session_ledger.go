package web

import (
	"context"
	"errors"
	"time"

	"guichet/internal/account"
	"guichet/internal/fault"
)

// ledger puts Sessions under the session library. The visit in ctx tells who it is and what time it is;
// the library's own clock decides nothing.
type ledger struct{ d *Door }

func (l ledger) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v := visitIn(ctx)
	s, ok, err := l.find(ctx, token, v.Now)
	if err != nil || !ok {
		return nil, false, err
	}
	if !v.Now.Before(s.Expires) {
		if string(s.Actor.Kind) == l.d.kind {
			v.Lapsed = s.Actor.AccountID
		}
		return nil, false, nil
	}
	if s.Actor.AccountID != 0 && string(s.Actor.Kind) != l.d.kind {
		return nil, false, nil // a session of another door
	}
	v.held.known, v.held.created, v.held.account, v.held.lang = s, s.Created, s.Actor.AccountID, s.Lang
	v.held.via, v.held.row = s.Via, s.Hash
	v.Actor = s.Actor
	if v.SignedIn() {
		v.Log("account", v.Actor.AccountID)
	}
	return s.Data, true, nil
}

// find reads a session in turn: what is found by its key takes the database no longer than the way there, and many connections
// at once only take its processors from each other.
func (l ledger) find(ctx context.Context, token string, now time.Time) (account.Session, bool, error) {
	leave, err := l.d.site.finding.Take(ctx)
	if err != nil {
		return account.Session{}, false, err
	}
	defer leave()
	return l.d.site.cfg.Sessions.FindSession(ctx, hashToken(token), now)
}

func (l ledger) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	v := visitIn(ctx)
	if v.held.created.IsZero() {
		v.held.created = v.Now
	}
	s := account.Session{Hash: hashToken(token), Data: data, Created: v.held.created, Seen: v.Now, Expires: l.d.expiry(v.held.created, v.Now)}
	s.Actor.AccountID, s.Via, s.Row = v.held.account, v.held.via, v.held.row
	err := l.d.site.cfg.Sessions.SaveSession(ctx, s)
	if err == nil {
		v.held.row = s.Hash
	}
	if fault.Of(err) == fault.Unauthenticated {
		v.ended()
	}
	return err
}

func (l ledger) DeleteCtx(ctx context.Context, token string) error {
	v := visitIn(ctx)
	if v.held.renewing {
		return nil
	}
	v.held.row = [32]byte{}
	return l.d.site.cfg.Sessions.DropSession(ctx, hashToken(token))
}

var errContext = errors.New("sessions are read with a context")

// Find, Commit and Delete complete the library's interface; it never calls them when the Ctx ones exist.
func (ledger) Find(string) ([]byte, bool, error)      { return nil, false, errContext }
func (ledger) Commit(string, []byte, time.Time) error { return errContext }
func (ledger) Delete(string) error                    { return errContext }
