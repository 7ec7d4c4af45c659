package dossier_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/retention"
	"guichet/internal/testkit"
)

func (w *world) keeper() *retention.Keeper {
	return &retention.Keeper{Store: w.Store, Keys: w.Keys, Catalogue: w.Catalogue, Office: w.Office, Log: slog.New(slog.DiscardHandler)}
}

// accepted takes a persona to a decision.
func (w *world) accepted(person, agent access.Actor, p testkit.Persona) string {
	w.t.Helper()
	ctx := w.t.Context()
	id := w.fill(person, p)
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "admit"}))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "accept"}))
	return id
}

// RP-184: gone three months after the end of processing, not one second earlier, and what a backup holds opens no more.
func TestPurgeOnItsDay(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant")) // on 20 November, 10:00 in Monaco
	d, err := w.Open(ctx, person, id)
	w.must(err)
	paper := d.Documents[0].ID

	w.now = time.Date(2027, 2, 20, 22, 59, 59, 0, time.UTC) // the last second of 20 February in Monaco
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); err != nil {
		t.Fatalf("gone too early: %v", err)
	}
	row, err := w.Store.Q().DocumentByPublicID(ctx, paper)
	w.must(err)
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); fault.Of(err) != fault.NotFound {
		t.Fatalf("still there: %v", err)
	}
	if _, err := w.Keys.Unwrap(row.Wrapped, row.WrappedBy); fault.Of(err) != fault.NotFound {
		t.Fatalf("the key a backup holds still opens: %v", err)
	}
	if _, err := w.Blobs.Get(ctx, row.Blob); fault.Of(err) != fault.NotFound {
		t.Fatalf("the file is still there: %v", err)
	}
	w.must(w.keeper().Run(ctx)) // again does no harm
	testkit.Covers(t, "RP-033", "RP-184")
}

// A draft nobody touches is announced, then erased (retention-and-gaps, RP 1); one that is touched stays.
func TestAbandonedDraft(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	left := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.now = w.now.AddDate(0, 0, 80)
	kept, err := w.Start(ctx, person, permit, []string{"terms", "consent"}, "fr")
	w.must(err)
	w.must(w.keeper().Run(ctx))
	w.must(w.keeper().Run(ctx))
	f, err := w.Read(ctx, person, left)
	w.must(err)
	if len(f.Letters) != 1 {
		t.Fatalf("%d warnings", len(f.Letters))
	}
	w.now = w.now.AddDate(0, 0, 20)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, left); fault.Of(err) != fault.NotFound {
		t.Fatalf("the abandoned draft is still there: %v", err)
	}
	if _, err := w.Open(ctx, person, kept); err != nil {
		t.Fatalf("the new draft went too: %v", err)
	}
}

// One dossier that fails holds up no other, and no key goes while one stands; one that opens no more is erased all the same.
func TestPurgeGoesOnPastAFailure(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	stuck, lost := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant")), w.accepted(person, agent, testkit.PersonaNamed(t, "tenant"))
	w.exec("update data_key set wrapped = '\\x00' where dossier_id = (select id from dossier where public_id = $1)", lost)
	w.exec(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'stuck'; end $$`)
	w.exec("create trigger stuck before delete on dossier for each row when (old.public_id = '" + stuck + "') execute function refuse()")

	w.now = w.now.AddDate(0, 4, 0)
	if err := w.keeper().Run(ctx); err == nil {
		t.Fatal("the failure is not told")
	}
	if err := w.End(ctx, lost); fault.Of(err) != fault.NotFound {
		t.Fatalf("the one that opens no more still stands: %v", err)
	}
	if _, err := w.Open(ctx, person, stuck); err != nil {
		t.Fatalf("its key went while it stands: %v", err)
	}
	w.exec("drop trigger stuck on dossier")
	w.must(w.keeper().Run(ctx))
	if days, err := w.Keys.DaysBefore(w.now); err != nil || len(days) > 0 {
		t.Fatalf("keys of %v are left: %v", days, err)
	}
}

// Dossiers that a timer fails on or passes over, however many, hold up none that come after them.
func TestTimersGoOnPastThosePassedOver(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, id := w.applied("a@example.org")
	agent := w.account(access.Agent, "b@example.org")
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "contact.phone", Word: "?"}}})) // until 20 December
	before := w.crowd(id, 250)
	w.exec("update dossier set state = 'incomplete', state_kind = 'waiting', answer_by = '2026-12-19', team = 'stuck' where public_id = any($1)", before)
	w.exec("update data_key set wrapped = '\\x00' where dossier_id in (select id from dossier where team = 'stuck')")
	w.now = time.Date(2026, 12, 15, 9, 0, 0, 0, time.UTC)
	if err := w.keeper().Run(ctx); err == nil {
		t.Error("the failures are not told")
	}
	if n := letters(w.read(agent, id), "still_incomplete"); n != 1 {
		t.Errorf("behind 250 that fail, %d reminders", n)
	}
}

// What waits for an agent or for its person is never erased, however old.
func TestNothingAtWorkIsErased(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.now = w.now.AddDate(3, 0, 0)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); err != nil {
		t.Fatal(err)
	}
	if err := w.End(ctx, id); fault.Of(err) != fault.Conflict {
		t.Fatalf("erased at work: %v", err)
	}
}

// RP-181 and decision 6: database and files show no answer; the canaries are in every place a person can type or send.
func TestNothingInTheClear(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	p := testkit.PersonaNamed(t, "tenant")
	canaries := []string{"Kanarienvogel", "Serinuscanaria", "Zanahoriata"}
	p.Answers["applicant.last_name"], p.Answers["studies.text"], p.Answers["housing.address"] = canaries[0], canaries[1], canaries[2]
	id := w.fill(person, p)
	_, err := w.Attach(ctx, person, id, "documents.military", "Papagenopapier.png", bytes.NewReader(picture()))
	w.must(err)
	canaries = append(canaries, "Papagenopapier", "Wellensittich", "Nachtigallen")
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Note(ctx, agent, id, "Wellensittich"))
	w.must(w.Move(ctx, agent, id, dossier.Act{Move: "ask", Picks: []dossier.Pick{{Path: "stay.id_number", Word: "Nachtigallen"}}}))
	canaries = append(canaries, "Gartenrotschwanz")
	w.must(w.KeepView(ctx, agent, dossier.View{Name: "Gartenrotschwanz", Query: "state=submitted"}))
	w.must(w.KeepView(ctx, agent, dossier.View{Name: "Gartenrotschwanz", Query: "state=incomplete"})) // in its place
	if b, err := w.Beside(ctx, agent, permit); err != nil || len(b.Views) != 1 || b.Views[0].Name != "Gartenrotschwanz" || b.Views[0].Query != "state=incomplete" {
		t.Errorf("b.Views %+v, %v", b.Views, err)
	}
	tables := testkit.Dump(t, w.Store)
	for _, c := range canaries {
		if strings.Contains(strings.ToLower(tables), strings.ToLower(c)) {
			t.Errorf("%s stands in the database in the clear", c)
		}
	}
	if !strings.Contains(tables, "incomplete") {
		t.Fatal("the dump shows nothing at all: this test would pass on anything")
	}
	dir := w.blobDir
	err = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("PNG")) {
			t.Errorf("%s is a picture in the clear", info.Name())
		}
		return err
	})
	w.must(err)
}

// A role that is not shown a category is not handed its papers either (RP-028).
func TestHiddenCategoryHidesItsPapers(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.fill(person, testkit.PersonaNamed(t, "tenant"))
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	d, err := w.Open(ctx, agent, id)
	w.must(err)
	opened, err := w.Download(ctx, agent, d.Documents[0].ID)
	w.must(err)
	w.must(opened.Content.Close())
	agent.Grants[0].Hidden = []string{"documents"}
	if _, err := w.Download(ctx, agent, d.Documents[0].ID); fault.Of(err) != fault.NotFound {
		t.Fatalf("handed out: %v", err)
	}
}

// RP-032: letters and mails speak the language the person chose, whatever they filled the form in.
func TestMessagesSpeakTheChosenLanguage(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person := w.account(access.Person, "a@example.org")
	p := testkit.PersonaNamed(t, "tenant")
	p.Answers["contact.language"] = "en"
	id := w.fill(person, p) // in French
	w.must(w.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	f, err := w.Read(ctx, person, id)
	w.must(err)
	if f.Lang != "en" || len(f.Letters) != 1 || !strings.Contains(f.Letters[0].Subject, "is registered") {
		t.Fatalf("%s %+v", f.Lang, f.Letters)
	}
	testkit.Covers(t, "RP-032")
}

// The day is told once, two weeks before it and not a second sooner; where the day is set anew, it is told anew.
func TestTheLastDayIsTold(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	person, agent := w.account(access.Person, "a@example.org"), w.account(access.Agent, "b@example.org")
	id := w.accepted(person, agent, testkit.PersonaNamed(t, "tenant")) // on 20 November: gone on 21 February
	told := func(at time.Time, want int) {
		t.Helper()
		w.now = at
		w.must(w.keeper().Run(ctx))
		w.must(w.keeper().Run(ctx))
		if n := letters(w.read(person, id), "purge_soon"); n != want {
			t.Fatalf("at %s the day was told %d times, want %d", at, n, want)
		}
	}
	moment := time.Date(2027, 2, 6, 23, 0, 0, 0, time.UTC)
	told(moment.Add(-time.Second), 0)
	told(moment, 1)
	told(moment.AddDate(0, 0, 3), 1)
	w.Catalogue = editedFlow(t, "keep: P3M\n  from: closed", "keep: P5M\n  from: closed") // 21 April
	moment = time.Date(2027, 4, 6, 22, 0, 0, 0, time.UTC)
	told(moment.Add(-time.Second), 1)
	told(moment, 2)
	told(time.Date(2027, 4, 20, 21, 59, 59, 0, time.UTC), 2)
	w.now = w.now.Add(time.Second)
	w.must(w.keeper().Run(ctx))
	if _, err := w.Open(ctx, person, id); fault.Of(err) != fault.NotFound {
		t.Fatalf("still there: %v", err)
	}
}
