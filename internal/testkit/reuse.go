package testkit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// emptied are databases that tests have left as they found them once their rows were taken out: a fresh copy costs ten times
// as much. One whose schema, rights or seeded rows are not those of the template is dropped instead.
type emptied struct {
	mu     sync.Mutex
	names  []string
	fresh  string   // what shape tells of a fresh copy
	seeded []string // tables that a fresh copy has rows in
}

// take gives a database that a test is through with, "" when there is none.
func (e *emptied) take() (name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.names); n > 0 {
		name, e.names = e.names[n-1], e.names[:n-1]
	}
	return name
}

// meet learns from the first fresh copy what one looks like.
func (e *emptied) meet(ctx context.Context, dsn string) (err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fresh != "" {
		return nil
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if e.seeded, err = writtenTables(ctx, conn); err != nil {
		return err
	}
	e.fresh, err = e.shape(ctx, conn)
	return err
}

// put empties a database and keeps it for another test; false when it is not as it was made.
func (e *emptied) put(ctx context.Context, dsn, name string) (kept bool, err error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if alone, err := left(ctx, conn); err != nil || !alone {
		return false, err
	}
	if shape, err := e.shape(ctx, conn); err != nil || shape != e.fresh {
		return false, err
	}
	if err := e.empty(ctx, conn); err != nil {
		return false, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.names = append(e.names, name)
	return true, nil
}

// left waits a little for those who were connected to a database, and have hung up; false when somebody stays.
func left(ctx context.Context, conn *pgx.Conn) (bool, error) {
	for range 40 {
		var others int
		err := conn.QueryRow(ctx, "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'").Scan(&others)
		if err != nil || others == 0 {
			return err == nil, err
		}
		time.Sleep(25 * time.Millisecond)
	}
	return false, nil
}

// shape is a digest of all that a test must leave alone: what is defined, who may do what, and the rows of a fresh copy.
func (e *emptied) shape(ctx context.Context, conn *pgx.Conn) (digest string, err error) {
	const defined = `select md5(concat_ws(',',
		(select string_agg(concat(oid, relname, relkind, relacl), ',' order by oid) from pg_class where relpersistence <> 't'),
		(select concat(count(*), max(xmin::text::bigint)) from pg_attribute),
		(select concat(count(*), max(xmin::text::bigint)) from pg_constraint),
		(select concat(count(*), max(xmin::text::bigint)) from pg_trigger),
		(select concat(count(*), max(xmin::text::bigint)) from pg_proc),
		(select concat(count(*), max(xmin::text::bigint)) from pg_namespace),
		(select concat(count(*), max(xmin::text::bigint)) from pg_default_acl)`
	rows := ""
	for _, table := range e.seeded {
		rows += ", (select md5(string_agg(t::text, ',' order by t::text)) from " + table + " t)"
	}
	err = conn.QueryRow(ctx, defined+rows+"))").Scan(&digest)
	return digest, err
}

// empty takes out all rows but the seeded, whatever forbids it, and lets sequences begin anew.
func (e *emptied) empty(ctx context.Context, conn *pgx.Conn) error {
	tables, err := writtenTables(ctx, conn)
	if err != nil {
		return err
	}
	var clear, names []string
	for _, table := range tables {
		if !slices.Contains(e.seeded, table) {
			clear, names = append(clear, "delete from "+table), append(names, table)
		}
	}
	const begin = "select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences where last_value is not null" // a fresh copy has none
	if _, err := conn.Exec(ctx, "set session_replication_role = replica; "+strings.Join(append(clear, begin), "; ")); err != nil || len(names) == 0 {
		return err
	}
	_, err = conn.Exec(ctx, "vacuum (truncate true) "+strings.Join(names, ", "))
	return err
}

// writtenTables are the tables that have, or had, a row.
func writtenTables(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, `select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and pg_relation_size(c.oid) > 0 order by 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
