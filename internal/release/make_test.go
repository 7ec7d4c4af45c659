package release_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
)

// killed ends a run at a step, as a stopped server does.
var errKilled = fmt.Errorf("killed: %w", context.Canceled)

func killAt(step string) func(string) error {
	return func(at string) error {
		if at == step {
			return errKilled
		}
		return nil
	}
}

// whole holds that there is a file for every line of the ledger, and no line without a file (P12).
func (w *town) whole() {
	w.t.Helper()
	ready := w.number("select count(*) from release_request where state = 'ready'")
	files := w.number("select count(*) from release_file where content is not null and certificate is not null")
	counted := w.number("select coalesce(sum(count), 0) from release_count")
	rows := w.number("select coalesce(max(rows), 0) from release_file")
	if ready != files || counted != rows {
		w.t.Errorf("%d requests are ready, %d files are kept; %d rows are counted, the largest file has %d", ready, files, counted, rows)
	}
}

// A run killed between any two steps leaves all or nothing, and the next gives the same bytes (P12).
func TestKilledBetweenEveryTwoSteps(t *testing.T) {
	w := newHouse(t)
	var first, firstCertificate []byte
	for _, step := range []string{"claimed", "built", "entered", "inserted", "committed", "never"} {
		id := w.asked("")
		w.approved(id)
		w.Releases.Between(killAt(step))
		if err := job.Drain(t.Context(), w.Store, w.Workers); (err == nil) != (step == "never") || err != nil && !errors.Is(err, errKilled) {
			t.Fatalf("killed at %s: %v", step, err)
		}
		w.whole()
		r, err := w.Releases.Release(t.Context(), w.agent, id)
		w.must(err)
		if done := r.State == "ready"; done != (step == "committed" || step == "never") {
			t.Errorf("killed at %s: the request is %s", step, r.State)
		}
		w.Releases.Between(nil)
		w.Drain()
		w.whole()
		_, book, err := w.Releases.Book(t.Context(), w.agent, id, "")
		w.must(err)
		_, certificate, err := w.Releases.Certificate(t.Context(), w.agent, id)
		w.must(err)
		if first == nil {
			first, firstCertificate = book, certificate
		}
		if !bytes.Equal(book, first) || !bytes.Equal(certificate, firstCertificate) {
			t.Errorf("killed at %s: the second try gives other bytes", step)
		}
	}
}

// A month that is frozen between asking and making is not in the file that was asked for; it is in the next.
func TestFileIsWhatWasAsked(t *testing.T) {
	w := newHouse(t)
	w.must(w.exec("delete from release_cohort"))
	w.adopt(4)
	early := w.asked("")
	w.must(w.exec("delete from release_cohort"))
	w.adopt(6)
	late := w.asked("")
	w.approved(late)
	w.Drain()
	w.approved(early) // a file of fewer months, made later, hands over nothing new
	w.Drain()
	rows := map[string]int{}
	for _, id := range []string{early, late} {
		r, err := w.Releases.Release(t.Context(), w.agent, id)
		w.must(err)
		if r.State != "ready" {
			t.Fatalf("%s: %s", r.State, r.Fault)
		}
		rows[id] = r.File.Rows
	}
	if rows[early] >= rows[late] || w.number("select sum(count) from release_count") != rows[late] {
		t.Errorf("%d rows, then %d", rows[early], rows[late])
	}
}

// Two analysts whose files are made at once: both are whole, and counted once.
func TestTwoFilesAtOnce(t *testing.T) {
	w := newHouse(t)
	for range 2 {
		w.approved(w.asked(""))
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() { _ = job.Drain(t.Context(), w.Store, w.Workers) }) // both do both: a job may run twice
	}
	all.Wait()
	w.Drain()
	if n := w.number("select count(*) from release_file"); n != 2 {
		t.Errorf("%d files", n)
	}
	w.whole()
}

// What the ledger or the rows contradict is a fault of the program: nothing is handed over, and the request says so.
func TestFaultsHandNothingOver(t *testing.T) {
	for name, c := range map[string]struct{ sql, key string }{
		"a cell that grew by three":   {"update release_count set count = count - 3 where cell = (select min(cell) from release_count)", "release.ledger"},
		"a cell that nobody released": {"insert into release_count select procedure, schema, '[\"a\",\"b\",\"c\",\"d\",\"e\"]', 2 from release_count limit 1", "release.ledger"},
		"a row less in a cohort":      {"update release_cohort set rows = jsonb_set(rows, '{rows}', (rows->'rows') - 0) where released = (select max(released) from release_cohort)", "release.ledger"},
		"another promise":             {"update release_cohort set rows = jsonb_set(rows, '{smallest_cell,households}', '2') where released = (select max(released) from release_cohort)", "release.fault"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newHouse(t)
			w.made()
			before := w.number("select count(*) from release_file")
			id := w.asked("")
			w.approved(id)
			w.must(w.exec(c.sql))
			w.Drain()
			r, err := w.Releases.Release(t.Context(), w.agent, id)
			w.must(err)
			if r.State != "failed" || r.Fault != c.key || w.number("select count(*) from release_file") != before {
				t.Errorf("%s %s", r.State, r.Fault)
			}
			if _, _, err := w.Releases.Book(t.Context(), w.agent, id, ""); fault.Key(err) != "release.not_ready" {
				t.Errorf("a file was handed over: %v", err)
			}
		})
	}
}

// A freeze that is killed leaves the month to the next run.
func TestKilledFreeze(t *testing.T) {
	w := newHouse(t)
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	for _, step := range []string{"judged", "marked"} {
		w.Releases.Between(killAt(step))
		if err := w.Releases.FreezeAll(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("killed at %s: %v", step, err)
		}
		if n := w.number("select count(*) from release_cohort"); n != 6 {
			t.Errorf("killed at %s: %d months are frozen", step, n)
		}
	}
	w.Releases.Between(nil)
	w.must(w.Releases.FreezeAll(t.Context()))
	if n := w.number("select count(*) from release_cohort"); n != 7 {
		t.Errorf("%d months are frozen", n)
	}
}
