package store

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"guichet/internal/store/sqlc"
)

var errEOF = io.ErrUnexpectedEOF

// Tx is one transaction. Its time is fixed, so that every row of one act bears the same instant.
//
// BEGIN and every Exec are held back and travel with the next read, or with COMMIT: a step save is two
// round trips. So an Exec reports its failure at the next read or at the commit, and never a row count;
// a statement whose hit matters must return a row (`update … returning`).
type Tx struct {
	Now time.Time
	Q   *sqlc.Queries
	// Purging: by the role that may erase what names a person in journals, and their old lines.
	Purging bool

	conn *pgx.Conn
	held []statement
	open bool // BEGIN has been sent
}

type statement struct {
	sql  string
	args []any
}

// Exec holds the statement back; see Tx.
func (tx *Tx) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	tx.held = append(tx.held, statement{sql, args})
	return pgconn.CommandTag{}, nil
}

// Query sends what was held back, and reads.
func (tx *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	b := tx.batch()
	b.Queue(sql, args...)
	res := tx.conn.SendBatch(ctx, b)
	if err := skip(res, b.Len()-1); err != nil {
		return nil, err
	}
	rows, err := res.Query()
	if err != nil {
		_ = res.Close()
		return nil, classify(err)
	}
	return &batchRows{Rows: rows, res: res}, nil
}

// QueryRow sends what was held back, and reads one row.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, err := tx.Query(ctx, sql, args...)
	return oneRow{rows, err}
}

// Flush sends what was held back now, for work that uses the connection directly.
func (tx *Tx) Flush(ctx context.Context) error {
	b := tx.batch()
	if b.Len() == 0 {
		return nil
	}
	return classify(tx.conn.SendBatch(ctx, b).Close())
}

func (tx *Tx) batch() *pgx.Batch {
	b := &pgx.Batch{}
	if !tx.open {
		b.Queue("begin")
		tx.open = true
	}
	for _, s := range tx.held {
		b.Queue(s.sql, s.args...)
	}
	tx.held = tx.held[:0]
	return b
}

func (tx *Tx) commit(ctx context.Context) error {
	if !tx.open && len(tx.held) == 0 {
		return nil
	}
	b := tx.batch()
	n := b.Len()
	b.Queue("commit")
	res := tx.conn.SendBatch(ctx, b)
	if err := skip(res, n); err != nil {
		return err
	}
	tag, err := res.Exec()
	if cerr := res.Close(); err == nil {
		err = cerr
	}
	if err == nil && tag.String() != "COMMIT" { // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK
		err = errors.New("transaction was rolled back")
	}
	return err
}

// rollback uses a time of its own: the request's may be over.
func (tx *Tx) rollback() {
	if !tx.open || tx.conn.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, "rollback"); err != nil {
		_ = tx.conn.Close(ctx)
	}
}

func skip(res pgx.BatchResults, n int) error {
	for range n {
		if _, err := res.Exec(); err != nil {
			_ = res.Close()
			return classify(err)
		}
	}
	return nil
}

// batchRows ends the batch with its rows.
type batchRows struct {
	pgx.Rows
	res    pgx.BatchResults
	closed bool
	err    error
}

func (r *batchRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *batchRows) Close() {
	if r.closed {
		return
	}
	r.closed = true
	r.Rows.Close()
	r.err = r.res.Close()
}

func (r *batchRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return classify(err)
	}
	return classify(r.err)
}

type oneRow struct {
	rows pgx.Rows
	err  error
}

func (r oneRow) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		r.rows.Close()
		if err := r.rows.Err(); err != nil {
			return err
		}
		return classify(pgx.ErrNoRows)
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
