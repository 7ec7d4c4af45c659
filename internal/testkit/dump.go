package testkit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/store"
)

// Dump is all that the database holds, as text: what a copy of it would show. Binary columns are shown byte by byte, so
// that words in the clear are found in them too.
func Dump(t testing.TB, s *store.Store) string {
	t.Helper()
	ctx := t.Context()
	rows, err := s.Pool().Query(ctx, `select format('%I.%I', table_schema, table_name) from information_schema.tables
		where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, table := range tables {
		rows, err := s.Pool().Query(ctx, "select * from "+table)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				fmt.Fprintf(&out, "%v\t", v)
			}
			out.WriteString("\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}
