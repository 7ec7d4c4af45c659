package testkit_test

import (
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

func TestDBGoesWithItsTest(t *testing.T) {
	var name string
	t.Run("inner", func(t *testing.T) {
		if err := testkit.DB(t).QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	pool := testkit.DB(t)
	if n := count(t, pool, "select count(*) from pg_database where datname = '"+name+"'"); n != 0 || name == "" {
		t.Errorf("database %q is still there after its test", name)
	}
}

func BenchmarkDB(b *testing.B) {
	for b.Loop() {
		testkit.DB(b)
	}
}
