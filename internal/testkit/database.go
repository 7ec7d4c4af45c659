package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/localdb"
	"guichet/internal/store"
)

// running is the cluster of this test process, started by the first test that needs one.
// It ends with the process.
var running = sync.OnceValues(startCluster)

// DB is a database of t's own, migrated, with nothing in it. It goes at the end of t; if
// t failed it stays until the next run, and t's log says where.
//
// Without PostgreSQL t is skipped, and fails where CI is set.
func DB(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// Store is a database opened as the product opens it, by the role that serves, which may not rewrite journals; with now as its
// clock.
func Store(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	owner := DSN(t)
	s, err := store.Open(t.Context(), as(localdb.App, owner), now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PurgeBy(t.Context(), as(localdb.Purge, owner)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// OwnerDSN is the address of a store's database for the role that may do everything to it.
func OwnerDSN(s *store.Store) string { return as(localdb.Role, s.Pool().Config().ConnString()) }

// Owner is a store's database as its owner sees it: for a test that does what the product cannot.
func Owner(t testing.TB, s *store.Store) *pgxpool.Pool {
	t.Helper()
	if pool, ok := owners.Load(s); ok {
		return pool.(*pgxpool.Pool)
	}
	pool, err := pgxpool.New(t.Context(), OwnerDSN(s))
	if err != nil {
		t.Fatal(err)
	}
	owners.Store(s, pool)
	t.Cleanup(func() {
		owners.Delete(s)
		pool.Close()
	})
	return pool
}

var owners sync.Map // of the stores whose tests asked

var user = regexp.MustCompile(`\buser=[a-z_]+`)

// as is the address for another role.
func as(role, dsn string) string { return user.ReplaceAllLiteralString(dsn, "user="+role) }

// DSN is the address of what DB gives, for programs that connect by themselves.
func DSN(t testing.TB) string {
	t.Helper()
	c, err := running()
	if errors.Is(err, localdb.ErrMissing) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, THIS PROVES NOTHING: %v", err)
	}
	if err != nil {
		t.Fatalf("the test database did not start: %v", err)
	}
	name := c.emptied.take()
	if name == "" {
		name = databaseName(t.Name())
		if err := errors.Join(c.clone(t.Context(), name), c.emptied.meet(t.Context(), c.server.DSN(name))); err != nil {
			t.Fatalf("no database for this test: %v", err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("kept: go run ./internal/localdb/shell %s %s", c.dir, name)
			return
		}
		kept, err := c.emptied.put(context.Background(), c.server.DSN(name), name)
		if err != nil || kept {
			return
		}
		if err := c.drop(context.Background(), name); err != nil {
			t.Errorf("the test's database stays: %v", err)
		}
	})
	return c.server.DSN(name)
}

// runPrefix begins the names of all databases of one go test: its processes, one for
// each package, share a parent.
var runPrefix = fmt.Sprintf("t%d_", os.Getppid())

var (
	serial   atomic.Int64
	unfitted = regexp.MustCompile(`[^a-z0-9]+`)
)

// databaseName is short enough for PostgreSQL and tells which test it belongs to.
func databaseName(test string) string {
	name := unfitted.ReplaceAllString(strings.ToLower(test), "_")
	return fmt.Sprintf("%s%.35s_%d_%d", runPrefix, name, os.Getpid(), serial.Add(1))
}

// clone copies the template's files: twice as quick as PostgreSQL's usual way of copying.
func (c *cluster) clone(ctx context.Context, name string) error {
	_, err := c.admin.Exec(ctx, "create database "+quoted(name)+" template "+quoted(c.template)+" strategy file_copy")
	return err
}

func (c *cluster) drop(ctx context.Context, name string) error {
	_, err := c.admin.Exec(ctx, "drop database if exists "+quoted(name)+" with (force)")
	return err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
