package breach_test

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/breach"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var officer = access.Actor{Kind: access.Agent, AccountID: 7, Grants: []access.Grant{{Procedure: "*"}}}

type world struct {
	*breach.House
	t     *testing.T
	clock *testkit.Clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := testkit.NewClock(testkit.Today)
	st := testkit.Store(t, clock.Now)
	keys, err := seal.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	return &world{&breach.House{Store: st, Keys: keys, Catalogue: c, Officer: "dpo@example.org"}, t, clock}
}

// record is one that can be kept: known an hour ago.
func (w *world) record() breach.Record {
	p := w.Catalogue.All()[0]
	return breach.Record{
		What: "Kanarienvogel entflogen", Known: w.clock.Now().Add(-time.Hour), Kinds: []string{"confidentiality"}, Categories: []string{p.ID + "/" + p.Form.Categories[0].ID, "logs"},
		People: "120", Measures: "Käfig", Consequences: "Gesang",
	}
}

func (w *world) write(number, version int64, once string, r breach.Record) int64 {
	w.t.Helper()
	n, problems, err := w.Write(w.t.Context(), officer, number, version, once, r)
	if err != nil || len(problems) > 0 {
		w.t.Fatalf("%v, %v", problems, err)
	}
	return n
}

func (w *world) one(number int64) (breach.Breach, []breach.Version) {
	w.t.Helper()
	b, v, err := w.One(w.t.Context(), officer, number)
	if err != nil {
		w.t.Fatal(err)
	}
	return b, v
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	if err := testkit.Owner(w.t, w.Store).QueryRow(w.t.Context(), sql, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// A breach is recorded once however often it is sent, and each version of it stays: nobody overwrites what another wrote.
func TestEachVersionStays(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	n := w.write(0, 0, "first", w.record())
	if again := w.write(0, 0, "first", w.record()); again != n || w.count("select count(*) from breach_line") != 1 {
		t.Fatalf("sent twice it is breach %d and %d", n, again)
	}
	other := w.record()
	other.People = "119"
	if _, _, err := w.Write(ctx, officer, 0, 0, "first", other); fault.Key(err) != "breach.sent_before" {
		t.Errorf("other words of the same form: %v", err)
	}
	b, _ := w.one(n)
	r := b.Record
	r.People = "121"
	var kept, overtaken int
	var mu sync.Mutex
	var race sync.WaitGroup
	for i := range 8 {
		race.Go(func() {
			_, _, err := w.Write(ctx, officer, n, b.Version, "race"+string(rune('a'+i)), r)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case fault.Of(err) == fault.Conflict:
				overtaken++
			default:
				t.Error(err)
			}
		})
	}
	race.Wait()
	if kept != 1 || overtaken != 7 {
		t.Errorf("eight at once: %d kept, %d told of another", kept, overtaken)
	}
	now, versions := w.one(n)
	if now.People != "121" || len(versions) != 2 || versions[1].People != "120" || versions[0].By != officer.AccountID {
		t.Errorf("%+v", versions)
	}
	if strings.Contains(testkit.Dump(t, w.Store), "Kanarienvogel") {
		t.Error("it stands in the clear")
	}
	for _, a := range []access.Actor{{}, {Kind: access.Person, AccountID: 1}, {Kind: access.Agent, AccountID: 2, Grants: []access.Grant{{Procedure: w.Catalogue.All()[0].ID, Verbs: []access.Verb{access.Read, access.Process}}}}} {
		if _, _, err := w.Write(ctx, a, 0, 0, "x", w.record()); fault.Of(err) != fault.Forbidden {
			t.Errorf("%+v writes: %v", a, err)
		}
		if _, _, err := w.All(ctx, a); fault.Of(err) != fault.Forbidden {
			t.Errorf("%+v reads: %v", a, err)
		}
	}
	if _, _, err := w.Write(ctx, officer, 99, 1, "y", w.record()); fault.Of(err) != fault.NotFound {
		t.Errorf("a breach that there is none of: %v", err)
	}
}

// The clock runs from when the breach was known, to the second, through the nights too; the officer is told when it is recorded,
// when a day is left and when it is over, once each.
func TestTheClock(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	r := w.record()
	n := w.write(0, 0, "one", r)
	due := r.Known.Add(72 * time.Hour)
	mails := func() int { return w.count("select count(*) from mail where template like 'breach.%'") }
	for _, x := range []struct {
		at    time.Time
		want  breach.Clock
		mails int
	}{
		{due.Add(-24 * time.Hour), breach.Running, 1},
		{due.Add(-24*time.Hour + time.Second), breach.Soon, 2},
		{due.Add(-time.Second), breach.Soon, 2},
		{due, breach.Over, 3},
		{due.Add(time.Hour), breach.Over, 3},
	} {
		w.clock.Set(x.at)
		for range 2 {
			if err := w.Look(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if b, _ := w.one(n); b.Stands(w.clock.Now()) != x.want || mails() != x.mails {
			t.Errorf("at %s the clock is %s and %d mails went, want %s and %d", x.at, b.Stands(w.clock.Now()), mails(), x.want, x.mails)
		}
	}
	b, _ := w.one(n)
	r = b.Record
	r.Known = w.clock.Now().Add(-71 * time.Hour) // corrected: the clock is another, and runs out too
	w.write(n, b.Version, "corrected", r)
	for _, want := range []int{4, 5} {
		for range 2 {
			if err := w.Look(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if mails() != want {
			t.Errorf("%d mails of a clock set anew, want %d", mails(), want)
		}
		w.clock.Set(w.clock.Now().Add(2 * time.Hour))
	}
	b, _ = w.one(n)
	r = b.Record
	r.Notified = w.clock.Now()
	if _, problems, err := w.Write(ctx, officer, n, b.Version, "late", r); err != nil || len(problems) != 1 || problems[0].Field != "late" {
		t.Fatalf("told late without a reason: %v, %v", problems, err)
	}
	r.Late, r.Risk = "Wochenende", breach.High
	w.write(n, b.Version, "late", r)
	if b, _ = w.one(n); b.Stands(w.clock.Now()) != breach.Late || !slices.Equal(b.Owes(), []string{"told"}) {
		t.Errorf("the clock is %s, owed is %v", b.Stands(w.clock.Now()), b.Owes())
	}
}

// What does not hold together is refused, each with its field.
func TestWhatIsWrongIsSaid(t *testing.T) {
	w := newWorld(t)
	now := w.clock.Now()
	old := w.record()
	old.Known = time.Date(206, 11, 20, 9, 30, 0, 0, time.UTC)
	if _, problems, err := w.Write(t.Context(), officer, 0, 0, "old", old); err != nil || len(problems) != 1 || problems[0].Field != "known" {
		t.Errorf("known in the year 206: %v, %v", problems, err)
	}
	for field, spoil := range map[string]func(*breach.Record){
		"what":         func(r *breach.Record) { r.What = "  " },
		"known":        func(r *breach.Record) { r.Known = now.Add(time.Second) },
		"began":        func(r *breach.Record) { r.Began = r.Known.Add(time.Second) },
		"kinds":        func(r *breach.Record) { r.Kinds = []string{"boredom"} },
		"categories":   func(r *breach.Record) { r.Categories = []string{"garden/roses"} },
		"people":       func(r *breach.Record) { r.People = "some" },
		"risk":         func(r *breach.Record) { r.Risk = "huge" },
		"notified":     func(r *breach.Record) { r.Notified = r.Known.Add(-time.Second) },
		"why_not":      func(r *breach.Record) { r.Risk, r.WhyNot = breach.Some, "Niemand" },
		"told":         func(r *breach.Record) { r.Told = now.Add(time.Second) },
		"not_told":     func(r *breach.Record) { r.Told, r.NotTold = now, "Niemand" },
		"consequences": func(r *breach.Record) { r.Consequences = strings.Repeat("é", breach.Longest+1) },
	} {
		r := w.record()
		spoil(&r)
		if _, problems, err := w.Write(t.Context(), officer, 0, 0, field, r); err != nil || len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: %v, %v", field, problems, err)
		}
	}
	if n := w.count("select count(*) from breach_line"); n != 0 {
		t.Errorf("%d of them were kept", n)
	}
	r := w.record()
	r.Risk, r.WhyNot = breach.None, "Verschlüsselt, Schlüssel sicher"
	b, _ := w.one(w.write(0, 0, "none", r))
	if b.Stands(now.AddDate(1, 0, 0)) != breach.Stopped || len(b.Owes()) != 0 {
		t.Errorf("no risk, and the clock is %s; owed is %v", b.Stands(now), b.Owes())
	}
}

// The register is neither changed nor shortened unseen, and by the role that serves not at all. Who owns the database can set back
// what says where the chain ends, or write all of it anew: the keyring's folder has seen it.
func TestTheRegisterIsNotRewritten(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, once := range []string{"a", "b", "c"} {
		w.write(0, 0, once, w.record())
	}
	for _, sql := range []string{"update breach_line set by_id = 8", "delete from breach_line"} {
		if _, err := w.Store.Pool().Exec(ctx, sql); err == nil {
			t.Errorf("%s was let through", sql)
		}
	}
	owner := testkit.Owner(t, w.Store)
	for sql, want := range map[string]int64{
		"update breach_line set by_id = 8 where seq = 2":                                                       2,
		"update breach_line set at = at + interval '1 second' where seq = 3":                                   3,
		"delete from breach_line where seq = 1":                                                                1,
		"delete from breach_line where seq = 3":                                                                3,
		"update breach_line set sealed = (select sealed from breach_line where seq = 1) where seq = 2":         2,
		"insert into breach_line select 4, 4, by_id, at, 'd', sealed, hash, hash from breach_line where seq=3": 4,
	} {
		if _, err := owner.Exec(ctx, "alter table breach_line disable trigger all; create table kept as table breach_line; "+sql); err != nil {
			t.Fatal(sql, err)
		}
		if _, broken, _ := w.All(ctx, officer); broken != want {
			t.Errorf("%s: line %d is named, want %d", sql, broken, want)
		}
		if _, err := owner.Exec(ctx, "delete from breach_line; insert into breach_line table kept; drop table kept; alter table breach_line enable trigger all"); err != nil {
			t.Fatal(err)
		}
	}
	if all, broken, err := w.All(ctx, officer); err != nil || broken != 0 || len(all) != 3 {
		t.Errorf("%d breaches, broken at %d, %v", len(all), broken, err)
	}

	if err := w.Look(ctx); err != nil { // the job after each line
		t.Fatal(err)
	}
	cut := "alter table breach_line disable trigger all; delete from breach_line where seq > 1; update breach_chain set seq = 1, head = (select hash from breach_line where seq = 1)"
	if _, err := owner.Exec(ctx, cut); err != nil {
		t.Fatal(err)
	}
	if n, broken, err := w.Verify(ctx); n != 1 || broken != 2 || err != nil {
		t.Errorf("its end cut: %d lines, broken at %d, %v", n, broken, err)
	}
	for _, once := range []string{"x", "y", "z"} {
		w.write(0, 0, once, w.record())
	}
	if err := w.Look(ctx); err != nil {
		t.Fatal(err)
	}
	if n, broken, err := w.Verify(ctx); n != 4 || broken != 3 || err != nil {
		t.Errorf("its end written anew: %d lines, broken at %d, %v", n, broken, err)
	}
}
