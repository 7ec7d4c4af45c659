package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/testkit"
)

// That there is no scanner any more is said at the prompt, once no configuration names one: what waited waits no longer.
func TestScannerGoneIsSaidAtThePrompt(t *testing.T) {
	dsn := testkit.DSN(t)
	t.Setenv("DATABASE_URL", dsn)
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), `insert into definition values ('x', 'p', '', now());
		insert into dossier (public_id, procedure, definition, state, state_kind, created_at, updated_at) values ('d', 'p', 'x', 's', 'open', now(), now());
		insert into document (public_id, dossier_id, path, rule, round, state, kind, size, pages, blob, sealed, uploaded_at, verdict)
			select v, d.id, 'p', 'dossier', 1, 'received', 'pdf', 1, 1, v, '', now(), v from dossier d, unnest(array['waiting', 'clean', 'unscanned']) v;
		insert into setting (key, value, at) values ('scanner', '{}', now())`)
	if err != nil {
		t.Fatal(err)
	}
	said := func() (string, error) {
		var out bytes.Buffer
		err := runScannerGone(t.Context(), nil, &out, &out)
		return out.String(), err
	}
	stands := func() (s string) {
		row := conn.QueryRow(t.Context(), "select (select string_agg(verdict, ' ' order by verdict) from document) || ' ' || (select count(*) from setting where key = 'scanner')")
		if err := row.Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Setenv("GUICHET_CLAMD", "/run/clamav/clamd.ctl")
	if out, err := said(); err == nil || !strings.Contains(err.Error(), "take it away from the configuration") || stands() != "clean unscanned waiting 1" {
		t.Errorf("while a scanner is configured: %q, %v; %s", out, err, stands())
	}
	t.Setenv("GUICHET_CLAMD", "")
	for _, n := range []string{"1", "0"} {
		if out, err := said(); err != nil || out != n+" documents wait no longer for a scanner\n" {
			t.Errorf("%q, %v", out, err)
		}
	}
	if s := stands(); s != "clean unscanned unscanned 0" {
		t.Errorf("it is %s", s)
	}
}
