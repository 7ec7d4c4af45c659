package release_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

// answer asks a declared question, over all months.
func (w *town) answer(question string) release.Answer {
	w.t.Helper()
	a, err := w.Releases.Answer(w.t.Context(), w.agent, w.Definition().ID, question, release.Period{}, text.FR)
	w.must(err)
	return a
}

// lines are an answer as text, a line a row.
func lines(a release.Answer) string {
	var out strings.Builder
	fmt.Fprintln(&out, a.Head, a.Columns)
	for _, r := range a.Rows {
		fmt.Fprint(&out, r.Label)
		for _, f := range r.Figures {
			fmt.Fprintf(&out, " | %d", f.N)
			if f.Short > 0 {
				fmt.Fprintf(&out, " (%d)", f.Short)
			}
		}
		fmt.Fprintln(&out)
	}
	return out.String()
}

// A month is counted when it is over, once, with noise, from all closed dossiers; longer periods are sums of months.
func TestTablesOfASmallTown(t *testing.T) {
	testkit.Covers(t, "RP-176")
	testkit.Whole(t)
	w := newTown(t)
	ctx := t.Context()
	w.crowd()
	firm := w.person()
	for range 2 { // one firm: closed and counted, but never released
		w.closed(firm, "Firme", "3 quai Antoine", "refugee")
	}
	if a := w.answer("activities"); len(a.Offered) != 0 || len(a.Rows) != 0 {
		t.Fatalf("answered before any month is over: %s", lines(a))
	}
	w.monthsLater(1)
	w.must(w.Releases.TabulateAll(ctx))
	released := w.number("select sum(released) from release_cohort")
	for _, q := range w.Definition().Questions {
		a, n := w.answer(q.ID), w.number("select count(*) from dossier where closed_at is not null")
		if q.Frozen() {
			n = released
		}
		if len(a.Months) != 1 {
			t.Errorf("%s: %v", q.ID, a.Months)
		}
		if total := a.Rows[len(a.Rows)-1].Figures[len(a.Columns)-1].N; total < n-4 || total > n+4 {
			t.Errorf("%s: %d dossiers are told as %d:\n%s", q.ID, n, total, lines(a))
		}
	}
	w.secretsAreReleasedRows()
	w.tableBook()
	kept := w.everything()

	// A dossier whose closing is dated back, or another run, changes nothing of a month that was counted.
	w.closed(w.person(), "Tardif", "1 rue Basse", "family")
	_, err := w.Store.Pool().Exec(ctx, "update dossier set closed_at = '2026-11-20' where closed_at > '2026-12-01'")
	w.must(err)
	w.must(w.Releases.TabulateAll(ctx))
	if again := w.everything(); again != kept {
		t.Errorf("a month was counted again:\n%s\n%s", kept, again)
	}
	if _, err := w.Store.Pool().Exec(ctx, "update release_tabulation set cells = cells"); err == nil {
		t.Error("a counted month can be changed")
	}

	// The next month has nobody: nothing is told of it, and a longer period is the sum.
	w.monthsLater(2)
	w.must(w.Releases.TabulateAll(ctx))
	a := w.answer("activities")
	if len(a.Months) != 2 || a.Rows[1].Figures[len(a.Columns)-1].N != 0 || a.Rows[2].Figures[0].N != a.Rows[0].Figures[0].N || a.Rows[2].Figures[0].Short != 1 {
		t.Errorf("two months:\n%s", lines(a))
	}
}

// secretsAreReleasedRows holds that reasons which no cohort holds are not in the table that shows them.
func (w *town) secretsAreReleasedRows() {
	w.t.Helper()
	a := w.answer("reasons")
	at := slices.IndexFunc(a.Rows, func(r release.SheetRow) bool { return strings.HasPrefix(r.Label, "Autre") })
	if at < 0 {
		w.t.Fatal(lines(a))
	}
	for _, f := range a.Rows[at].Figures {
		if f.N > 0 {
			w.t.Errorf("reasons that were held back are told:\n%s", lines(a))
		}
	}
}

func (w *town) everything() (out string) {
	w.t.Helper()
	w.must(w.Store.Pool().QueryRow(w.t.Context(), "select string_agg(t::text, E'\n' order by question, month) from release_tabulation t").Scan(&out))
	return out
}

// Of fewer than k in all nothing is told, not even how many.
func TestSmallMarginsAreKeptBack(t *testing.T) {
	w := newTown(t)
	for i := range 2 {
		w.closed(w.person(), "Rare"+strings.Repeat("e", i), fmt.Sprintf("%d rue Basse", i), "family")
	}
	w.monthsLater(1)
	w.must(w.Releases.TabulateAll(t.Context()))
	for _, q := range []string{"activities", "regions", "households"} {
		a := w.answer(q)
		for _, r := range a.Rows {
			for j, f := range r.Figures {
				if f.Told > 0 {
					t.Errorf("%s, two dossiers: row %q, column %q is %+v", q, r.Label, a.Columns[j], f)
				}
			}
		}
	}
	var small int
	w.must(w.Store.Pool().QueryRow(t.Context(), "select count(*) from release_tabulation, unnest(cells) n where n between 1 and 2 or n < -1").Scan(&small))
	if small > 0 {
		t.Errorf("%d kept numbers are 1 or 2", small)
	}
}

// Only who has the right sees a table, and a question that is not declared has none.
func TestOnlyTheRightSeesTables(t *testing.T) {
	testkit.Covers(t, "RP-022")
	w := newTown(t)
	ctx, id := t.Context(), w.Definition().ID
	for _, a := range []access.Actor{{}, w.person(), {Kind: access.Agent, AccountID: 1, Grants: []access.Grant{{Procedure: id, Role: "authority", Verbs: []access.Verb{access.Read}}}}} {
		if _, err := w.Releases.Answer(ctx, a, id, "activities", release.Period{}, text.FR); fault.Of(err) != fault.NotFound {
			t.Errorf("%q: %v", a.Kind, err)
		}
		if _, _, err := w.Releases.AnswerBook(ctx, a, id, "activities", release.Period{}, text.FR); fault.Of(err) != fault.NotFound {
			t.Errorf("%q downloads: %v", a.Kind, err)
		}
	}
	if _, err := w.Releases.Answer(ctx, w.agent, id, "names", release.Period{}, text.FR); fault.Of(err) != fault.NotFound {
		t.Errorf("a question that nobody declared: %v", err)
	}
	if _, _, err := w.Releases.AnswerBook(ctx, w.agent, id, "activities", release.Period{}, text.FR); fault.Key(err) != "release.nothing_counted" {
		t.Errorf("a workbook of nothing: %v", err)
	}
}

// tableBook holds the workbook to the page's figures, as numbers; it says what the noise is, and is the same to the byte.
func (w *town) tableBook() {
	w.t.Helper()
	ctx, id := w.t.Context(), w.Definition().ID
	for _, lang := range text.Langs {
		name, book, err := w.Releases.AnswerBook(ctx, w.agent, id, "regions", release.Period{}, lang)
		w.must(err)
		w.Clock.Set(w.Clock.Now().Add(time.Hour))
		_, again, err := w.Releases.AnswerBook(ctx, w.agent, id, "regions", release.Period{}, lang)
		w.must(err)
		if !bytes.Equal(book, again) || name != "regions-2026-11-2026-11-"+string(lang)+".xlsx" {
			w.t.Errorf("%s: two runs give two files, or another name", name)
		}
		a, err := w.Releases.Answer(ctx, w.agent, id, "regions", release.Period{}, lang)
		w.must(err)
		w.sameFigures(book, a)
	}
	if n := w.number("select count(*) from release_act where act = 'table downloaded' and actor_id = $1", w.agent.AccountID); n != 4 {
		w.t.Errorf("%d downloads written down", n)
	}
}

func (w *town) sameFigures(book []byte, a release.Answer) {
	w.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	w.must(err)
	rows, err := f.GetRows(f.GetSheetName(0))
	w.must(err)
	if len(rows) != len(a.Rows)+1 || len(rows[0]) != len(a.Columns)+1 {
		w.t.Fatalf("%v", rows)
	}
	last, column := a.Rows[len(a.Rows)-1], len(a.Columns)
	cell, err := excelize.CoordinatesToCellName(column+1, len(rows))
	w.must(err)
	kind, err := f.GetCellType(f.GetSheetName(0), cell)
	w.must(err)
	if got := rows[len(rows)-1][column]; got != fmt.Sprint(last.Figures[column-1].N) || kind == excelize.CellTypeSharedString {
		w.t.Errorf("the total is %q, a cell of kind %v", got, kind)
	}
	notes, err := f.GetRows(f.GetSheetName(1))
	w.must(err)
	if words := fmt.Sprint(notes); !strings.Contains(words, "±4") {
		w.t.Error(words)
	}
}
