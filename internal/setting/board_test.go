package setting_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/setting"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	invite = "text:mail.account.invite.subject"
	survey = "survey"
)

// boards are two servers of one database.
type boards struct {
	*setting.Board
	other *setting.Board
	store *store.Store
	log   *strings.Builder
	id    string // of the procedure
	t     *testing.T
}

func open(t *testing.T) *boards {
	t.Helper()
	clock := testkit.NewClock(testkit.Today)
	st := testkit.Store(t, clock.Now)
	c, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	var log strings.Builder
	board := func() *setting.Board {
		return setting.New(setting.Config{
			Store: st, Texts: testkit.Texts(t), Catalogue: c.Apart(), Survey: "https://survey.example/first", Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
	}
	return &boards{board(), board(), st, &log, c.All()[0].ID, t}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// agent may configure procedures.
func (b *boards) agent(id int64, procedures ...string) access.Actor {
	a := access.Actor{AccountID: id, Kind: access.Agent}
	for _, p := range procedures {
		a.Grants = append(a.Grants, access.Grant{Procedure: p, Role: "authority", Verbs: []access.Verb{access.Configure}})
	}
	return a
}

// all are the procedures of the catalogue.
func (b *boards) all() (ids []string) {
	for _, p := range b.Catalogue.All() {
		ids = append(ids, p.ID)
	}
	return ids
}

// set sets a thing as of its last change.
func (b *boards) set(a access.Actor, key string, v setting.Value) {
	b.t.Helper()
	version, err := b.Version(b.t.Context(), key)
	must(b.t, err)
	problems, err := b.Set(b.t.Context(), a, key, v, version)
	must(b.t, err)
	if len(problems) > 0 {
		b.t.Fatalf("%s: %+v", key, problems)
	}
}

func (b *boards) subject(of *setting.Board) string {
	return of.Texts.Printer(text.FR).T("mail.account.invite.subject", "service", "S")
}

// One story on one database: what is set holds here and on the other server, is kept with what stood before, and is taken back.
func TestBoard(t *testing.T) {
	testkit.Covers(t, "RP-159")
	b := open(t)
	ctx := t.Context()
	first, second := b.agent(1, b.all()...), b.agent(2, b.all()...)
	must(t, b.Load(ctx))
	written := b.subject(b.Board)

	t.Run("a text", func(t *testing.T) {
		b.set(first, invite, setting.Value{"fr": "Bienvenue sur {service}", "en": "Welcome to {service}"})
		if got := b.subject(b.Board); got != "Bienvenue sur S" {
			t.Errorf("here it is %q", got)
		}
		must(t, b.other.Load(ctx))
		if got := b.subject(b.other); got != "Bienvenue sur S" {
			t.Errorf("on the other server it is %q", got)
		}
	})
	t.Run("values are checked", func(t *testing.T) {
		problems, err := b.Set(ctx, first, invite, setting.Value{"fr": "Bienvenue {nom}", "en": "Welcome to {service}"}, 1)
		must(t, err)
		if len(problems) != 2 || problems[0].Key != "setting.problem.unknown" || problems[1].Key != "setting.problem.missing" || problems[0].Args[3] != "{service}" {
			t.Errorf("%+v", problems)
		}
		for key, v := range map[string]setting.Value{
			"survey": {"address": "javascript:alert(1)"}, "days": {"lines": "sunday\nnoday"}, "limit:" + b.id + ":lock": {"value": "P9Y"},
			"words:" + b.id + ":states.submitted.label": {"fr": "{password}", "en": "x"}, "text:mail.account.invite.body": {"fr": "", "en": "{service} {link}"},
		} {
			version, _ := b.Version(ctx, key)
			if problems, err := b.Set(ctx, first, key, v, version); err != nil || len(problems) == 0 {
				t.Errorf("%s takes %v (%v)", key, v, err)
			}
		}
	})
	t.Run("a conflict", func(t *testing.T) {
		if _, err := b.Set(ctx, second, invite, setting.Value{"fr": "À {service}", "en": "To {service}"}, 0); fault.Of(err) != fault.Conflict {
			t.Fatalf("overwritten: %v", err)
		}
		if got := b.subject(b.Board); got != "Bienvenue sur S" {
			t.Errorf("it is %q", got)
		}
	})
	t.Run("a form of a server that has not heard", func(t *testing.T) {
		lock := "limit:" + b.id + ":lock"
		stale, before, err := b.other.Fresh(ctx, second, lock)
		must(t, err)
		b.set(first, lock, setting.Value{"value": "PT10M"})
		if _, err := b.other.Set(ctx, second, lock, stale.Now, before); fault.Key(err) != "setting.meanwhile" {
			t.Errorf("an older form overwrites: %v", err)
		}
		i, version, err := b.other.Fresh(ctx, second, lock)
		must(t, err)
		if last, err := b.Version(ctx, lock); err != nil || version != last || version == before || i.Now["value"] != "PT10M" || stale.Now["value"] == "PT10M" {
			t.Errorf("the form bears %q of change %d, change %d was %q: %v", i.Now["value"], version, before, stale.Now["value"], err)
		}
	})
	t.Run("two at the same moment", func(t *testing.T) {
		var racing sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			racing.Go(func() {
				_, errs[i] = b.Set(ctx, b.agent(int64(i+1), b.all()...), survey, setting.Value{"address": "https://survey.example/" + string(rune('a'+i))}, 0)
			})
		}
		racing.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if fault.Of(err) != fault.Conflict {
				t.Error(err)
			}
		}
		changes, err := b.Changes(ctx, first, survey, 0, 50)
		must(t, err)
		if won != 1 || len(changes) != 1 || b.SurveyAddress() != changes[0].Value["address"] {
			t.Errorf("%d won, %d changes, in force %s", won, len(changes), b.SurveyAddress())
		}
	})
	t.Run("a definition", func(t *testing.T) {
		key := "words:" + b.id + ":states.submitted.label"
		b.set(first, key, setting.Value{"fr": "Bien reçue", "en": "Received"})
		if got := b.Catalogue.Get(b.id).Flow.State("submitted").Label.EN; got != "Received" {
			t.Errorf("the state is called %q", got)
		}
		list := "list:" + b.id + ":rejections"
		i, err := b.Item(ctx, first, list)
		must(t, err)
		v := i.Now
		v["expired.retired"], v["other.place"], v["other.fr"] = "yes", "1", "Autre chose."
		v["unreadable.place"] = "2"
		b.set(first, list, v)
		offered := b.Catalogue.Get(b.id).Flow.Offered()
		if len(offered) != len(i.Entries)-1 || offered[0].ID != "other" || offered[0].Label.FR != "Autre chose." {
			t.Errorf("offered: %+v", offered)
		}
		v["other.retired"] = "yes"
		for _, e := range i.Entries {
			v[e+".retired"] = "yes"
		}
		if _, problems, err := b.Try(ctx, first, list, v); err != nil || len(problems) != 1 || problems[0].Key != "setting.problem.all_retired" {
			t.Errorf("%+v %v", problems, err)
		}
	})
	t.Run("taken back", func(t *testing.T) {
		b.set(second, invite, setting.Value{"fr": "À {service}", "en": "To {service}"})
		version, err := b.Version(ctx, invite)
		must(t, err)
		if _, err := b.TakeBack(ctx, first, version, version-1); fault.Of(err) != fault.Conflict {
			t.Errorf("taken back from a page of before: %v", err)
		}
		problems, err := b.TakeBack(ctx, first, version, version)
		must(t, err)
		if got := b.subject(b.Board); got != "Bienvenue sur S" || len(problems) > 0 {
			t.Errorf("it is %q, %v", got, problems)
		}
		changes, err := b.Changes(ctx, first, invite, 0, 50)
		must(t, err)
		if c := changes[0]; c.TakesBack != version || c.By != 1 || c.Was["fr"] != "À {service}" || c.Value["fr"] != "Bienvenue sur {service}" || c.At.IsZero() {
			t.Errorf("%+v", c)
		}
		_, err = b.TakeBack(ctx, first, 1, changes[0].Seq)
		must(t, err)
		if got := b.subject(b.Board); got != written {
			t.Errorf("as delivered it is %q, and now %q", written, got)
		}
	})
	t.Run("whose it is", func(t *testing.T) {
		for name, a := range map[string]access.Actor{
			"another procedure's": b.agent(9, "another"), "a reader": {AccountID: 9, Kind: access.Agent, Grants: []access.Grant{{Procedure: b.id, Verbs: []access.Verb{access.Read}}}},
			"a person": {AccountID: 9, Kind: access.Person}, "nobody": {},
		} {
			if _, err := b.Set(ctx, a, survey, setting.Value{"address": ""}, 1); fault.Of(err) != fault.Forbidden || b.Any(a) {
				t.Errorf("%s: %v", name, err)
			}
			if changes, err := b.Changes(ctx, a, "", 0, 50); err != nil || len(changes) > 0 {
				t.Errorf("%s reads the journal: %v", name, err)
			}
		}
		if !b.Any(access.Actor{AccountID: 9, Kind: access.Agent, Grants: []access.Grant{{Procedure: "*"}}}) {
			t.Error("the administrator may set nothing")
		}
	})
	t.Run("heard", func(t *testing.T) { b.heard(first) })
	t.Run("what no longer fits", func(t *testing.T) { b.leftOut(first) })
	t.Run("the journal", func(t *testing.T) { b.journal() })
}

// heard lets the other server follow, and waits until it has what is set here.
func (b *boards) heard(a access.Actor) {
	t := b.t
	ctx, stop := context.WithCancel(t.Context())
	var following sync.WaitGroup
	following.Go(func() { b.other.Follow(ctx) })
	defer following.Wait()
	defer stop()
	const listens = "select exists (select from pg_stat_activity where datname = current_database() and query = 'listen setting')"
	for ready := false; !ready; {
		must(t, b.store.Pool().QueryRow(ctx, listens).Scan(&ready))
	}
	b.set(a, survey, setting.Value{"address": "https://survey.example/heard"})
	for b.other.SurveyAddress() != "https://survey.example/heard" {
		must(t, b.store.Ping(ctx)) // takes a moment, and ends with the test's time
	}
}

// leftOut upgrades to files that have changed: the server starts, says so, and keeps what the files have.
func (b *boards) leftOut(a access.Actor) {
	t, ctx := b.t, b.t.Context()
	for key, value := range map[string]string{
		"text:gone.with.the.upgrade": `{"fr": "x", "en": "x"}`, invite: `{"fr": "{nom}", "en": "x"}`, "words:" + b.id + ":states.none.label": `{"fr": "x", "en": "x"}`,
		"words:gone:states.none.label": `{"fr": "x", "en": "x"}`, "limit:" + b.id + ":lock": `{"value": "PT9H"}`, "days": `{"lines": "noday"}`,
	} {
		_, err := b.store.Pool().Exec(ctx, "insert into setting (key, value, at, seq) values ($1, $2, now(), 1) on conflict (key) do update set value = excluded.value", key, value)
		must(t, err)
	}
	b.log.Reset()
	b.set(a, "limit:"+b.id+":figures.least", setting.Value{"value": "7"}) // any change has all read anew
	if got := strings.Count(b.log.String(), "no longer fits"); got != 6 {
		t.Errorf("%d left out:\n%s", got, b.log)
	}
	p := b.Catalogue.Get(b.id)
	if p.Flow.Figures.Least != 7 || p.Flow.State("submitted").Label.EN != "Received" || p.Flow.Lock == "PT9H" {
		t.Error("what fits is left out with what does not")
	}
	items, err := b.Items(ctx, a, setting.Text)
	must(t, err)
	if last := items[len(items)-1]; !last.Gone() || last.Misfit == "" {
		t.Errorf("%+v", last)
	}
}

// journal finds the chain whole, and a line that was altered.
func (b *boards) journal() {
	t, ctx := b.t, b.t.Context()
	must(t, b.Whole(ctx))
	if _, err := b.store.Pool().Exec(ctx, "update setting_change set value = null where seq = 2"); err == nil {
		t.Error("a line can be changed")
	}
	if _, err := b.store.Pool().Exec(ctx, "delete from setting_change"); err == nil {
		t.Error("lines can be taken out")
	}
	_, err := testkit.Owner(t, b.store).Exec(ctx, "alter table setting_change disable trigger setting_change_stays; update setting_change set by_id = 99 where seq = 2")
	must(t, err)
	if err := b.Whole(ctx); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("another author of line 2: %v", err)
	}
}
