package dossier_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/retention"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

// What a process that purges is told, so that the test can end it at any moment.
const (
	purgeDSN   = "GUICHET_TEST_PURGE_DSN"
	purgeKeys  = "GUICHET_TEST_PURGE_KEYS"
	purgeBlobs = "GUICHET_TEST_PURGE_BLOBS"
	purgeAt    = "GUICHET_TEST_PURGE_AT"
	purgeKill  = "GUICHET_TEST_PURGE_KILL" // it ends itself, as kill -9 does, before this file goes
)

// dying is a store of files under which the process ends without a word.
type dying struct {
	document.Store
	left int
}

func (d *dying) Delete(ctx context.Context, name string) error {
	d.left--
	if d.left == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	return d.Store.Delete(ctx, name)
}

// purgeProcess is one run of the purge in a process of its own.
func purgeProcess() error {
	ctx := context.Background()
	at, err := time.Parse(time.RFC3339, os.Getenv(purgeAt))
	if err != nil {
		return err
	}
	catalogue, _ := procedure.Load(guichet.Files)
	st, err := store.Open(ctx, os.Getenv(purgeDSN), func() time.Time { return at })
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.PurgeBy(ctx, os.Getenv(purgeDSN)); err != nil {
		return err
	}
	keys, err := seal.Open(os.Getenv(purgeKeys))
	if err != nil {
		return err
	}
	blobs, err := document.OpenFolder(os.Getenv(purgeBlobs))
	if err != nil {
		return err
	}
	kill, _ := strconv.Atoi(os.Getenv(purgeKill))
	office := &dossier.Office{Store: st, Keys: keys, Catalogue: catalogue, Blobs: &dying{blobs, kill}}
	k := &retention.Keeper{Store: st, Keys: keys, Catalogue: catalogue, Office: office, Log: slog.Default()}
	return k.Run(ctx)
}

// canaries of one dossier: words that stand nowhere else.
const canaries = 50

func canary(dossier, i int) string {
	word := "kanarie"
	for n := dossier*canaries + i; ; n /= 20 {
		word += string("bcdfghjklmnpqrstvwxz"[n%20])
		if n < 20 {
			return word
		}
	}
}

// flock are dossiers full of canaries, decided at an instant.
type flock struct {
	*world
	person, agent access.Actor
	answers       form.Raw
	keys          string
	made          int
}

func newFlock(t *testing.T) *flock {
	w := newWorld(t)
	f := &flock{world: w, keys: t.TempDir()}
	keys, err := seal.Create(f.keys)
	w.must(err)
	w.Keys = keys
	f.person, f.agent = w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	model := w.fill(f.person, testkit.PersonaNamed(t, "tenant"))
	f.answers = w.open(f.person, model).Answers()
	w.must(w.Reapply(t.Context(), model, "drafts", true))
	return f
}

// add decides one dossier: ten canaries in its answers, five in its files and their names, the rest in messages and notes.
func (f *flock) add() string {
	f.t.Helper()
	ctx, n := f.t.Context(), f.made
	f.made++
	raw, free := form.Raw{}, 0
	in := dossier.Prepared{Procedure: permit, Accepted: []string{"terms", "consent"}, Lang: "fr"}
	for path, v := range f.answers {
		field := f.Catalogue.Get(permit).Form.Field(path)
		switch {
		case field != nil && field.Kind == form.File:
			in.Papers = append(in.Papers, f.paper(path, n, len(in.Papers)))
			continue
		case field != nil && (field.Kind == form.Text || field.Kind == form.LongText) && (field.Validate == "person_name" || field.Validate == "") && free < 10 && len(field.Options) == 0:
			v = []string{canary(n, free)}
			free++
		}
		raw[path] = v
	}
	in.Answers = raw
	id, err := f.Import(ctx, f.person, in)
	f.must(err)
	f.must(f.Move(ctx, f.person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	var words []string
	for i := 15; i < canaries; i++ {
		words = append(words, canary(n, i))
	}
	f.must(f.Note(ctx, f.agent, id, strings.Join(words[:20], " ")))
	f.must(f.Note(ctx, f.agent, id, strings.Join(words[20:], " ")))
	f.must(f.Move(ctx, f.agent, id, dossier.Act{Move: "admit"}))
	f.must(f.Move(ctx, f.agent, id, dossier.Act{Move: "accept"}))
	return id
}

func (f *flock) paper(path string, n, i int) dossier.Paper {
	p := dossier.Paper{Path: path, Name: "papier.png", Info: document.Info{Kind: document.PNG, Pages: 1}, Content: picture()}
	if i < 5 {
		p.Name, p.Content = canary(n, 10+i)+".png", append(picture(), canary(n, 10+i)...)
	}
	return p
}

// wrapped is a data key as a backup holds it.
type wrapped struct {
	key []byte
	by  string
}

// backup are the data keys of dossiers as a copy of the database holds them.
func (f *flock) backup(ids []string) (out []wrapped) {
	f.t.Helper()
	rows, err := testkit.Owner(f.t, f.Store).Query(f.t.Context(), "select k.wrapped, k.wrapped_by from data_key k join dossier d on d.id = k.dossier_id where d.public_id = any($1)", ids)
	f.must(err)
	defer rows.Close()
	for rows.Next() {
		var w wrapped
		f.must(rows.Scan(&w.key, &w.by))
		out = append(out, w)
	}
	return out
}

// opens counts the data keys of a backup that the keyring opens still.
func (f *flock) opened(backup []wrapped) (n int) {
	keys, err := seal.Open(f.keys)
	f.must(err)
	for _, w := range backup {
		if _, err := keys.Unwrap(w.key, w.by); err == nil {
			n++
		}
	}
	return n
}

// state is every row that belongs to dossiers, and every file of theirs, byte by byte.
func (f *flock) state(ids []string) string {
	f.t.Helper()
	var out strings.Builder
	for _, table := range []string{"dossier", "data_key", "ending", "answer", "document", "message", "consent", "journal_entry", "journal_read", "search_token", "likeness", "generated"} {
		column := "dossier_id"
		if table == "dossier" {
			column = "id"
		}
		var rows string
		f.must(testkit.Owner(f.t, f.Store).QueryRow(f.t.Context(), fmt.Sprintf(`select coalesce(string_agg(to_jsonb(x)::text, E'\n' order by to_jsonb(x)::text), '') from %s x
			where %s in (select id from dossier where public_id = any($1))`, table, column), ids).Scan(&rows))
		fmt.Fprintf(&out, "%s\n%s\n", table, rows)
	}
	rows, err := testkit.Owner(f.t, f.Store).Query(f.t.Context(), "select blob from document x join dossier d on d.id = x.dossier_id where d.public_id = any($1) order by blob", ids)
	f.must(err)
	defer rows.Close()
	for rows.Next() {
		var name string
		f.must(rows.Scan(&name))
		blob, err := f.Blobs.Get(f.t.Context(), name)
		f.must(err)
		content, err := io.ReadAll(blob)
		f.must(err)
		f.must(blob.Close())
		fmt.Fprintf(&out, "%s %x\n", name, content)
	}
	return out.String()
}

// process runs the purge as a process of its own, which ends itself before its kill-th file goes; 0: it runs to its end.
func (f *flock) process(kill int) (said string, killed bool) {
	f.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), purgeDSN+"="+testkit.OwnerDSN(f.Store), purgeKeys+"="+f.keys, purgeBlobs+"="+f.blobDir,
		purgeAt+"="+f.now.Format(time.RFC3339), purgeKill+"="+strconv.Itoa(kill))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return string(out), false
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		f.t.Fatalf("%v\n%s", err, out)
	}
	return string(out), true
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// Dossiers full of canaries go on their day, and with them all that could tell: nothing is in the clear or can be opened in the
// tables, the files, the log, the jobs, what is exported, what lies about for a moment, nor in a copy made before. Processes that
// are killed in the middle change nothing, nor does the purge anything of its neighbours, nor does it come a second early.
// PURGE_DOSSIERS and PURGE_KILLS make it larger: make purges.
func TestPurgeLeavesNoTrace(t *testing.T) {
	many, kills := setting("PURGE_DOSSIERS", 12), setting("PURGE_KILLS", 3)
	f, scratch := newFlock(t), t.TempDir()
	t.Setenv("TMPDIR", scratch) // the database stands already
	var going, staying []string
	for range many {
		going = append(going, f.add())
	}
	f.now = f.now.AddDate(0, 0, 1)
	for range 3 {
		staying = append(staying, f.add())
	}
	if d := f.open(f.person, going[0]); !strings.Contains(fmt.Sprint(map[string][]string(d.Filed)), canary(0, 0)) {
		t.Fatal("the dossiers carry no canary: this test would pass on anything")
	}
	copied := f.backup(going)
	if n := f.opened(copied); n != len(copied) || n < many {
		t.Fatalf("the copy opens %d of %d keys before the purge: this test would pass on anything", n, len(copied))
	}

	// A copy made now holds nothing in the clear, in tables and files; what its keys open is counted below.
	clear := strings.Count(strings.ToLower(testkit.Dump(t, f.Store)), "kanarie") + f.lying(f.blobDir)

	f.now = time.Date(2027, 2, 20, 22, 59, 59, 0, time.UTC)
	logged, _ := f.process(0)
	if n := f.count("select count(*) from dossier"); n != many+3 {
		t.Fatalf("%d dossiers are left a second early", n)
	}
	beside := f.state(staying) // they have been told of their own day
	f.now = f.now.Add(time.Second)
	done := 0
	began := time.Now()
	for done < kills {
		said, killed := f.process(1 + done*7%11)
		logged += said
		if !killed {
			t.Fatalf("only %d kills fell into the purge: it needs more dossiers", done)
		}
		done++
		if n := f.count("select count(*) from dossier where purge_on <= '2027-02-21'"); n == 0 {
			t.Fatalf("all had gone after %d kills", done)
		}
	}
	said, _ := f.process(0)
	logged += said
	rate := float64(many) / time.Since(began).Seconds()

	found := clear + f.opened(copied)*canaries
	found += strings.Count(strings.ToLower(testkit.Dump(t, f.Store)), "kanarie") + strings.Count(logged, "kanarie")
	var exported bytes.Buffer
	f.must(f.keeper().Certificates(t.Context(), time.Time{}, func(c retention.Certificate) error { _, err := fmt.Fprintf(&exported, "%+v\n", c); return err }))
	found += strings.Count(exported.String(), "kanarie") + f.lying(f.blobDir) + f.lying(scratch)
	if n := f.count("select count(*) from dossier"); n != 3 || found != 0 {
		t.Errorf("%d dossiers stand, %d canaries are found", n, found)
	}
	if f.state(staying) != beside {
		t.Error("the neighbours have changed")
	}
	if n, kept := f.blobs(), f.count("select count(*) from document where state <> 'removed'"); n != kept {
		t.Errorf("%d files lie in the store, rows speak of %d", n, kept)
	}
	if n := f.count("select count(distinct dossier_id) from purge_certificate where rule = 'dossier' and whole"); n != many {
		t.Errorf("%d of %d dossiers have their certificate", n, many)
	}
	if n := f.count("select count(*) from journal_entry where actor_id is not null and dossier_id not in (select id from dossier)"); n != 0 {
		t.Errorf("%d lines of the journal name somebody still", n)
	}
	if os.Getenv("PURGE_DOSSIERS") != "" {
		verdict := map[bool]string{true: "ok", false: "short"}
		fmt.Printf("figure purged_canaries_found %d of_%d target 0 %s\n", found, many*canaries, verdict[found == 0])
		fmt.Printf("figure purge_kills %d kills target %d %s\n", done, kills, verdict[done >= kills && !t.Failed()])
		fmt.Printf("figure purge_rate %.1f dossiers/s target 10 %s\n", rate, verdict[rate >= 10])
	}
	testkit.Covers(t, "RP-184")
}

// lying counts canaries in the clear in the files of a folder.
func (f *flock) lying(dir string) (n int) {
	f.t.Helper()
	f.must(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		n += bytes.Count(bytes.ToLower(content), []byte("kanarie"))
		return err
	}))
	return n
}
