package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"guichet/internal/localdb"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

// An administrator's own server: three roles, of which the server knows two. What is missing is said with its remedy, before
// anything is served; one role for everything works and is told.
func TestRolesOfAServerOfOnesOwn(t *testing.T) {
	ctx := t.Context()
	owner := testkit.DSN(t)
	as := func(role string) string { return strings.Replace(owner, "user="+localdb.Role, "user="+role, 1) }
	three := Config{DatabaseURL: as(localdb.App), DatabasePurge: as(localdb.Purge)}
	open := func(c Config) (said string, err error) {
		t.Helper()
		var stderr bytes.Buffer
		r := &running{}
		_, err = r.database(ctx, c, false, &stderr)
		if cerr := r.close(); cerr != nil {
			t.Error(cerr)
		}
		return stderr.String(), err
	}
	wants := func(c Config, words string) {
		t.Helper()
		if _, err := open(c); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("want %q: %v", words, err)
		}
	}
	if said, err := open(three); err != nil || said != "" {
		t.Fatalf("%v %q", err, said)
	}
	wants(Config{DatabaseURL: three.DatabaseURL}, "GUICHET_DATABASE_PURGE is missing")
	wants(Config{DatabaseURL: three.DatabaseURL, DatabasePurge: three.DatabaseURL}, "run guichet migrate with GUICHET_DATABASE_OWNER")
	if said, err := open(Config{DatabaseURL: owner}); err != nil || !strings.Contains(said, "could rewrite the journal") {
		t.Errorf("one role for everything: %v %q", err, said)
	}
	wants(three, "run guichet migrate with GUICHET_DATABASE_OWNER") // the owner alone has taken the tables over since

	r, all := &running{}, three
	all.DatabaseOwner = owner
	if v, err := r.migrate(ctx, all); err != nil || v < 23 {
		t.Errorf("migrated to %d: %v", v, err)
	}
	if v, err := r.migrate(ctx, three); err != nil || v < 23 {
		t.Errorf("migrate without the owner only looks: %d, %v", v, err)
	}
	if said, err := open(three); err != nil || said != "" {
		t.Errorf("%v %q", err, said)
	}

	st, err := store.Open(ctx, owner, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Pool().Exec(ctx, "update schema_state set hash = 'older'"); err != nil {
		t.Fatal(err)
	}
	wants(three, "the role of DATABASE_URL may not change them: run guichet migrate")
	if _, err := (&running{}).migrate(ctx, three); err == nil {
		t.Error("migrate without the owner passes over tables of another version")
	}
	if said, err := open(all); err != nil || said != "" {
		t.Errorf("a server that knows the owner migrates by itself: %v %q", err, said)
	}
}

// A private cluster of before there were roles gets them at its next start.
func TestAPrivateDatabaseOfBeforeRoles(t *testing.T) {
	c := Config{Data: t.TempDir()}
	start := func() *running {
		t.Helper()
		r := &running{}
		st, err := r.database(t.Context(), c, false, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if yes, err := st.Rewrites(t.Context()); yes || err != nil {
			t.Errorf("the server could rewrite the journal: %v %v", yes, err)
		}
		return r
	}
	r := start()
	st, err := store.Open(t.Context(), r.owner, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{localdb.App, localdb.Purge} {
		if _, err := st.Pool().Exec(t.Context(), "drop owned by "+role+"; drop role "+role); err != nil {
			t.Fatal(err)
		}
	}
	st.Close()
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	if err := start().close(); err != nil {
		t.Error(err)
	}
}
