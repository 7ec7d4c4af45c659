package rotation_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/internal/fault"
	"guichet/internal/rotation"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

// world is a database with a keyring, and as many servers as a test wants.
type world struct {
	*testing.T
	clock *testkit.Clock
	st    *store.Store
	dir   string
}

func open(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: testkit.NewClock(testkit.Today), dir: t.TempDir()}
	w.st = testkit.Store(t, w.clock.Now)
	_, err := seal.Create(w.dir)
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// house is a server or a command: a keyring read from the same folder.
func (w *world) house() *rotation.House {
	w.Helper()
	keys, err := seal.Open(w.dir)
	w.must(err)
	return &rotation.House{Store: w.st, Keys: keys, Reindex: func(context.Context, string) error { return nil }}
}

// account adds a row with a data key, and gives a word sealed under it.
func (w *world) account(ctx context.Context, keys *seal.Keyring, n int) error {
	key, wrapped, by, err := keys.NewKey()
	if err != nil {
		return err
	}
	sealed, err := key.Seal([]byte(fmt.Sprint("word ", n)), "test")
	if err != nil {
		return err
	}
	return w.st.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.AccountInsert(ctx, sqlc.AccountInsertParams{
			Kind: "person", EmailIndex: []byte(fmt.Sprint("index ", n)), WrappedKey: wrapped, WrappedBy: by, Sealed: sealed, State: "active", Lang: "fr", Now: tx.Now,
		})
		return err
	})
}

// read opens the word of a row with a server's keys, as a page does: the row first, then its key.
func (w *world) read(ctx context.Context, keys *seal.Keyring, n int) error {
	var wrapped, sealed []byte
	var by string
	if err := w.st.Pool().QueryRow(ctx, "select wrapped_key, wrapped_by, sealed from account where email_index = $1", []byte(fmt.Sprint("index ", n))).Scan(&wrapped, &by, &sealed); err != nil {
		return err
	}
	key, err := keys.Unwrap(wrapped, by)
	if err != nil {
		return err
	}
	word, err := key.Open(sealed, "test")
	if err == nil && string(word) != fmt.Sprint("word ", n) {
		err = fmt.Errorf("%d reads %q", n, word)
	}
	return err
}

func (w *world) count(sql string, args ...any) (n int) {
	w.Helper()
	w.must(w.st.Pool().QueryRow(w.Context(), sql, args...).Scan(&n))
	return n
}

func noBackup() error { return nil }

func (w *world) has(name string) bool {
	_, err := os.Stat(filepath.Join(w.dir, name))
	return err == nil
}

// Two servers write and read as fast as they can while the master key is changed, twice: nothing fails, every row ends under
// the newest key, and the keys before are destroyed only then.
func TestMasterKeyIsChangedUnderLoad(t *testing.T) {
	w := open(t)
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	failed := make(chan error, 16)
	servers := []*rotation.House{w.house(), w.house()}
	written := make([]int, len(servers))
	for i, s := range servers {
		w.must(s.Begin(ctx))
		load.Go(func() {
			rotation.FollowFast(ctx, s)
		})
		load.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if err := w.account(t.Context(), s.Keys, n*10+i); err != nil {
					failed <- fmt.Errorf("writing: %w", err)
					return
				}
				written[i] = n
				other := servers[1-i].Keys // what one wrote the other reads
				if err := errors.Join(w.read(t.Context(), s.Keys, n*10+i), w.read(t.Context(), other, n*10+i), w.read(t.Context(), other, n/2*10+i)); err != nil {
					failed <- fmt.Errorf("reading: %w", err)
					return
				}
			}
		})
	}
	for _, want := range []string{"master/0002", "master/0003"} {
		name, retired, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup, AtOnce: true, Wait: 10 * time.Second})
		if err != nil || name != want || len(retired) != 1 {
			t.Fatalf("%s %v %v", name, retired, err)
		}
	}
	stop()
	load.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	if n := w.count("select count(*) from account where wrapped_by <> 'master/0003'"); n > 0 || written[0] < 5 || written[1] < 5 {
		t.Errorf("%d rows are not under the newest key; %v were written", n, written)
	}
	if w.has("master/0001") || w.has("master/0002") || !w.has("master/0003") {
		t.Error("not the newest key alone is left")
	}
	fresh := w.house()
	w.must(fresh.Hear(t.Context()))
	for i, last := range written {
		for n := range last {
			w.must(w.read(t.Context(), fresh.Keys, n*10+i))
		}
	}
}

// A rotation that is killed at any of its steps is finished by the next, which makes no other key.
func TestInterruptedRotationIsFinished(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	first := w.house()
	for n := range 450 { // three pages
		w.must(w.account(ctx, first.Keys, n))
	}
	broken := errors.New("killed")
	killed, kill := context.WithCancel(ctx)
	defer kill()
	for _, o := range []rotation.Order{
		{Backup: func() error { return broken }},
		{Backup: noBackup, Wait: time.Millisecond}, // a server has not heard
		{Backup: noBackup, Tell: func(done, _ int64) { // after the first page
			if done == 200 {
				kill()
			}
		}},
	} {
		if o.Wait > 0 {
			w.must(w.st.InTx(ctx, func(tx *store.Tx) error {
				return tx.Q.KeyringServerBeat(ctx, sqlc.KeyringServerBeatParams{ID: "deaf", Knows: []string{"master/0001"}, Wraps: "master/0001"})
			}))
		}
		if _, _, err := w.house().RotateMaster(killed, o); err == nil {
			t.Error("it was not interrupted")
		}
		_, err := w.st.Pool().Exec(t.Context(), "delete from keyring_server")
		w.must(err)
		if !w.has("master/0001") || !w.has("master/0002") || w.has("master/0003") {
			t.Fatal("not both keys are there")
		}
		begun := w.house() // a server that starts now
		w.must(begun.Hear(ctx))
		if used := o.Tell != nil; used != (begun.Keys.Wraps() == "master/0002") {
			t.Errorf("%s wraps", begun.Keys.Wraps())
		}
		for _, n := range []int{0, 200, 449} {
			w.must(w.read(t.Context(), w.house().Keys, n))
		}
	}
	name, retired, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup})
	if err != nil || name != "master/0002" || !slices.Equal(retired, []string{"master/0001"}) {
		t.Fatalf("%s %v %v", name, retired, err)
	}
	if n := w.count("select count(*) from account where wrapped_by = 'master/0002'"); n != 450 {
		t.Errorf("%d rows are under the new key", n)
	}
	w.staysThirtyDays("master/0001")
}

// staysThirtyDays holds the key to the life of the database's backups, which hold what it wrapped.
func (w *world) staysThirtyDays(name string) {
	w.Helper()
	for _, days := range []int{0, 29} {
		w.clock.Set(testkit.Today.AddDate(0, 0, days))
		w.must(w.house().Turn(w.Context()))
		if !w.has(name) {
			w.Errorf("%s is gone after %d days", name, days)
		}
	}
	w.clock.Set(testkit.Today.AddDate(0, 0, 30))
	w.must(w.house().Turn(w.Context()))
	if w.has(name) {
		w.Errorf("%s is there after its time", name)
	}
}

// A server that slept through a rotation cannot wrap by the retired key: what it wrapped would be lost.
func TestNobodyWrapsByARetiredKey(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	asleep := w.house()
	w.must(w.account(ctx, asleep.Keys, 1))
	_, _, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup})
	w.must(err)
	if err := w.account(ctx, asleep.Keys, 2); err == nil || !strings.Contains(err.Error(), "55006") {
		t.Fatalf("it wrapped: %v", err)
	}
	w.must(asleep.Hear(ctx))
	w.must(w.account(ctx, asleep.Keys, 2))
	w.must(w.read(ctx, asleep.Keys, 1))
}

// Who retires a key waits for the one who has wrapped by it and has not committed.
func TestRetiringWaitsForWhatIsBeingWrapped(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	slow := w.house()
	wrapped, wrote := make(chan struct{}), make(chan error, 1)
	release := make(chan struct{})
	go func() {
		wrote <- w.st.InTx(ctx, func(tx *store.Tx) error {
			key, k, by, err := slow.Keys.NewKey()
			if err != nil {
				return err
			}
			sealed, err := key.Seal([]byte("word 7"), "test")
			if err != nil {
				return err
			}
			_, err = tx.Q.AccountInsert(ctx, sqlc.AccountInsertParams{Kind: "person", EmailIndex: []byte("index 7"), WrappedKey: k, WrappedBy: by, Sealed: sealed, State: "active", Lang: "fr", Now: tx.Now})
			close(wrapped)
			<-release
			return err
		})
	}()
	<-wrapped
	done := make(chan error, 1)
	go func() {
		_, _, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup, AtOnce: true})
		done <- err
	}()
	for w.count("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 0 { // until it waits
		select {
		case err := <-done:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
	}
	close(release)
	w.must(<-wrote)
	w.must(<-done)
	w.must(w.read(ctx, w.house().Keys, 7))
	if w.has("master/0001") {
		t.Error("the old key is there")
	}
}

func TestTwoRotationsAtOnce(t *testing.T) {
	w := open(t)
	inside := errors.New("it was let in")
	_, _, err := w.house().RotateMaster(t.Context(), rotation.Order{Backup: func() error {
		if _, _, err := w.house().RotateMaster(t.Context(), rotation.Order{Backup: func() error { return inside }}); fault.Of(err) != fault.Conflict {
			return fmt.Errorf("the second: %w", err)
		}
		return nil
	}})
	w.must(err)
}

// A keyring that is older than the database serves nobody, and says why.
func TestOlderKeyringIsRefused(t *testing.T) {
	w := open(t)
	before := t.TempDir()
	w.must(os.CopyFS(before, os.DirFS(w.dir)))
	_, _, err := w.house().RotateMaster(t.Context(), rotation.Order{Backup: noBackup})
	w.must(err)
	w.dir = before
	if err := w.house().Hear(t.Context()); err == nil || !strings.Contains(err.Error(), "has no master/0002") {
		t.Errorf("%v", err)
	}
}

// Every table that holds a data key is known to the rotation: what it forgot would be lost with the old key.
func TestEveryTableIsRewrapped(t *testing.T) {
	w := open(t)
	rows, err := w.st.Pool().Query(t.Context(), "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'wrapped_by' order by 1")
	w.must(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	if known := rotation.Tables(); !slices.Equal(names, known) {
		t.Errorf("the schema has %v, the rotation %v", names, known)
	}
	for _, table := range names {
		if w.count("select count(*) from pg_trigger where tgrelid = $1::regclass and tgname = $2", table, table+"_wrapped") != 1 {
			t.Errorf("%s has no trigger that refuses retired keys", table)
		}
	}
}

// One data key that does not open keeps no other from the new key: it is named, its master key stays for it, and rotating again
// goes on once the row was brought back. It is lost only when somebody says so.
func TestAKeyThatDoesNotOpenStopsNoOther(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	first := w.house()
	for n := range 205 { // two pages
		w.must(w.account(ctx, first.Keys, n))
	}
	var id int64
	var whole []byte
	w.must(w.st.Pool().QueryRow(ctx, "select id, wrapped_key from account where email_index = 'index 3'").Scan(&id, &whole))
	damage := func(key []byte) {
		_, err := w.st.Pool().Exec(ctx, "update account set wrapped_key = $1 where id = $2", key, id)
		w.must(err)
	}
	damage(append([]byte("x"), whole...))
	stuck := func(order rotation.Order) {
		t.Helper()
		name, retired, err := w.house().RotateMaster(ctx, order)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprint("account ", id)) || name != "master/0002" || len(retired) > 0 {
			t.Fatalf("%s %v %v", name, retired, err)
		}
	}
	stuck(rotation.Order{Backup: noBackup, AtOnce: true})
	if n := w.count("select count(*) from account where wrapped_by = 'master/0002'"); n != 204 || !w.has("master/0001") {
		t.Errorf("%d of 204 rows are under the new key; the old one is there: %v", n, w.has("master/0001"))
	}
	stuck(rotation.Order{Backup: noBackup})
	damage(whole)
	_, retired, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup})
	if err != nil || !slices.Equal(retired, []string{"master/0001"}) {
		t.Fatalf("after the mending: %v %v", retired, err)
	}
	w.must(w.read(ctx, w.house().Keys, 3))
	damage([]byte("no key"))
	name, retired, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup, AtOnce: true, GiveUp: true})
	if err != nil || name != "master/0003" || !slices.Equal(retired, []string{"master/0002"}) || w.has("master/0002") {
		t.Errorf("given up: %s %v %v", name, retired, err)
	}
	w.must(w.read(ctx, w.house().Keys, 4))
}
