package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/absent"
)

// rehearsal is an installation that is backed up and restored as deploy/restore.md says.
type rehearsal struct {
	t    *testing.T
	dir  string
	page string
	done []string // commands of the page, in the order they were run
}

// postgres finds a program of the server's own version.
func postgres(t *testing.T, name string) string {
	t.Helper()
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		absent.Skip(t, name)
	}
	return found[len(found)-1]
}

// says runs a command as the page writes it, where it must stand, and wants words of its answer.
func (r *rehearsal) says(line, want string) string {
	r.t.Helper()
	if !strings.Contains(r.page, "\n"+line+"\n") {
		r.t.Fatalf("the page does not say %q", line)
	}
	r.done = append(r.done, line)
	line, into, _ := strings.Cut(line, " > ")
	line = strings.ReplaceAll(line, `"$DATABASE_URL"`, os.Getenv("DATABASE_URL"))
	for _, name := range []string{"witness", "witness-breaches"} {
		line = strings.ReplaceAll(line, `"$GUICHET_KEYRING/`+name+`"`, filepath.Join(os.Getenv("GUICHET_KEYRING"), name))
	}
	words := strings.Fields(line)
	for i, w := range words {
		for _, name := range []string{"guichet.dump", "certificates.jsonl", "checkpoint.json"} {
			if before, ok := strings.CutSuffix(w, name); ok {
				words[i] = before + filepath.Join(r.dir, name)
			}
		}
	}
	var out, said bytes.Buffer
	var err error
	if words[0] == "guichet" {
		err = run(r.t.Context(), words[1:], nil, &out, &said)
	} else {
		cmd := exec.Command(postgres(r.t, words[0]), words[1:]...)
		cmd.Stdout, cmd.Stderr = &out, &said
		err = cmd.Run()
	}
	if into != "" {
		err = os.WriteFile(filepath.Join(r.dir, into), out.Bytes(), 0o600)
	}
	if broken := strings.HasPrefix(want, "broken:"); (err != nil) != broken || !strings.Contains(out.String()+said.String(), want) {
		r.t.Fatalf("%s: %v\n%s%s\nwant %q", line, err, &out, &said, want)
	}
	return out.String()
}

// in does something in the house, as a command does.
func (r *rehearsal) in(do func(h *running) error) {
	r.t.Helper()
	if err := withHouse(r.t.Context(), "", os.Stderr, do); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rehearsal) exec(sql string, args ...any) {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), os.Getenv("DATABASE_URL"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = conn.Close(r.t.Context()) }()
	if _, err := conn.Exec(r.t.Context(), sql, args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rehearsal) count(sql string, args ...any) (n int) {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), os.Getenv("DATABASE_URL"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = conn.Close(r.t.Context()) }()
	if err := conn.QueryRow(r.t.Context(), sql, args...).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

// closed makes a dossier of somebody's that is decided.
func closed(h *running, t *testing.T, who access.Actor) string {
	t.Helper()
	p := byID(h.Catalogue, "rights-request")
	var entry, review []string
	for _, n := range dossier.EntryNotices(p) {
		entry = append(entry, n.ID)
	}
	for _, n := range p.Flow.NoticesAt("review") {
		review = append(review, n.ID)
	}
	id, err := h.Office.Import(t.Context(), who, dossier.Prepared{Procedure: p.ID, Accepted: entry, Lang: "fr", Answers: form.Raw{
		"requester.last_name": {"Zaunkönig"}, "requester.first_name": {"Ada"}, "requester.email": {"a@example.org"}, "request.right": {"opposition"}, "request.message": {"Rotkehlchen"},
	}})
	if err == nil {
		err = h.Office.Move(t.Context(), who, id, dossier.Act{Move: "submit", Accepted: review})
	}
	if err == nil {
		err = h.Office.Move(t.Context(), who, id, dossier.Act{Move: "withdraw"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func byID(c *procedure.Catalogue, id string) *procedure.Procedure { return c.Get(id) }

func person(h *running, t *testing.T, email string) (a access.Actor) {
	t.Helper()
	hash, err := h.Accounts.Hash(t.Context(), "quatre chevaux verts agrafe")
	if err != nil {
		t.Fatal(err)
	}
	err = h.Store.InTx(t.Context(), func(tx *store.Tx) error {
		id, err := h.Accounts.CreateActive(t.Context(), tx, account.New{Kind: "person", Profile: account.Profile{Email: email}, PasswordHash: hash})
		a = access.Actor{AccountID: id, Kind: access.Person, At: tx.Now}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// deploy/restore.md is run, command by command: who was erased since the backup stays so, who left stays out, and everybody else
// is there again and opens. Every command of the page was run.
func TestRestoreAsThePageSays(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "deploy", "restore.md"))
	if err != nil {
		t.Fatal(err)
	}
	r := &rehearsal{t: t, dir: t.TempDir(), page: string(raw)}
	t.Setenv("DATABASE_URL", testkit.DSN(t))
	t.Setenv("GUICHET_KEYRING", filepath.Join(r.dir, "keyring"))
	t.Setenv("GUICHET_DATA", r.dir)
	var gone, kept string
	var stays, leaves access.Actor
	r.in(func(h *running) error {
		stays, leaves = person(h, t, "a@example.org"), person(h, t, "b@example.org")
		gone, kept = closed(h, t, stays), closed(h, t, leaves)
		return nil
	})
	r.says(`pg_dump -Fc --file=guichet.dump "$DATABASE_URL"`, "")

	r.exec("update ending set due = current_date - 1 where dossier_id = (select id from dossier where public_id = $1)", gone) // three years pass
	r.in(func(h *running) error {
		if _, err := h.Keeper.Once(t.Context()); err != nil {
			return err
		}
		return h.Accounts.Leave(t.Context(), leaves)
	})
	if n := r.count("select count(*) from dossier"); n != 1 {
		t.Fatalf("%d dossiers before the restore", n)
	}
	r.says("guichet purge --certificates > certificates.jsonl", `"whole":true`)
	r.says("guichet journal checkpoint --out checkpoint.json", "checkpoint 1 of")

	t.Setenv("DATABASE_URL", testkit.DSN(t)) // another machine
	r.says(`pg_restore --clean --if-exists --no-owner --dbname="$DATABASE_URL" guichet.dump`, "")
	if n := r.count("select count(*) from dossier where public_id = any($1)", []string{gone, kept}); n != 2 {
		t.Fatalf("the backup holds %d of both dossiers: this test would pass on anything", n)
	}
	if n := r.count("select count(*) from account where state = 'active'"); n != 2 {
		t.Fatalf("the backup holds %d open accounts: this test would pass on anything", n)
	}
	r.says("guichet migrate", "")
	if keys := r.says("guichet keys", "master/0001"); strings.Contains(keys, "NOT IN THE FOLDER") {
		t.Errorf("%s", keys)
	}
	r.says("guichet replay-purges --certificates certificates.jsonl", "1 dossiers were there again and are erased")
	r.says("guichet purge", "0 dossiers went")
	r.says("guichet fsck", "0 wrong")
	r.says("guichet verify-journal --checkpoint checkpoint.json", "broken:")
	r.says(`rm -f "$GUICHET_KEYRING/witness" "$GUICHET_KEYRING/witness-breaches"`, "")
	r.says("guichet verify-journal", "sound:")

	if n := r.count("select count(*) from dossier where public_id = $1", gone); n != 0 {
		t.Error("the backup brought somebody back")
	}
	if n := r.count("select count(*) from account where id = $1 and state = 'left' and password_hash is null", leaves.AccountID); n != 1 {
		t.Error("the account that was left is open again")
	}
	if n := r.count("select count(*) from account where id = $1 and state = 'active'", stays.AccountID); n != 1 {
		t.Error("the account that stayed is not open")
	}
	r.in(func(h *running) error {
		d, err := h.Office.Open(t.Context(), access.Actor{Kind: access.System}, kept)
		if err == nil && d.Filed["request.message"][0] != "Rotkehlchen" {
			t.Error("what stayed is not what it was")
		}
		return err
	})
	var written []string
	for i, block := range strings.Split(r.page, "```") {
		for line := range strings.Lines(block) {
			if line = strings.TrimSpace(line); i%2 == 1 && line != "" {
				written = append(written, line)
			}
		}
	}
	if !slices.Equal(written, r.done) {
		t.Errorf("the page writes\n%s\nand run was\n%s", strings.Join(written, "\n"), strings.Join(r.done, "\n"))
	}
}
