package journal

import (
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/testkit"
)

// What is too old goes, also of a dossier still open, at the period of its procedure; what it amounted to is signed in its place,
// the chain goes on from there, and nothing goes a moment early (RP-185, DS-111).
func TestOldLinesGoAndTheProofStays(t *testing.T) {
	testkit.Covers(t, "RP-185")
	w := newWorld(t, 2, 6) // of p for a year, of q for half a year
	ctx := t.Context()
	sign := func() Checkpoint {
		t.Helper()
		c, r, err := w.Sign(ctx)
		w.must(err)
		for _, f := range r.Faults {
			t.Error(f)
		}
		return c
	}
	lines := func(i, want int) {
		t.Helper()
		if n := w.count("select count(*) from journal_entry where dossier_id = $1", w.ids[i]); n != want {
			t.Errorf("dossier %d has %d lines, want %d", w.ids[i], n, want)
		}
	}
	begun := w.clock.Now()
	w.read(0, 1)
	w.read(1, 2)
	first := sign()
	w.clock.Set(testkit.Today.AddDate(0, 6, 0))
	sign()
	lines(0, 6)
	lines(1, 6) // the first line is half a year old to the minute, and no older
	w.clock.Set(begun.AddDate(0, 6, 0).Add(time.Hour))
	sign()
	lines(0, 6)
	lines(1, 0)
	w.act(1, "answer") // a chain goes on where nothing is left of it
	if n := w.count("select count(*) from journal_read"); n != 1 {
		t.Errorf("%d readings are left, want that of the procedure that keeps them a year", n)
	}
	w.sound(first)
	w.clock.Set(begun.AddDate(1, 0, 0).Add(2 * time.Hour))
	second := sign()
	lines(0, 0)
	lines(1, 0)
	w.act(0, "submit")
	w.sound(first, second)
	if n := w.count("select count(*) from journal_link") + w.count("select count(*) from journal_read"); n != 0 {
		t.Errorf("%d readings or links are left", n)
	}
	w.exec("update journal_entry set act = 'refuse' where dossier_id = $1", w.ids[0])
	if len(w.verify()) != 1 {
		t.Error("a change after a cut is not found")
	}
}

// A dossier that is erased leaves its lines without anybody's name, and the chain sound to its end.
func TestErasedDossiersKeepTheirChain(t *testing.T) {
	w := newWorld(t, 3, 5)
	for i := range 3 {
		w.read(i, int64(i+1))
	}
	kept, _, err := w.Sign(t.Context())
	w.must(err)
	w.read(0, 9) // chained after it was forgotten
	w.erase(0)
	if n := w.count("select count(*) from journal_entry where dossier_id = $1 and num_nonnulls(actor_id, salt, sealed) > 0", w.ids[0]); n != 0 {
		t.Errorf("%d lines still name somebody", n)
	}
	if n := w.count("select count(*) from journal_read r left join journal_link l on l.read_id = r.id where r.dossier_id = $1 and num_nonnulls(r.actor_id, l.salt) > 0", w.ids[0]); n != 0 {
		t.Errorf("%d readings still name somebody", n)
	}
	_, err = Link(t.Context(), w.Store)
	w.must(err)
	w.sound(kept)
	w.exec("alter table purge_certificate disable trigger all")
	w.exec("delete from purge_certificate")
	if f := w.verify(); len(f) != 1 || !strings.Contains(f[0].What, "no certificate") {
		t.Errorf("a dossier that was taken as if it had been erased: %v", f)
	}
	w.exec("insert into purge_certificate (rule, procedure, dossier_id, category, count, whole, at) values ('x', 'p', $1, 'x', 1, true, now())", w.ids[0])
	w.sound(kept)
	w.exec("delete from journal_entry where dossier_id = $1 and seq = 5", w.ids[0])
	w.exec("delete from purge_certificate")
	if f := w.verify(); len(f) != 1 || f[0].Line != 5 {
		t.Errorf("the cut end of a dossier that is gone, one fault a chain: %v", f)
	}
}

// Who read is forgotten while readings are being chained: no link is left that names somebody the reading does not.
func TestForgettingWhileChainingOnce(t *testing.T) {
	const dossiers = 10
	w := newWorld(t, dossiers, 2)
	for i := range dossiers {
		for range 40 {
			w.read(i, int64(i+1))
		}
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := Link(t.Context(), w.Store); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() { w.erase(i) })
		both.Wait()
	}
	_, err := Link(t.Context(), w.Store)
	w.must(err)
	w.sound()
}

// A dossier that goes, and its day's key after it, while the whole journal is looked at is no tampering: both run by the hour.
func TestErasedDuringALook(t *testing.T) {
	w := newWorld(t, 3, 4)
	day := w.clock.Now().AddDate(0, 1, 0)
	wrapped, by, err := w.Keys.WrapForDay(w.keys[1], day)
	w.must(err)
	w.exec("update data_key set wrapped = $2, wrapped_by = $3 where dossier_id = $1", w.ids[1], wrapped, by)
	before, looked := w.Before, false
	w.Before = func(procedure string, now time.Time) time.Time {
		if !looked { // the look has begun
			looked = true
			w.erase(1)
			w.must(w.Keys.DestroyDay(day))
		}
		return before(procedure, now)
	}
	w.sound()
	if w.sound(); w.count("select count(*) from dossier") != 2 {
		t.Error("nothing was erased")
	}
}

// Readers wait for nobody, jobs that chain them wait for each other: whatever comes at once, each reading is chained once.
func TestReadingsAreChainedOnce(t *testing.T) {
	w := newWorld(t, 4, 1)
	for i := range 40 {
		w.read(i%4, 1)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := Link(t.Context(), w.Store); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.count("select count(*) from journal_link"); n != 40 {
		t.Errorf("%d links of 40 readings", n)
	}
	w.sound()
}
