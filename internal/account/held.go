package account

import (
	"context"
	"time"

	"guichet/internal/fault"
)

// HeldSession is a session of an account, as its person is told of it: never the token.
type HeldSession struct {
	Began, Seen, Ends time.Time
	ByProvider        bool // opened by a provider of identities
}

// Sessions lists what is signed in under an account, newest first (RP-154).
func (d *Desk) Sessions(ctx context.Context, id int64) (_ []HeldSession, err error) {
	defer fault.Wrap(&err, "account.Sessions %d", id)
	rows, err := d.Store.Q().HeldSessions(ctx, id)
	out := make([]HeldSession, len(rows))
	for i, r := range rows {
		out[i] = HeldSession{r.CreatedAt, r.SeenAt, r.ExpiresAt, r.ByProvider}
	}
	return out, err
}
