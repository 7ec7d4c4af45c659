package job_test

import (
	"testing"
	"time"

	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

type sweep struct{}

func (sweep) Kind() string { return "sweep" }

type scan struct{ Document string }

func (scan) Kind() string { return "scan" }
func (scan) Line() string { return job.Scans }

type send struct{ Message int64 }

func (send) Kind() string { return "send" }
func (send) Line() string { return job.Exchange }
func (send) Once() bool   { return true }

// The clock makes no second job while the first is still to be done; jobs that scan stand in a line of their own, each of them.
func TestJobsOfTheClockAreMadeOnce(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return testkit.Today })
	ctx := t.Context()
	do := func(f func(tx *store.Tx) error) {
		t.Helper()
		if err := s.InTx(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	count := func(want int, where string) {
		t.Helper()
		n := 0
		if err := s.Pool().QueryRow(ctx, "select count(*) from jobs.river_job where "+where).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d jobs, want %d (%v)", where, n, want, err)
		}
	}
	every := job.Every{Period: time.Hour, Args: sweep{}}
	do(func(tx *store.Tx) error { return every.Make(ctx, tx) })
	do(func(tx *store.Tx) error { return every.Make(ctx, tx) })
	count(1, "kind = 'sweep' and queue = 'default'")
	if _, err := s.Pool().Exec(ctx, "update jobs.river_job set state = 'completed', finalized_at = now()"); err != nil {
		t.Fatal(err)
	}
	do(func(tx *store.Tx) error { return every.Make(ctx, tx) })
	count(2, "kind = 'sweep'")
	for _, id := range []string{"a", "b", "a"} {
		do(func(tx *store.Tx) error { return job.Insert(ctx, tx, scan{id}) })
	}
	count(3, "kind = 'scan' and queue = 'scans'")
	count(3, "kind = 'scan' and state = 'available'") // begun at once, not by the scheduler's next round
	for _, id := range []int64{1, 2, 1} {
		do(func(tx *store.Tx) error { return job.Insert(ctx, tx, send{id}) })
	}
	count(2, "kind = 'send' and queue = 'exchange'")
}
