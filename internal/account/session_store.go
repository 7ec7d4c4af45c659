package account

import (
	"context"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// FindSession reads a session and its person in one round trip, and an agent's rights in a second, so that a right taken
// away or an account disabled counts from the next request on, on every server (ASVS 8.3.2, 7.4.2).
func (d *Desk) FindSession(ctx context.Context, hash [32]byte, now time.Time) (s Session, ok bool, err error) {
	defer fault.Wrap(&err, "account.FindSession")
	row, err := d.Store.Q().SessionFind(ctx, hash[:])
	if fault.Of(err) == fault.NotFound {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	s = Session{Hash: hash, Data: row.Data, Created: row.CreatedAt, Seen: row.SeenAt, Expires: row.ExpiresAt, Row: hash}
	if row.AccountID == nil {
		return s, true, nil
	}
	if row.IdentityID != nil {
		s.Via = Via{Identity: *row.IdentityID, Session: row.ProviderSession}
	}
	if *row.State != active {
		return Session{}, false, nil
	}
	var grants []string
	if *row.Kind == agent {
		if grants, err = d.Store.Q().GrantsInForce(ctx, sqlc.GrantsInForceParams{AccountID: *row.AccountID, Now: &now, ByProvider: row.IdentityID != nil}); err != nil {
			return s, false, err
		}
	}
	s.Actor, s.Lang = d.actor(*row.AccountID, *row.Kind, grants, now), text.Lang(*row.Lang)
	s.desk = d
	s.profile = place{kind: *row.Kind, index: row.EmailIndex, wrappedKey: row.WrappedKey, content: row.Sealed, wrappedBy: *row.WrappedBy}
	return s, true, nil
}

// Actor gives the person of an account with the rights of this moment, those of groups as well; nobody when the account may
// not act. It is for work that a session with these rights has begun.
func (d *Desk) Actor(ctx context.Context, id int64, now time.Time) (access.Actor, error) {
	return d.ActorIn(ctx, d.Store.Q(), id, now)
}

// ActorIn is Actor by the caller's queries: within a transaction no second connection is waited for.
func (d *Desk) ActorIn(ctx context.Context, q *sqlc.Queries, id int64, now time.Time) (access.Actor, error) {
	return d.actorOf(ctx, q, id, now, true)
}

// Entering is Actor for somebody who signs in now: what groups of a provider gave counts for who comes from there alone.
func (d *Desk) Entering(ctx context.Context, id int64, via Via, now time.Time) (access.Actor, error) {
	return d.actorOf(ctx, d.Store.Q(), id, now, via.Identity != 0)
}

func (d *Desk) actorOf(ctx context.Context, q *sqlc.Queries, id int64, now time.Time, byProvider bool) (_ access.Actor, err error) {
	defer fault.Wrap(&err, "account.Actor %d", id)
	row, err := q.AccountActor(ctx, id)
	if fault.Of(err) == fault.NotFound || err == nil && row.State != active {
		return access.Actor{}, nil
	}
	if err != nil {
		return access.Actor{}, err
	}
	var grants []string
	if row.Kind == agent {
		if grants, err = q.GrantsInForce(ctx, sqlc.GrantsInForceParams{AccountID: id, Now: &now, ByProvider: byProvider}); err != nil {
			return access.Actor{}, err
		}
	}
	return d.actor(row.ID, row.Kind, grants, now), nil
}

// actor reads the grants as the query writes them: procedure, role and team, joined by tabs; then, of an open break-glass, its
// id and the dossiers it names.
func (d *Desk) actor(id int64, kind string, grants []string, now time.Time) access.Actor {
	a := access.Actor{AccountID: id, Kind: access.Kind(kind), At: now}
	for _, line := range grants {
		part := strings.Split(line, "\t")
		if len(part) != 3 && len(part) != 5 {
			continue
		}
		g := access.Grant{Procedure: part[0], Role: part[1], Team: part[2]}
		if d.Roles != nil {
			g.Verbs, g.Hidden = d.Roles(g.Procedure, g.Role)
		}
		if len(part) == 5 {
			g.Verbs, g.Glass, g.Only = []access.Verb{access.Read}, part[3], numbers(part[4])
		}
		a.Grants = append(a.Grants, g)
	}
	return a
}

// numbers reads ids; never nil, which would stand for all there are.
func numbers(line string) []int64 {
	out := []int64{}
	for _, s := range strings.Fields(line) {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// SaveSession writes a session whole. One that was read and has ended meanwhile does not come back (ASVS 7.4.1): Unauthenticated
// when it was to go on under another token, and where the password that opens it was changed while it did.
func (d *Desk) SaveSession(ctx context.Context, s Session) (err error) {
	defer fault.Wrap(&err, "account.SaveSession")
	if s.Row == s.Hash {
		return d.Store.Q().SessionUpdate(ctx, sqlc.SessionUpdateParams{TokenHash: s.Hash[:], Data: s.Data, SeenAt: s.Seen, ExpiresAt: s.Expires})
	}
	row := sqlc.SessionSaveParams{TokenHash: s.Hash[:], Data: s.Data, CreatedAt: s.Created, SeenAt: s.Seen, ExpiresAt: s.Expires, Mark: s.Via.Mark}
	if s.Actor.AccountID != 0 {
		row.AccountID = &s.Actor.AccountID
	}
	if s.Via.Identity != 0 {
		row.IdentityID, row.ProviderSession = &s.Via.Identity, s.Via.Session
	}
	if s.Row != [32]byte{} {
		_, err = d.Store.Q().SessionRenew(ctx, sqlc.SessionRenewParams{TokenHash: s.Row[:], Next: s.Hash[:], Data: s.Data, SeenAt: s.Seen, ExpiresAt: s.Expires})
	} else {
		_, err = d.Store.Q().SessionSave(ctx, row)
	}
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.Unauthenticated, "")
	}
	return err
}

// TouchSession notes that a session is in use.
func (d *Desk) TouchSession(ctx context.Context, hash [32]byte, seen, expires time.Time) (err error) {
	defer fault.Wrap(&err, "account.TouchSession")
	return d.Store.Q().SessionTouch(ctx, sqlc.SessionTouchParams{TokenHash: hash[:], SeenAt: seen, ExpiresAt: expires})
}

// DropSession ends one session.
func (d *Desk) DropSession(ctx context.Context, hash [32]byte) (err error) {
	defer fault.Wrap(&err, "account.DropSession")
	return d.Store.Q().SessionDrop(ctx, hash[:])
}
