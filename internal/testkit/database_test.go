package testkit_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/testkit"
)

func count(t *testing.T, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDBIsMigratedAndEmpty(t *testing.T) {
	pool := testkit.DB(t)
	if n := count(t, pool, "select count(*) from account"); n != 0 {
		t.Errorf("%d accounts in a fresh database", n)
	}
	if n := count(t, pool, "select count(*) from jobs.river_job"); n != 0 {
		t.Errorf("%d jobs in a fresh database", n)
	}
}

func TestDBsAreApart(t *testing.T) {
	one, other := testkit.DB(t), testkit.DB(t)
	if _, err := one.Exec(t.Context(), "create table mine ()"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, other, "select count(*) from pg_tables where tablename = 'mine'"); n != 0 {
		t.Error("one test's table shows in another's database")
	}
}

// What a test wrote, no other finds; what it changed of the schema, of rights or of what is seeded does not outlive it.
func TestNothingOutlivesItsTest(t *testing.T) {
	for _, did := range []string{
		"insert into jobs.river_queue (name, updated_at) values ('mine', now())",
		"create table mine ()",
		"create schema mine",
		"alter table account disable trigger all",
		"drop trigger purge_certificate_stays on purge_certificate",
		"grant delete on journal_entry to public",
		"alter table account add column mine int",
		"alter table dossier drop constraint dossier_pkey cascade",
		"update jobs.river_migration set created_at = now()",
	} {
		var name string
		t.Run("inner", func(t *testing.T) {
			pool := testkit.DB(t)
			name = text(t, pool, "select current_database()")
			if _, err := pool.Exec(t.Context(), did); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("next", func(t *testing.T) {
			pool := testkit.DB(t)
			again := text(t, pool, "select current_database()") == name
			if again != strings.HasPrefix(did, "insert") {
				t.Errorf("after %q the database is used again: %v", did, again)
			}
			if n := count(t, pool, "select count(*) from jobs.river_queue"); n != 0 {
				t.Errorf("%q is found by another test", did)
			}
		})
	}
}

func text(t *testing.T, pool *pgxpool.Pool, sql string) (s string) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func BenchmarkDB(b *testing.B) {
	for b.Loop() {
		testkit.DB(b)
	}
}
