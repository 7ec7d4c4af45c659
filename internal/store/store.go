// Package store opens the database, brings its schema up to date, and runs transactions that carry their time.
package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// Store is a pool of connections and the clock that transactions take their time from.
type Store struct {
	pool  *pgxpool.Pool
	purge *pgxpool.Pool // signs in as the role that may erase; pool itself where there is no such role
	now   func() time.Time
}

// connections of one server, where DATABASE_URL does not say pool_max_conns: the driver's default of one for each core would
// leave them waiting for the disk.
const connections = 32

// Open connects to dsn (PostgreSQL 15 or later) and checks that the server answers.
func Open(ctx context.Context, dsn string, now func() time.Time) (_ *Store, err error) {
	defer fault.Wrap(&err, "store.Open")
	cfg, err := config(dsn)
	if err != nil {
		return nil, fault.From(fault.Invalid, "config.database_url", errors.New("DATABASE_URL cannot be parsed"))
	}
	if !strings.Contains(dsn, "pool_max_conns") {
		cfg.MaxConns = connections
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, classify(err)
	}
	return &Store{pool: pool, purge: pool, now: now}, nil
}

// PurgeBy has what is due erased by the role of another address; nothing is connected before it is needed.
func (s *Store) PurgeBy(ctx context.Context, dsn string) (err error) {
	defer fault.Wrap(&err, "store.PurgeBy")
	cfg, err := config(dsn)
	if err != nil {
		return fault.From(fault.Invalid, "config.database_purge", errors.New("GUICHET_DATABASE_PURGE cannot be parsed"))
	}
	cfg.MaxConns, cfg.MinConns, cfg.MinIdleConns = purgers, 0, 0
	s.purge, err = pgxpool.NewWithConfig(ctx, cfg)
	return err
}

// purgers are the connections that erase: the run, and what follows a dossier that was thrown away.
const purgers = 4

func config(dsn string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "guichet"
	return cfg, nil
}

// Close ends all connections.
func (s *Store) Close() {
	if s.purge != s.pool {
		s.purge.Close()
	}
	s.pool.Close()
}

// Pool gives the connections to the job queue, which needs listeners of its own.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Now is the clock's time, in UTC, to the microsecond that PostgreSQL keeps.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Q reads outside a transaction.
func (s *Store) Q() *sqlc.Queries { return sqlc.New(edge{s.pool}) }

// Read asks for rows by a statement that is put together of constants, where one sqlc query would serve many shapes badly.
func (s *Store) Read(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return edge{s.pool}.Query(ctx, sql, args...)
}

// Ping tells whether the database answers, for the health page.
func (s *Store) Ping(ctx context.Context) error { return classify(s.pool.Ping(ctx)) }

// InTx runs fn in one transaction and one durable commit; an error or a panic rolls everything back.
func (s *Store) InTx(ctx context.Context, fn func(tx *Tx) error) error {
	return s.in(ctx, s.pool, &Tx{Now: s.Now()}, fn)
}

// InPurge is InTx by the role that may erase lines of journals and empty what names a person in them. For what is due alone:
// what people do goes by the other, which cannot (design, decision 12).
func (s *Store) InPurge(ctx context.Context, fn func(tx *Tx) error) error {
	return s.in(ctx, s.purge, &Tx{Now: s.Now(), Purging: true}, fn)
}

func (s *Store) in(ctx context.Context, pool *pgxpool.Pool, tx *Tx, fn func(tx *Tx) error) (err error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return classify(err)
	}
	tx.conn = conn.Conn()
	tx.Q = sqlc.New(tx)
	done := false
	defer func() {
		if !done {
			tx.rollback()
		}
		conn.Release()
	}()
	if err = fn(tx); err != nil {
		return classify(err)
	}
	if err = tx.commit(ctx); err != nil {
		return classify(err)
	}
	done = true
	return nil
}

// classify gives a driver's error its kind, so that a stopped database or a deadlock is a 503 and a double a conflict.
// A PostgreSQL error is reduced to its code and constraint: its detail could quote a row.
func classify(err error) error {
	if err == nil || fault.Of(err) != fault.Internal {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.From(fault.NotFound, "", err)
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		safe := fmt.Errorf("postgres %s %s %s", pg.Code, pg.ConstraintName, pg.TableName)
		switch {
		case pg.Code == "23505":
			return fault.From(fault.Conflict, "", safe)
		case pg.Code == "22021", pg.Code == "22P05": // a NUL, or bytes that are no text: nothing that is kept is named so
			return fault.From(fault.NotFound, "", safe)
		case pg.Code == "40001", pg.Code == "40P01", pg.Code == "55P03": // others were in the way: the same again succeeds
			return fault.From(fault.Unavailable, "", safe)
		case pg.Code[:2] == "57", pg.Code[:2] == "53", pg.Code[:2] == "08":
			return fault.From(fault.Unavailable, "", safe)
		}
		return safe
	}
	var network net.Error
	var refused *pgconn.ConnectError
	if errors.As(err, &refused) || errors.As(err, &network) || pgconn.SafeToRetry(err) || errors.Is(err, net.ErrClosed) || isBroken(err) {
		return fault.From(fault.Unavailable, "", errors.New("database unreachable"))
	}
	return err
}

func isBroken(err error) bool {
	return errors.Is(err, fs.ErrClosed) || pgconn.Timeout(err) || err.Error() == "conn closed" || errors.Is(err, errEOF)
}
