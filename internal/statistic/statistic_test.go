package statistic_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/release"
	"guichet/internal/statistic"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const requests = "rights-request"

type desk struct {
	*stage.App
	t             *testing.T
	person, agent access.Actor
	ids           []string // still open
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	w := &desk{App: stage.Open(t), t: t, person: access.Actor{Kind: access.Person}}
	w.must(w.Store.InTx(t.Context(), func(tx *store.Tx) (err error) {
		w.person.AccountID, err = w.Accounts.CreateActive(t.Context(), tx, account.New{Kind: "person", Profile: account.Profile{Email: "a@example.org"}, PasswordHash: "none"})
		return err
	}))
	w.agent = access.Actor{Kind: access.Agent, AccountID: w.person.AccountID, Grants: []access.Grant{{
		Procedure: requests, Role: "legal_cell", Verbs: []access.Verb{access.Read, access.Process, access.Export},
	}}}
	return w
}

func (w *desk) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// ask sends n requests to exercise rights.
func (w *desk) ask(n int, rights ...string) {
	w.t.Helper()
	ctx, p := w.t.Context(), w.Catalogue.Get(requests)
	var accepted, review []string
	for _, x := range dossier.EntryNotices(p) {
		accepted = append(accepted, x.ID)
	}
	for _, x := range p.Flow.NoticesAt("review") {
		review = append(review, x.ID)
	}
	for range n {
		id, err := w.Office.Import(ctx, w.person, dossier.Prepared{Procedure: p.ID, Accepted: accepted, Lang: "fr", Answers: form.Raw{
			"requester.last_name": {"Zaunkönig"}, "requester.first_name": {"Ada"}, "requester.email": {"a@example.org"},
			"request.right": rights, "request.message": {"Rotkehlchen"},
		}})
		w.must(err)
		w.must(w.Office.Move(ctx, w.person, id, dossier.Act{Move: "submit", Accepted: review}))
		w.ids = append(w.ids, id)
	}
}

// withdraw ends the oldest n requests.
func (w *desk) withdraw(n int) {
	w.t.Helper()
	for _, id := range w.ids[:n] {
		w.must(w.Office.Move(w.t.Context(), w.person, id, dossier.Act{Move: "withdraw"}))
	}
	w.ids = w.ids[n:]
}

// at lets the clock stand on a day, and counts.
func (w *desk) at(year int, month time.Month, day int) {
	w.t.Helper()
	w.Clock.Set(time.Date(year, month, day, 8, 0, 0, 0, time.UTC))
	w.must(w.Statistics.CountAll(w.t.Context()))
}

// lines are a figure as text, a line a row.
func (w *desk) lines(figure string) string {
	w.t.Helper()
	a, err := w.Statistics.Answer(w.t.Context(), w.agent, requests, figure, release.Period{}, text.EN)
	w.must(err)
	var out strings.Builder
	for _, row := range a.Cells() {
		fmt.Fprintln(&out, strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%v", row), "["), "]"))
	}
	return strings.ReplaceAll(out.String(), "\u00a0", " ")
}

func (w *desk) kept() (out string) {
	w.t.Helper()
	w.must(w.Store.Pool().QueryRow(w.t.Context(), "select string_agg(t::text, E'\n' order by counts, month, figure) from statistic t").Scan(&out))
	return out
}

func (w *desk) shows(figure string, lines ...string) {
	w.t.Helper()
	got := w.lines(figure)
	for _, line := range lines {
		if !strings.Contains(got, line+"\n") {
			w.t.Errorf("%s has no line %q:\n%s", figure, line, got)
		}
	}
}

// Months are counted when they are over, once; the few are hidden, with others; what happens to the dossiers later, their
// erasure too, changes nothing of what is told.
func TestMonthsAreCountedBeforeThePurge(t *testing.T) {
	w := newDesk(t)
	ctx := t.Context()
	w.ask(12, "access")
	w.ask(5, "access", "rectification")
	w.ask(2, "erasure")
	w.withdraw(8)
	w.must(w.Statistics.CountAll(ctx))
	if got := w.lines("rights"); strings.Contains(got, "2026") {
		t.Fatalf("told before the month is over:\n%s", got)
	}

	w.Clock.Set(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	var both sync.WaitGroup
	for range 2 { // two servers
		both.Go(func() {
			if err := w.Statistics.CountAll(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	w.shows("outcomes", "November 2026 0 0 8 0 8 0%")
	w.shows("punctuality", "November 2026 8 0 0 8 0%")
	w.shows("durations", "Withdrawn by the person 8 0 0 0 0 8 under 8 under 8")
	rights := w.lines("rights")
	if !strings.Contains(rights, " 19\n") || strings.Contains(rights, " 2 ") || strings.Contains(rights, " 12 ") == strings.Contains(rights, " 5 ") {
		t.Errorf("two requests for erasure are told, or are the difference:\n%s", rights)
	}
	var small int
	w.must(w.Store.Pool().QueryRow(ctx, "select count(*) from statistic, unnest(cells) n where n between 1 and 4 or n < -1").Scan(&small))
	if small > 0 {
		t.Errorf("%d small counts are kept", small)
	}
	kept := w.kept()

	// A closing that is dated back, another state of what was closed, another run: the month stays.
	w.withdraw(3)
	w.exec("update dossier set closed_at = '2026-11-25' where closed_at > '2026-12-01'")
	w.exec("update dossier set state = 'refused' where public_id = (select min(public_id) from dossier where state = 'withdrawn')")
	w.must(w.Statistics.CountAll(ctx))
	if again := w.kept(); again != kept {
		t.Errorf("a month was counted again:\n%s\n%s", kept, again)
	}
	for _, sql := range []string{"update statistic set cells = cells", "delete from statistic", "delete from statistic_month"} {
		if _, err := w.Store.Pool().Exec(ctx, sql); err == nil {
			t.Errorf("%s: what was counted can be changed", sql)
		}
	}

	w.Clock.Set(time.Date(2027, 1, 5, 8, 0, 0, 0, time.UTC)) // the day to answer was 20 December
	w.withdraw(6)
	w.at(2027, 2, 1)
	w.shows("punctuality", "December 2026 0 0 0 0 –", "January 2027 0 6 0 6 100%", "Total 8 6 0 14 42.9%")
	w.shows("durations", "Withdrawn by the person 8 0 0 0 6 14 under 8 32 and over")
	w.taken()

	// Three years later all is erased, and what was told is told still. Of a month of which some dossiers are gone nothing is.
	before := w.lines("rights")
	w.ask(6, "opposition")
	open := w.ids
	w.Clock.Set(time.Date(2027, 4, 5, 8, 0, 0, 0, time.UTC))
	w.ids = nil
	w.ask(5, "access")
	w.withdraw(5)
	w.ids = open
	w.Clock.Set(time.Date(2030, 3, 1, 8, 0, 0, 0, time.UTC))
	w.withdraw(len(w.ids))
	for range 3 {
		w.Clock.Set(w.Clock.Now().Add(24 * time.Hour))
		w.must(w.Keeper.Run(ctx))
	}
	var left int
	w.must(w.Store.Pool().QueryRow(ctx, "select count(*) from dossier").Scan(&left))
	if after := w.lines("rights"); left != 5 || after != before {
		t.Errorf("%d dossiers are left; told before and after:\n%s\n%s", left, before, after)
	}
	w.at(2030, 4, 2)
	if got := w.lines("outcomes"); strings.Contains(got, "March 2030") {
		t.Errorf("half a month is told:\n%s", got)
	}

	// Old requests go every month, and are told that they will: the month is counted all the same.
	w.must(w.Keeper.Run(ctx))
	w.ask(7, "access")
	w.withdraw(7)
	w.Clock.Set(time.Date(2030, 4, 8, 8, 0, 0, 0, time.UTC))
	w.must(w.Keeper.Run(ctx))
	if w.must(w.Store.Pool().QueryRow(ctx, "select count(*) from dossier").Scan(&left)); left != 7 {
		t.Errorf("%d dossiers are left", left)
	}
	w.at(2030, 5, 2)
	w.shows("outcomes", "April 2030 0 0 7 0 7 0%")
}

func (w *desk) exec(sql string) {
	w.t.Helper()
	_, err := w.Store.Pool().Exec(w.t.Context(), sql)
	w.must(err)
}

// taken holds the files to the page, and the journal to the downloads; who has no right has nothing.
func (w *desk) taken() {
	w.t.Helper()
	ctx := w.t.Context()
	get := func(kind string, lang text.Lang) statistic.File {
		f, err := w.Statistics.Download(ctx, w.agent, requests, "punctuality", kind, release.Period{}, lang)
		w.must(err)
		return f
	}
	book, again := get(statistic.XLSX, text.EN), get(statistic.XLSX, text.EN)
	if !bytes.Equal(book.Body, again.Body) || book.Name != "punctuality-2026-11-2027-01-en.xlsx" {
		w.t.Errorf("%s: two runs give two files, or another name", book.Name)
	}
	f, err := excelize.OpenReader(bytes.NewReader(book.Body))
	w.must(err)
	rows, err := f.GetRows(f.GetSheetName(0))
	w.must(err)
	if got := strings.ReplaceAll(strings.Join(rows[3], " "), "\u00a0", " "); got != "January 2027 0 6 0 6 100%" {
		w.t.Errorf("the workbook says %q", got)
	}
	table := get(statistic.CSV, text.FR)
	if body := string(table.Body); !strings.HasPrefix(body, "\ufeffMois;") || !strings.Contains(body, "\r\njanvier\u00a02027;0;6;0;6;100\u00a0%\r\n") {
		w.t.Errorf("the file says %s", body)
	}
	var n int
	w.must(w.Store.Pool().QueryRow(ctx, "select count(*) from release_act where procedure = $1 and act = 'statistic downloaded' and actor_id = $2", requests, w.agent.AccountID).Scan(&n))
	if n != 3 {
		w.t.Errorf("%d downloads are written down", n)
	}
	reader := access.Actor{Kind: access.Agent, AccountID: 1, Grants: []access.Grant{{Procedure: requests, Role: "webmaster", Verbs: []access.Verb{access.Read, access.Process}}}}
	for _, a := range []access.Actor{{}, w.person, reader} {
		if _, err := w.Statistics.Answer(ctx, a, requests, "rights", release.Period{}, text.FR); fault.Of(err) != fault.NotFound {
			w.t.Errorf("%q: %v", a.Kind, err)
		}
		if _, err := w.Statistics.Download(ctx, a, requests, "rights", statistic.CSV, release.Period{}, text.FR); fault.Of(err) != fault.NotFound {
			w.t.Errorf("%q downloads: %v", a.Kind, err)
		}
	}
	if _, err := w.Statistics.Answer(ctx, w.agent, requests, "names", release.Period{}, text.FR); fault.Of(err) != fault.NotFound {
		w.t.Errorf("a figure that nobody declared: %v", err)
	}
	early := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := w.Statistics.Download(ctx, w.agent, requests, "rights", statistic.CSV, release.Period{From: early, To: early}, text.FR); fault.Key(err) != "release.nothing_counted" {
		w.t.Errorf("a file of nothing: %v", err)
	}
}
