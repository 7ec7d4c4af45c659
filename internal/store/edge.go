package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// edge classifies the pool's errors, as Tx does its own.
type edge struct{ pool *pgxpool.Pool }

func (e edge) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	tag, err := e.pool.Exec(ctx, sql, args...)
	return tag, classify(err)
}

func (e edge) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := e.pool.Query(ctx, sql, args...)
	return edgeRows{rows}, classify(err)
}

// edgeRows classifies too what goes wrong only when the rows are read.
type edgeRows struct{ pgx.Rows }

func (r edgeRows) Err() error { return classify(r.Rows.Err()) }

func (e edge) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if p := takePassenger(ctx); p != nil {
		return edgeRow{&carrier{pool: e.pool, sql: sql, args: args, with: p, ctx: ctx}}
	}
	return edgeRow{e.pool.QueryRow(ctx, sql, args...)}
}

type edgeRow struct{ row pgx.Row }

func (r edgeRow) Scan(dest ...any) error { return classify(r.row.Scan(dest...)) }
