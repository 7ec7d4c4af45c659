package demo

import (
	"context"
	"net/url"
	"time"

	"guichet/internal/store"
)

// clock stands still until it is set: one worker's time.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// open connects again, with a clock of its own. Commits do not wait for the disk: an interrupted load begins anew.
func (l *Loader) open(ctx context.Context, c *clock) (*store.Store, error) {
	dsn, err := url.Parse(l.Office.Store.Pool().Config().ConnString())
	if err != nil {
		return nil, err
	}
	q := dsn.Query()
	q.Set("synchronous_commit", "off")
	q.Set("pool_max_conns", "2")
	dsn.RawQuery = q.Encode()
	return store.Open(ctx, dsn.String(), c.now)
}
