package store

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// Along lets a reading of one row travel with the next row that is asked for under the context it gives, outside a transaction:
// both in one round trip, that row's answer first. A page knows from its address what it will read once it knows who asks. If
// nothing is asked, read is never called; what it reads was not looked at by any right, so whoever uses it asks for that.
func Along(ctx context.Context, read func(*sqlc.Queries) error) context.Context {
	return context.WithValue(ctx, alongKey{}, &passenger{read: read})
}

type alongKey struct{}

// passenger is what travels with another question, once.
type passenger struct {
	read  func(*sqlc.Queries) error
	taken atomic.Bool
}

// takePassenger gives what waits for a question to travel with, nil when nothing does.
func takePassenger(ctx context.Context) *passenger {
	if p, _ := ctx.Value(alongKey{}).(*passenger); p != nil && p.taken.CompareAndSwap(false, true) {
		return p
	}
	return nil
}

// carrier is a question that takes a passenger along, and the place where that asks its own.
type carrier struct {
	pool  *pgxpool.Pool
	sql   string
	args  []any
	with  *passenger
	ctx   context.Context //nolint:containedctx // of the one question, as in the rows of the driver
	dest  []any
	asked bool
	err   error // of the question itself
}

// Scan lets the passenger ask, which sends both questions, and gives the answer to the first.
func (c *carrier) Scan(dest ...any) error {
	c.dest = dest
	_ = c.with.read(sqlc.New(c)) // whoever wants what it read knows how it ended
	if !c.asked {
		return c.pool.QueryRow(c.ctx, c.sql, c.args...).Scan(dest...)
	}
	return c.err
}

// QueryRow is the passenger's question.
func (c *carrier) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	return second{c, sql, args}
}

// Query is refused: a passenger asks for one row.
func (*carrier) Query(context.Context, string, ...any) (pgx.Rows, error) {
	return nil, fault.New(fault.Internal, "")
}

// Exec is refused: a passenger reads.
func (*carrier) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, fault.New(fault.Internal, "")
}

type second struct {
	*carrier
	sql  string
	args []any
}

func (s second) Scan(dest ...any) error {
	if s.asked {
		return fault.New(fault.Internal, "") // one question alone
	}
	s.asked = true
	b := &pgx.Batch{}
	b.Queue(s.carrier.sql, s.carrier.args...)
	b.Queue(s.sql, s.args...)
	answers := s.pool.SendBatch(s.ctx, b)
	s.err = answers.QueryRow().Scan(s.dest...)
	err := answers.QueryRow().Scan(dest...)
	_ = answers.Close() // tells again what the two have told
	return classify(err)
}
