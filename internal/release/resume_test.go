package release_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"guichet/internal/job"
)

// A server that is killed leaves its job running in the queue, and the request in making. The next server makes the file at
// once, and not only when the queue gives the job up.
func TestFileOfAKilledServerIsMadeByTheNext(t *testing.T) {
	w := newHouse(t)
	id := w.asked("")
	w.approved(id)
	w.Releases.Between(killAt("claimed"))
	if err := job.Drain(t.Context(), w.Store, w.Workers); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	w.must(w.exec("update jobs.river_job set state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{gone}' where kind = 'release-file'"))

	w.Clock.Set(time.Date(2020, 5, 5, 8, 0, 0, 0, time.UTC)) // the queue's own clock is the machine's: this is due by any
	made, once := make(chan struct{}), sync.Once{}
	w.Releases.Between(func(step string) error {
		if step == "committed" {
			once.Do(func() { close(made) })
		}
		return nil
	})
	stop, err := w.Work(t.Context())
	w.must(err)
	select {
	case <-made:
	case <-time.After(30 * time.Second):
	}
	w.must(stop(context.WithoutCancel(t.Context())))
	r, err := w.Releases.Release(t.Context(), w.agent, id)
	w.must(err)
	if r.State != "ready" {
		t.Errorf("the request is %s", r.State)
	}
	w.whole()
}

// What goes wrong in one server says nothing of a file that another has handed over meanwhile.
func TestLateFailureLeavesTheFile(t *testing.T) {
	w := newHouse(t)
	id := w.asked("")
	w.approved(id)
	w.Releases.Between(func(step string) error {
		if step != "built" {
			return nil
		}
		w.Releases.Between(nil)
		w.Drain() // the other server
		return errors.New("something of this one's own")
	})
	w.Drain()
	r, err := w.Releases.Release(t.Context(), w.agent, id)
	w.must(err)
	if r.State != "ready" {
		t.Errorf("the request is %s", r.State)
	}
	w.whole()
}

// A deadlock in the last transaction is tried again: the request is not over.
func TestDeadlockDoesNotEndARequest(t *testing.T) {
	w := newHouse(t)
	id := w.asked("")
	w.approved(id)
	w.must(w.exec(`create function deadlocked() returns trigger language plpgsql as $$ begin raise exception using errcode = '40P01'; end $$`))
	w.must(w.exec(`create trigger deadlocked before insert on release_file for each row execute function deadlocked()`))
	if err := job.Drain(t.Context(), w.Store, w.Workers); err == nil {
		t.Error("the queue is not told to try again")
	}
	w.must(w.exec("drop trigger deadlocked on release_file"))
	w.Drain()
	r, err := w.Releases.Release(t.Context(), w.agent, id)
	w.must(err)
	if r.State != "ready" {
		t.Errorf("the request is %s: %s", r.State, r.Fault)
	}
	w.whole()
}
