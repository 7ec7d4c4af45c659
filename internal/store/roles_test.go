package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/localdb"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

func refused(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "42501"
}

// The role that serves adds lines to journals and can do nothing else to them; the one that erases empties what names a person and
// takes whole lines, and cannot change one; neither changes what tables there are (design, decision 12).
func TestTheServingRoleRewritesNoJournal(t *testing.T) {
	s := testkit.Store(t, time.Now)
	ctx := t.Context()
	const line = `insert into journal_entry (dossier_id, seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed)
		values (1, 1, now(), 'owner', 'start', 'c', '', 'h', 7, 's', 'x')`
	if _, err := s.Pool().Exec(ctx, line); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"update journal_entry set act = 'submit'", "update journal_entry set sealed = null, salt = null", "delete from journal_entry", "truncate journal_entry",
		"update journal_read set what = 'nothing'", "delete from journal_read", "update connection_log set act = 'x'", "delete from connection_log",
		"delete from right_act", "delete from release_act", "update purge_certificate set count = 0", "drop table journal_entry",
		"alter table journal_entry owner to guichet_app", "create table mine ()", "set role guichet", "set role guichet_purge", "update schema_version set version = 1", "insert into journal_base values (1, 1, 'h', now(), 's')", "delete from journal_link", "delete from journal_mark",
		"alter role guichet_app superuser",
	} {
		if _, err := s.Pool().Exec(ctx, sql); !refused(err) {
			t.Errorf("the serving role: %s: %v", sql, err)
		}
	}
	if _, err := s.Pool().Exec(ctx, "grant all on journal_entry to guichet_app"); err != nil { // a warning, and nothing is granted
		t.Error(err)
	}
	if yes, err := s.Rewrites(ctx); yes || err != nil {
		t.Errorf("it is said to rewrite journals: %v %v", yes, err)
	}
	if yes, err := s.Purges(ctx); !yes || err != nil {
		t.Errorf("the other role is said not to erase: %v %v", yes, err)
	}
	for _, sql := range []string{
		"update journal_entry set act = 'submit'", "update journal_entry set hash = 'x'", "truncate journal_entry", "set role guichet",
		"delete from right_act", "delete from breach_line", "delete from setting_change", "delete from purge_certificate", "delete from journal_checkpoint",
		"insert into journal_read default values", "insert into right_act default values", "insert into connection_log default values", "insert into breach_line default values",
	} {
		err := s.InPurge(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, sql); return err })
		if !refusedInTx(err) {
			t.Errorf("the erasing role: %s: %v", sql, err)
		}
	}
	if err := s.InPurge(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.Q.JournalDetailErase(ctx, 1), tx.Q.JournalReadErase(ctx, 1))
	}); err != nil {
		t.Errorf("erasing what names a person: %v", err)
	}
	var left int
	if err := s.Pool().QueryRow(ctx, "select count(*) from journal_entry where sealed is null and actor_id is null and hash = 'h'").Scan(&left); err != nil || left != 1 {
		t.Errorf("%d lines are left without their person: %v", left, err)
	}
}

// The driver's error is reduced to its code at the edge of a transaction.
func refusedInTx(err error) bool { return err != nil && strings.Contains(err.Error(), "42501") }

// An administrator's own server has roles of other names; a schema of before is not current, and giving rights makes it so. Who may
// not ask is told that it is not.
func TestRightsAreGivenToRolesOfAnyName(t *testing.T) {
	ctx := t.Context()
	s := testkit.Store(t, time.Now)
	owner, err := store.Open(ctx, testkit.OwnerDSN(s), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(owner.Close)
	files := testkit.Migrations()
	usual := store.Roles{App: localdb.App, Purge: localdb.Purge}
	odd := store.Roles{App: "Guichet serves", Purge: "guichet-erases"}
	current := func(s *store.Store, r store.Roles, want bool) {
		t.Helper()
		if got, err := s.Current(ctx, files, r); got != want || err != nil {
			t.Errorf("current for %v: %v, want %v (%v)", r, got, want, err)
		}
	}
	current(s, usual, true)
	current(s, odd, false)
	if err := owner.MakeRoles(ctx, store.Login{Name: odd.App}, store.LoginOf("postgres://guichet-erases:se'cret@/x")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { drop(t, owner.Pool(), odd) })
	if err := owner.MakeRoles(ctx, store.Login{Name: odd.App}, store.LoginOf("postgres://guichet-erases:se'cret@/x")); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if _, err := owner.MigrateFor(ctx, files, odd); err != nil {
		t.Fatal(err)
	}
	current(s, odd, true)
	if yes, err := owner.Owns(ctx); !yes || err != nil {
		t.Errorf("the owner owns nothing: %v", err)
	}
	if yes, err := s.Owns(ctx); yes || err != nil {
		t.Errorf("the serving role owns the tables: %v", err)
	}
	if yes, err := owner.Rewrites(ctx); !yes || err != nil {
		t.Errorf("an owner is said to rewrite nothing: %v", err)
	}
	if _, err := owner.Pool().Exec(ctx, "revoke all on schema_state from guichet_app"); err != nil {
		t.Fatal(err)
	}
	current(s, odd, false)
}

func drop(t *testing.T, pool *pgxpool.Pool, r store.Roles) {
	for _, name := range []string{r.App, r.Purge} {
		if _, err := pool.Exec(context.Background(), `drop owned by "`+name+`"; drop role "`+name+`"`); err != nil {
			t.Error(err)
		}
	}
}
