package demo_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/demo"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

const permit = "residence-permit"

func TestMain(m *testing.M) { testkit.Main(m) }

var now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func newLoader(t testing.TB, size demo.Size) *demo.Loader {
	t.Helper()
	catalogue, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Fatal(r)
	}
	keys, err := seal.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	blobs, err := document.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	st := testkit.Store(t, func() time.Time { return now })
	rights := func(procedure, role string) (verbs []access.Verb, hidden []string) {
		r := catalogue.Get(procedure).Flow.Role(role)
		for _, verb := range r.Can {
			verbs = append(verbs, access.Verb(verb))
		}
		return verbs, r.Hide
	}
	return &demo.Loader{
		Office: &dossier.Office{Store: st, Keys: keys, Catalogue: catalogue, Blobs: blobs, Workshop: testkit.Workshop()},
		Accounts: account.NewDesk(account.Config{
			Store: st, Keys: keys, Roles: rights,
		}),
		Owner: testkit.OwnerDSN(st), Blobs: dir, Size: size,
		Freeze: func(context.Context, *store.Store, *dossier.Office) error { return nil },
	}
}

// The demonstration is made by the office that everybody uses, so it can be read, worked on and shown like anything else.
func TestLoadFillsEveryState(t *testing.T) {
	l := newLoader(t, demo.Size{Work: 45, Closed: 30})
	ctx := t.Context()
	var leaving sync.Mutex
	var left []int64
	l.Office.Push = func(_ context.Context, _ *store.Tx, x dossier.Leaving) error {
		leaving.Lock()
		defer leaving.Unlock()
		left = append(left, x.ID)
		return nil
	}
	if err := l.Load(ctx); err != nil {
		t.Fatal(err)
	}
	count := func(sql string) (n int) {
		t.Helper()
		if err := l.Office.Store.Pool().QueryRow(ctx, sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	states := map[string]int{}
	for _, s := range []string{"draft", "submitted", "incomplete", "admissible", "accepted", "refused", "cancelled"} {
		if states[s] = count("select count(*) from dossier where procedure = 'residence-permit' and state = '" + s + "'"); states[s] == 0 {
			t.Errorf("no dossier is %s", s)
		}
	}
	for _, s := range []string{"received", "searching", "identity_doubt", "answered", "refused", "dispensed", "withdrawn"} {
		if count("select count(*) from dossier where procedure = 'rights-request' and state = '"+s+"'") == 0 {
			t.Errorf("no request is %s", s)
		}
	}
	for what, sql := range map[string]string{
		"by form": "channel = 'online'", "by mail": "channel = 'email'", "by post": "channel = 'post'", "overdue": "due_on < '2026-11-20' and closed_at is null", "without a deadline": "due_on is null", "extended": "due_on > '2026-12-21'",
	} {
		if count("select count(*) from dossier where procedure = 'rights-request' and "+sql) == 0 {
			t.Errorf("no request is %s", what)
		}
	}
	if asked, lines := count("select count(*) from search_order"), count("select count(*) from register_line"); asked == 0 || lines != count("select count(*) from dossier where procedure = 'rights-request'") {
		t.Errorf("%d searches asked for, %d lines of the register", asked, lines)
	}
	closed := 0
	if err := l.Office.Store.Pool().QueryRow(ctx, "select count(*) from dossier where state_kind = 'closed' and id = any($1)", left).Scan(&closed); err != nil {
		t.Fatal(err)
	}
	if len(left) == 0 || closed != 0 {
		t.Errorf("of %d dossiers to hand over, %d are closed long since", len(left), closed)
	}
	if n := count("select count(*) from mandate m where m.stands and m.firm_id = (select firm_id from firm_member where role = 'head' and since is not null)"); n == 0 {
		t.Error("the firm has no client")
	}
	if n := count("select count(*) from dossier where procedure = 'residence-permit'"); n != 45+30+4 {
		t.Errorf("%d dossiers: %v", n, states)
	}
	for what, sql := range map[string]string{
		"closed too long ago":          "select count(*) from dossier where closed_at < '2026-08-20' and procedure = 'residence-permit'",
		"closed in the future":         "select count(*) from dossier where closed_at > '2026-11-20 09:00'",
		"mail that would be sent":      "select count(*) from mail where state = 'queued'",
		"mail in the queue":            "select count(*) from jobs.river_job where kind = 'mail'",
		"proposal that nobody decided": "select count(*) from proposal where state = 'waiting'",
		"submitted without a paper":    "select count(*) from dossier d where procedure = 'residence-permit' and submitted_at is not null and not exists (select from document where dossier_id = d.id)",
	} {
		if n := count(sql); n > 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if n := count("select count(*) from asked_item"); n < 2 {
		t.Errorf("%d items asked", n)
	}
	readOne(t, l)
	before := count("select count(*) from journal_entry")
	if err := l.Load(ctx); err != nil || count("select count(*) from journal_entry") != before {
		t.Errorf("a second load was none: %v", err)
	}
}

// readOne opens a dossier as an agent does, and one of its papers.
func readOne(t *testing.T, l *demo.Loader) {
	t.Helper()
	agent := access.Actor{Kind: access.Agent, AccountID: 1, Grants: []access.Grant{{Procedure: permit, Role: "authority", Verbs: []access.Verb{access.Read}}}}
	rows, _, err := l.Office.Queue(t.Context(), agent, dossier.Filter{Procedure: permit, State: "admissible", Limit: 50})
	if err != nil || len(rows) == 0 || rows[0].Heading == "" {
		t.Fatalf("%+v %v", rows, err)
	}
	if _, err := l.Office.Read(t.Context(), agent, rows[0].PublicID); fault.Key(err) != "reading.purpose" {
		t.Errorf("read without a word why: %v", err)
	}
	own := slices.IndexFunc(rows, func(r dossier.Row) bool { return r.AssigneeID != 0 })
	if own < 0 {
		t.Fatal("nobody has an admissible dossier in hand")
	}
	agent.AccountID = rows[own].AssigneeID
	f, err := l.Office.Read(t.Context(), agent, rows[own].PublicID)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Reads) == 0 || len(f.Filed) < 40 {
		t.Errorf("%d answers, %d readings", len(f.Filed), len(f.Reads))
	}
}

func TestLoadBeginsAnewWhenInterrupted(t *testing.T) {
	l := newLoader(t, demo.Size{Work: 6})
	broken := errors.New("stopped")
	l.Freeze = func(context.Context, *store.Store, *dossier.Office) error { return broken }
	if err := l.Load(t.Context()); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if there, err := demo.Loaded(t.Context(), l.Office.Store); err != nil || !there {
		t.Fatalf("half a demo is not marked: %v", err)
	}
	l.Freeze = func(context.Context, *store.Store, *dossier.Office) error { return nil }
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := l.Office.Store.Pool().QueryRow(t.Context(), "select count(*) from dossier where procedure = 'residence-permit'").Scan(&n); err != nil || n != 6+4 {
		t.Fatalf("%d dossiers: %v", n, err)
	}
}

// What is erased long since stands in frozen cohorts alone, month after month, up to the months that are judged from dossiers.
func TestLoadRemembersAPast(t *testing.T) {
	l := newLoader(t, demo.Size{Work: 4, Past: 5})
	var judged []time.Time
	l.Freeze = func(_ context.Context, s *store.Store, _ *dossier.Office) error {
		judged = append(judged, s.Now())
		return nil
	}
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := l.Office.Store.Pool().Query(t.Context(), "select to_char(month, 'YYYY-MM'), released, frozen_at from release_cohort order by month")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var months []string
	released := 0
	for rows.Next() {
		var month string
		var n int
		var at time.Time
		if err := rows.Scan(&month, &n, &at); err != nil {
			t.Fatal(err)
		}
		if months = append(months, month); at.Format("2006-01") <= month {
			t.Errorf("%s was frozen on %s", month, at)
		}
		released += n
	}
	if !slices.Equal(months, []string{"2026-06", "2026-07", "2026-08"}) || released == 0 || rows.Err() != nil {
		t.Errorf("%v, %d rows: %v", months, released, rows.Err())
	}
	var tables, fewest int
	if err := l.Office.Store.Pool().QueryRow(t.Context(), "select count(*), min(cells[cardinality(cells)]) from release_tabulation").Scan(&tables, &fewest); err != nil {
		t.Fatal(err)
	}
	if questions := len(l.Office.Catalogue.Get(permit).Questions) - 1; tables != 3*questions || fewest < 50 {
		t.Errorf("%d tables of the past, %d dossiers in the smallest month", tables, fewest)
	}
	if len(judged) != 2 || judged[0].Format("2006-01") != "2026-10" {
		t.Errorf("judged at %v", judged)
	}
}

func TestLoadRefusesADatabaseInUse(t *testing.T) {
	l := newLoader(t, demo.Size{Work: 1})
	err := l.Office.Store.InTx(t.Context(), func(tx *store.Tx) error {
		_, err := l.Accounts.CreateActive(t.Context(), tx, account.New{Kind: string(access.Person), Profile: account.Profile{Email: "real@example.org"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Load(t.Context()); !errors.Is(err, demo.ErrOccupied) {
		t.Fatalf("loaded over real accounts: %v", err)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if err := newLoader(b, demo.Size{Work: 60, Closed: 440}).Load(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// A demonstration that begins anew leaves nothing of the one before in any table: what is forgotten here would mix two of them.
func TestBeginningAnewClearsEveryTable(t *testing.T) {
	l := newLoader(t, demo.Size{Work: 1})
	query, err := os.ReadFile("../../db/queries/demo.sql")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := l.Office.Store.Pool().Query(t.Context(), "select tablename from pg_tables where schemaname = 'public' and tablename not in ('setting', 'setting_chain', 'breach_chain', 'schema_version', 'schema_state')")
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 20 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		if !regexp.MustCompile(`truncate [^;]*\b` + name + `\b`).Match(query) {
			t.Errorf("%s is not cleared", name)
		}
	}
	owner, err := store.Open(t.Context(), l.Owner, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	if err := owner.InTx(t.Context(), func(tx *store.Tx) error { return tx.Q.DemoClear(t.Context()) }); err != nil {
		t.Error(err)
	}
}

// A file is asked for by one person and approved by another: the list of who can sign in names one of each, and both may.
func TestTwoSignInsMakeAFile(t *testing.T) {
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	who, err := demo.SignIns(catalogue.All())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, x := range who {
		for _, does := range []string{"asks for the anonymised file", "approves the anonymised file"} {
			if x.Agent && strings.Contains(x.Shows.EN, does) {
				found[does] = x.Email
			}
		}
	}
	if len(found) != 2 {
		t.Fatalf("%v", found)
	}
	l := newLoader(t, demo.Size{Work: 1})
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for does, email := range found {
		rows, err := l.Office.Store.Pool().Query(t.Context(), "select g.role from agent_grant g join account a on a.id = g.account_id where a.email_index = $1", l.Office.Keys.Index("account/agent", email))
		if err != nil {
			t.Fatal(err)
		}
		roles, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || !slices.ContainsFunc(roles, func(role string) bool {
			r := catalogue.Get(permit).Flow.Role(role)
			return r != nil && r.May("export")
		}) {
			t.Errorf("%s %s, with the roles %v: %v", email, does, roles, err)
		}
	}
}
