package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// PGX lends the transaction to a library that wants pgx's own type (the job queue). It can neither end it nor nest in it.
func (tx *Tx) PGX() pgx.Tx { return lent{tx} }

type lent struct{ tx *Tx }

var errLent = errors.New("a lent transaction is ended by who opened it")

func (l lent) Begin(context.Context) (pgx.Tx, error) { return nil, errLent }
func (l lent) Commit(context.Context) error          { return errLent }
func (l lent) Rollback(context.Context) error        { return errLent }
func (l lent) Conn() *pgx.Conn                       { return l.tx.conn }
func (l lent) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }

func (l lent) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, src pgx.CopyFromSource) (int64, error) {
	if err := l.tx.Flush(ctx); err != nil {
		return 0, err
	}
	return l.tx.conn.CopyFrom(ctx, table, columns, src)
}

func (l lent) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := l.tx.Flush(ctx); err != nil {
		return failed{err}
	}
	return l.tx.conn.SendBatch(ctx, b)
}

func (l lent) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	if err := l.tx.Flush(ctx); err != nil {
		return nil, err
	}
	return l.tx.conn.Prepare(ctx, name, sql)
}

func (l lent) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := l.tx.Flush(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return l.tx.conn.Exec(ctx, sql, args...)
}

func (l lent) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return l.tx.Query(ctx, sql, args...)
}

func (l lent) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return l.tx.QueryRow(ctx, sql, args...)
}

type failed struct{ err error }

func (f failed) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, f.err }
func (f failed) Query() (pgx.Rows, error)         { return nil, f.err }
func (f failed) QueryRow() pgx.Row                { return oneRow{err: f.err} }
func (f failed) Close() error                     { return f.err }

func (f failed) Tx() pgx.Tx { return nil }
