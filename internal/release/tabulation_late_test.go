package release_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit"
)

// counted are the months that a question is answered for.
func (w *town) counted(question string) string {
	w.t.Helper()
	out := ""
	for _, m := range w.answer(question).Months {
		out += m.Format("2006-01 ")
	}
	return out
}

// A server that was down over a whole month counts it when it is back, with the month before it that nobody had counted.
func TestMonthsThatNobodyCountedAreCountedLater(t *testing.T) {
	testkit.Covers(t, "RP-176")
	w := newTown(t)
	for i := range 6 {
		w.closed(w.person(), "Canari"+strings.Repeat("o", i), fmt.Sprintf("%d rue Grimaldi", i+1), "family")
	}
	w.Clock.Set(time.Date(2027, 1, 2, 8, 0, 0, 0, time.UTC))
	w.must(w.exec(`create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`))
	w.must(w.exec("create trigger broken before insert on release_tabulation for each row when (new.month = '2026-11-01') execute function broken()"))
	if err := w.Releases.TabulateAll(t.Context()); err == nil {
		t.Error("a month that cannot be counted is passed over in silence")
	}
	if got := w.counted("activities"); got != "2026-12 " {
		t.Errorf("one month cannot be counted, and of the others %q are", got)
	}
	w.must(w.exec("drop trigger broken on release_tabulation"))
	w.must(w.Releases.TabulateAll(t.Context()))
	if got := w.counted("activities"); got != "2026-11 2026-12 " {
		t.Errorf("counted: %s", got)
	}
	a := w.answer("activities")
	if n := a.Rows[0].Figures[len(a.Columns)-1].N; n < 2 || n > 10 {
		t.Errorf("six dossiers are told as %d:\n%s", n, lines(a))
	}
}

// Of a month whose first dossiers are erased by now, nothing is told: what is left of it is not the month.
func TestHalfAMonthIsNotTold(t *testing.T) {
	w := newTown(t)
	w.closed(w.person(), "Canari", "1 rue Grimaldi", "family")
	w.Clock.Set(time.Date(2027, 2, 3, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.TabulateAll(t.Context()))
	if got := w.counted("activities"); got != "2026-12 2027-01 " {
		t.Errorf("counted: %s", got)
	}
}
