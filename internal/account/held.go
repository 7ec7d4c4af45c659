package account

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// HeldSession is a session of an account, as its person is told of it: never the token.
type HeldSession struct {
	Began, Seen, Ends time.Time
	ByProvider        bool // opened by a provider of identities
}

// Sessions lists what is signed in under an account, newest first; most 0: all (RP-154).
func (d *Desk) Sessions(ctx context.Context, id int64, most int32) (_ []HeldSession, err error) {
	defer fault.Wrap(&err, "account.Sessions %d", id)
	rows, err := d.Store.Q().HeldSessions(ctx, sqlc.HeldSessionsParams{AccountID: id, Most: most})
	out := make([]HeldSession, len(rows))
	for i, r := range rows {
		out[i] = HeldSession{r.CreatedAt, r.SeenAt, r.ExpiresAt, r.ByProvider}
	}
	return out, err
}

// HeldTerms is what somebody agreed to with their account.
type HeldTerms struct {
	Notice, Text string
	At           time.Time
	Withdrawn    *time.Time
}

// Terms lists what was agreed to with an account, newest first (RP-154).
func (d *Desk) Terms(ctx context.Context, id int64) (_ []HeldTerms, err error) {
	defer fault.Wrap(&err, "account.Terms %d", id)
	rows, err := d.Store.Q().HeldTerms(ctx, &id)
	out := make([]HeldTerms, len(rows))
	for i, r := range rows {
		out[i] = HeldTerms(r)
	}
	return out, err
}
