package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"guichet/internal/store"
	"guichet/internal/testkit"
)

// The first schema allowed two cohorts of a month, of two versions. A house that has them is migrated, keeps them, and freezes
// every later month once.
func TestMigrateKeepsMonthsThatWereFrozenTwice(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, testkit.DSN(t), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	exec := func(sql string) error { _, err := s.Pool().Exec(ctx, sql); return err }
	root, err := testkit.Root()
	if err != nil {
		t.Fatal(err)
	}
	files := os.DirFS(filepath.Join(root, "db", "migrations"))
	one, err := os.ReadFile(filepath.Join(root, "db", "migrations", "001_init.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if err := exec("drop schema public cascade; create schema public"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(ctx, fstest.MapFS{"001_init.sql": {Data: one}}); err != nil {
		t.Fatal(err)
	}
	cohort := func(schema, month string) error {
		return exec(`insert into release_cohort (procedure, schema, month, frozen_at, released, rows) values ('p', '` + schema + `', '` + month + `', now(), 0, '[]')`)
	}
	for _, schema := range []string{"a", "b"} {
		if err := cohort(schema, "2026-03-01"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Migrate(ctx, files); err != nil {
		t.Fatal(err)
	}
	if err := cohort("a", "2026-04-01"); err != nil {
		t.Error(err)
	}
	if cohort("b", "2026-04-01") == nil {
		t.Error("a later month is frozen twice")
	}
}
