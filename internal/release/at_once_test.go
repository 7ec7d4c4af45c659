package release_test

import (
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/testkit"
)

// Two people decide at once: one decision stands, the other is told, and one file is made.
func TestTwoDecideAtOnce(t *testing.T) {
	w := newHouse(t)
	third := w.analyst()
	file := w.asked("")
	var all sync.WaitGroup
	errs := make([]error, 2)
	all.Go(func() { errs[0] = w.Releases.Decide(t.Context(), w.other, file, true, "") })
	all.Go(func() { errs[1] = w.Releases.Decide(t.Context(), third, file, false, "Trop tôt") })
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%v and %v", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil && fault.Key(err) != "release.decided" {
			t.Error(err)
		}
	}
	w.Drain()
	r, err := w.Releases.Release(t.Context(), w.agent, file)
	w.must(err)
	if approved := errs[0] == nil; approved != (r.State == "ready") || approved == (r.State == "refused") {
		t.Errorf("the request is %s", r.State)
	}
	w.whole()
}

// Two servers freeze at once: a month is frozen once.
func TestTwoFreezeAtOnce(t *testing.T) {
	w := newTown(t)
	w.crowd()
	w.Clock.Set(time.Date(2026, time.December, 2, 8, 0, 0, 0, time.UTC))
	var all sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		all.Go(func() { errs[i] = w.Releases.FreezeAll(t.Context()) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil && fault.Of(err) != fault.Unavailable { // a deadlock is tried again the next day
			t.Error(err)
		}
	}
	w.must(w.Releases.FreezeAll(t.Context()))
	w.stands(18, 1)
	if n := w.number("select count(*) from dossier where judged_at is not null"); n != 18 {
		t.Errorf("%d dossiers are judged", n)
	}
}

// A full disk under the database leaves neither half a file nor half a month, and what was asked for comes once there is room.
func TestFullDiskLeavesNothingHalf(t *testing.T) {
	w := newHouse(t)
	file := w.asked("")
	w.approved(file)
	w.must(w.exec(`create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`))
	for _, table := range []string{"release_file", "release_cohort"} {
		w.must(w.exec("create trigger full_disk before insert on " + table + " for each row execute function full_disk()"))
	}
	if err := job.Drain(t.Context(), w.Store, w.Workers); fault.Of(err) != fault.Unavailable {
		t.Errorf("a file on a full disk: %v", err)
	}
	w.whole()
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	if err := w.Releases.FreezeAll(t.Context()); fault.Of(err) != fault.Unavailable || strings.Contains(err.Error(), "rows") {
		t.Errorf("a month on a full disk: %v", err)
	}
	if n := w.number("select count(*) from release_cohort"); n != 6 || w.number("select count(*) from release_act where act = 'frozen'") != 0 {
		t.Errorf("%d months are frozen", n)
	}
	for _, table := range []string{"release_file", "release_cohort"} {
		w.must(w.exec("drop trigger full_disk on " + table))
	}
	w.must(w.Releases.FreezeAll(t.Context()))
	w.Drain()
	r, err := w.Releases.Release(t.Context(), w.agent, file)
	w.must(err)
	if r.State != "ready" || w.number("select count(*) from release_cohort") != 7 {
		t.Errorf("the request is %s: %s", r.State, r.Fault)
	}
	w.whole()
}

// A value that a hierarchy does not know, since the form was another when it was given, holds its dossier back alone: the month
// is frozen, the designer is told which column, and never the value.
func TestUnknownValueHoldsBackItsDossierAlone(t *testing.T) {
	testkit.Whole(t)
	w := newTown(t)
	w.crowd()
	def := w.Definition()
	catalogue, err := reformed(map[string]*strings.Replacer{
		"forms/" + def.ID + ".yaml":         strings.NewReplacer("          - id: third\n", "          - id: elsewhere\n"),
		"forms/" + def.ID + ".release.yaml": strings.NewReplacer("k: 11", "k: 5", "m: 55", "m: 5", "values: [third]", "values: [elsewhere]"),
	})
	w.must(err)
	p := testkit.PersonaNamed(t, "tenant")
	p.Answers["applicant.last_name"], p.Answers["housing.address"], p.Answers["parents.siblings"] = "Ailleurs", "1 rue Basse", nil
	p.Answers["stay.eea_or_third"] = "third"
	w.decided(w.person(), p, "family", "p.png")
	w.Clock.Set(time.Date(2026, time.December, 2, 8, 0, 0, 0, time.UTC))
	h := &release.House{Store: w.Store, Office: w.Office, Catalogue: catalogue, Texts: w.Texts}
	w.must(h.FreezeAll(t.Context()))
	s, err := h.Standing(t.Context(), w.agent, def.ID)
	w.must(err)
	if s.Rows != 18 || s.Cohorts != 1 || len(s.Misses) != 1 || s.Misses[0] != (release.Miss{Column: "eea"}) {
		t.Errorf("%d rows in %d months, %+v", s.Rows, s.Cohorts, s.Misses)
	}
	if n := w.number("select count(*) from dossier where judged_at is null"); n != 1 {
		t.Errorf("%d dossiers wait", n)
	}
}

// reformed are the definitions with other words in some files.
func reformed(words map[string]*strings.Replacer) (*procedure.Catalogue, error) {
	catalogue, refused := procedure.Load(reworded{guichet.Files, words})
	if len(refused) > 0 {
		return nil, errors.New(refused[0].String())
	}
	return catalogue, nil
}

// reworded is a tree some of whose files are read in other words.
type reworded struct {
	fs.FS
	words map[string]*strings.Replacer
}

func (r reworded) ReadFile(name string) ([]byte, error) {
	content, err := fs.ReadFile(r.FS, name)
	if words := r.words[name]; err == nil && words != nil {
		content = []byte(words.Replace(string(content)))
	}
	return content, err
}
