package account

import (
	"context"
	"encoding/hex"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Sitting is a session as its person sees it.
type Sitting struct {
	ID          string // a hash: it opens nothing
	Began, Seen time.Time
	Provider    bool // a provider of identities opened it
	Here        bool // it is the one that asks
}

// Sittings lists the sessions that somebody has open, the latest in use first; here is the one that asks (ASVS 7.5.2).
func (d *Desk) Sittings(ctx context.Context, by access.Actor, here [32]byte) (_ []Sitting, err error) {
	defer fault.Wrap(&err, "account.Sittings %d", by.AccountID)
	rows, err := d.Store.Q().SessionsOf(ctx, sqlc.SessionsOfParams{AccountID: by.AccountID, Now: d.Store.Now()})
	out := make([]Sitting, len(rows))
	for i, r := range rows {
		out[i] = Sitting{hex.EncodeToString(r.TokenHash), r.CreatedAt, r.SeenAt, r.IdentityID != nil, [32]byte(r.TokenHash) == here}
	}
	return out, err
}

// EndSitting ends one of somebody's own sessions, from the next request on, on every server. NotFound: it has ended, or is not theirs.
func (d *Desk) EndSitting(ctx context.Context, by access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "account.EndSitting %d", by.AccountID)
	hash, err := hex.DecodeString(id)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.SessionEnd(ctx, sqlc.SessionEndParams{TokenHash: hash, AccountID: by.AccountID}); err != nil {
			return err
		}
		return note(ctx, tx, by.AccountID, string(by.Kind), logSignOut)
	})
}
