package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/testkit"
)

// A checkpoint is written to a file, and a journal that has lost what the file signs is told, with the exit code of a failure.
func TestJournalIsSignedAndVerified(t *testing.T) {
	dsn, dir := testkit.DSN(t), t.TempDir()
	t.Setenv("DATABASE_URL", dsn)
	t.Setenv("GUICHET_DATA", dir)
	file := filepath.Join(dir, "kept.json")
	guichet := func(args ...string) (string, error) {
		var out, said bytes.Buffer
		err := run(t.Context(), args, nil, &out, &said)
		return out.String(), err
	}
	if out, err := guichet("journal", "checkpoint", "--out", file); err != nil || !strings.HasPrefix(out, "checkpoint 1 of ") {
		t.Fatalf("%q %v", out, err)
	}
	if raw, err := os.ReadFile(file); err != nil || !bytes.Contains(raw, []byte(`"number": 1`)) {
		t.Errorf("%s %v", raw, err)
	}
	if out, err := guichet("verify-journal", "--checkpoint", file); err != nil || !strings.HasPrefix(out, "sound: ") || !strings.Contains(out, "checkpoint 1 of ") {
		t.Errorf("%q %v", out, err)
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), "delete from journal_mark; delete from journal_checkpoint"); err != nil {
		t.Fatal(err)
	}
	if out, err := guichet("verify-journal"); err == nil || !strings.Contains(out, "broken: checkpoint 1: it is gone") {
		t.Errorf("the keyring’s folder has seen it: %q %v", out, err)
	}
	if err := os.Remove(filepath.Join(dir, "keyring", "witness")); err != nil {
		t.Fatal(err)
	}
	if out, err := guichet("verify-journal"); err != nil {
		t.Errorf("nothing can show it without the file: %q %v", out, err)
	}
	if out, err := guichet("verify-journal", "--checkpoint", file); err == nil || !strings.Contains(out, "broken: checkpoint 1: it is gone") {
		t.Errorf("%q %v", out, err)
	}
	breaches := filepath.Join(dir, "keyring", "witness-breaches")
	for content, want := range map[string]bool{`{"seq":3,"hash":"AA=="}`: true, "spoilt": true, "": false} {
		if err := os.WriteFile(breaches, []byte(content), 0o600); content != "" && err != nil {
			t.Fatal(err)
		}
		if content == "" {
			_ = os.Remove(breaches)
		}
		if out, err := guichet("verify-journal"); (err != nil) != want || want != strings.Contains(out, "broken: the register of breaches, line 1") {
			t.Errorf("with %q for witness of the breaches: %q %v", content, out, err)
		}
	}
	for _, args := range [][]string{{"journal"}, {"journal", "sign"}, {"verify-journal", "--checkpoint", filepath.Join(dir, "none")}, {"verify-journal", "twice"}} {
		if _, err := guichet(args...); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
