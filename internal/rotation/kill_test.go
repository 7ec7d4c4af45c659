package rotation_test

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"guichet/internal/rotation"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

// What a process that rotates is told, so that it ends itself in the middle, as kill -9 does.
const (
	rotateDSN  = "GUICHET_TEST_ROTATE_DSN"
	rotateKeys = "GUICHET_TEST_ROTATE_KEYS"
	rotateKill = "GUICHET_TEST_ROTATE_KILL" // "made": the key is made, and nothing uses it; a number: so many rows were wrapped by it in this run
)

func TestMain(m *testing.M) {
	if os.Getenv(rotateDSN) != "" {
		if rotateProcess() != nil {
			os.Exit(1)
		}
		return
	}
	testkit.Main(m)
}

func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// rotateProcess is one rotation in a process of its own.
func rotateProcess() error {
	ctx := context.Background()
	st, err := store.Open(ctx, os.Getenv(rotateDSN), func() time.Time { return testkit.Today })
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.PurgeBy(ctx, os.Getenv(rotateDSN)); err != nil {
		return err
	}
	keys, err := seal.Open(os.Getenv(rotateKeys))
	if err != nil {
		return err
	}
	h := &rotation.House{Store: st, Keys: keys, Reindex: func(context.Context, string) error { return nil }}
	kill := os.Getenv(rotateKill)
	_, _, err = h.RotateMaster(ctx, rotation.Order{
		AtOnce: true,
		Backup: func() error {
			if kill == "made" {
				die()
			}
			return nil
		},
		Tell: func(done, _ int64) {
			if strconv.FormatInt(done, 10) == kill {
				die()
			}
		},
	})
	return err
}

// A process that is killed as it rotates, before and between its pages, loses nothing: what it had wrapped and what it had not opens
// still, and the next rotation finishes the same key and destroys the one before.
func TestAKilledRotationIsFinished(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	first := w.house()
	const rows = 450 // three pages
	for n := range rows {
		w.must(w.account(ctx, first.Keys, n))
	}
	process := func(kill string) (killed bool) {
		t.Helper()
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), rotateDSN+"="+testkit.OwnerDSN(w.st), rotateKeys+"="+w.dir, rotateKill+"="+kill)
		out, err := cmd.CombinedOutput()
		if err == nil {
			return false
		}
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			t.Fatalf("%v\n%s", err, out)
		}
		return true
	}
	for _, kill := range []string{"made", "200", "200"} {
		if !process(kill) {
			t.Fatalf("it was not killed at %s", kill)
		}
		if !w.has("master/0001") || !w.has("master/0002") || w.has("master/0003") {
			t.Fatalf("killed at %s: not both keys are there", kill)
		}
		begun := w.house() // a server that starts now
		w.must(begun.Hear(ctx))
		for n := range rows {
			w.must(w.read(ctx, begun.Keys, n))
		}
	}
	if process("") {
		t.Fatal("the last one was killed")
	}
	if n := w.count("select count(*) from account where wrapped_by = 'master/0002'"); n != rows {
		t.Errorf("%d rows of %d are under the new key", n, rows)
	}
	if w.has("master/0001") || w.has("master/0003") {
		t.Error("not the new key alone is left")
	}
	fresh := w.house()
	w.must(fresh.Hear(ctx))
	for n := range rows {
		w.must(w.read(ctx, fresh.Keys, n))
	}
}

// After a theft, the whole of it: a new master key, at once without the one before, and a new search key; what the thief copied
// opens nothing that was written since, nor any row as it stands now.
func TestAfterATheft(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	first := w.house()
	for n := range 10 {
		w.must(w.account(ctx, first.Keys, n))
	}
	stolen := t.TempDir()
	w.must(os.CopyFS(stolen, os.DirFS(w.dir)))
	before := first.Keys.SearchKey()
	name, retired, err := w.house().RotateMaster(ctx, rotation.Order{Backup: noBackup, AtOnce: true})
	if err != nil || name != "master/0002" || !slices.Equal(retired, []string{"master/0001"}) {
		t.Fatalf("%s %v %v", name, retired, err)
	}
	w.must(w.house().RotateSearch(ctx))
	now := w.house()
	w.must(now.Hear(ctx))
	w.must(w.account(ctx, now.Keys, 10))
	if now.Keys.SearchKey() == before || w.has("master/0001") {
		t.Errorf("the search key is still %d, or the old master key is there", before)
	}
	thief, err := seal.Open(stolen)
	w.must(err)
	for n := range 11 {
		w.must(w.read(ctx, now.Keys, n))
		if err := w.read(ctx, thief, n); err == nil {
			t.Errorf("the thief reads row %d", n)
		}
	}
}
