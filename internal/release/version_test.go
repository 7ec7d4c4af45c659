package release_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/release"
)

// yaml is the schema of the house in other words.
func (w *town) yaml(words ...string) []byte {
	return []byte(strings.NewReplacer(words...).Replace(string(w.Definition().Release.Source)))
}

func (w *town) registered(words ...string) (release.Version, error) {
	w.t.Helper()
	v, refused, err := w.Releases.RegisterVersion(w.t.Context(), w.agent, w.Definition().ID, w.yaml(words...))
	for _, r := range refused {
		w.t.Fatal(r)
	}
	return v, err
}

func (w *town) versions() map[string]release.Version {
	w.t.Helper()
	list, err := w.Releases.Versions(w.t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	out := map[string]release.Version{}
	for _, v := range list {
		out[v.ID] = v
	}
	return out
}

// A version comes into force when a second person approves it, is kept to the byte, and leaves what was frozen alone.
func TestVersions(t *testing.T) {
	w := newHouse(t)
	ctx, id := t.Context(), w.Definition().ID
	if list := w.versions(); len(list) != 1 {
		t.Fatalf("%d versions at first", len(list))
	}
	if _, err := w.registered("version: 1", "version: 2", "m: 25", "m: 30"); fault.Key(err) != "release.no_stream" {
		t.Errorf("registered untried: %v", err)
	}
	w.Releases.Stream = stream
	if _, err := w.registered("k: 5", "k: 6"); fault.Key(err) != "release.version_number" {
		t.Errorf("the same number: %v", err)
	}
	if _, err := w.registered("version: 1", "version: 2", "m: 25", "m: 5000"); fault.Key(err) != "release.floor" {
		t.Errorf("a schema that releases nothing: %v", err)
	}
	_, refused, err := w.Releases.RegisterVersion(ctx, w.agent, id, w.yaml("version: 1", "version: 2", "request.reason", "applicant.last_name"))
	if err != nil || len(refused) == 0 || refused[0].Line == 0 {
		t.Errorf("a schema that names a text: %v %v", refused, err)
	}
	v, err := w.registered("version: 1", "version: 2", "m: 25", "m: 30")
	w.must(err)
	if v.Floor <= 0.25 || v.State != "proposed" || w.versions()[v.ID].InForce {
		t.Errorf("%+v", v)
	}
	if err := w.Releases.DecideVersion(ctx, w.agent, v.ID, true, ""); fault.Key(err) != "release.four_eyes" {
		t.Errorf("one's own version: %v", err)
	}
	if w.exec("update release_schema set state = 'approved', decided_by = author, decided_at = now() where state = 'proposed'") == nil {
		t.Error("the database lets an author approve")
	}
	w.must(w.Releases.DecideVersion(ctx, w.other, v.ID, true, ""))
	if err := w.Releases.DecideVersion(ctx, w.other, v.ID, false, "Trop fin"); fault.Key(err) != "release.decided" {
		t.Errorf("decided twice: %v", err)
	}
	if !w.versions()[v.ID].InForce {
		t.Error("the approved version is not in force")
	}
	content, _, err := w.Releases.VersionYAML(ctx, w.other, v.ID)
	w.must(err)
	if string(content) != string(w.yaml("version: 1", "version: 2", "m: 25", "m: 30")) {
		t.Error("the content is not what was written")
	}
	s, err := w.Releases.Standing(ctx, w.agent, id)
	w.must(err)
	if len(s.Offers) != 1 || s.Offers[0].Number != 1 || s.Cohorts != 6 || s.Procedure.Release.Version != 2 {
		t.Errorf("%+v", s)
	}
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.FreezeAll(ctx))
	if n := w.number("select count(distinct schema) from release_cohort"); n != 2 {
		t.Errorf("%d schemas have frozen months", n)
	}
	if _, err := w.Releases.Ask(ctx, w.agent, id, release.Asking{Version: v.ID, Lang: "fr", Reason: "x"}); fault.Key(err) != "release.nothing_frozen" {
		t.Errorf("a file of a version without rows: %v", err)
	}
	file := w.asked(s.Offers[0].ID)
	w.approved(file)
	w.Drain()
	if r, err := w.Releases.Release(ctx, w.agent, file); err != nil || r.State != "ready" || r.Schema.Number != 1 {
		t.Errorf("the first version's file: %v %v", r, err)
	}
}

// A second schema over the same people may only be a coarsening of the first; its file is computed from the frozen rows.
func TestSecondSchema(t *testing.T) {
	w := newHouse(t)
	ctx, id := t.Context(), w.Definition().ID
	name := "release: " + id
	// the household column at a level of its own cuts across what is frozen
	if _, err := w.registered(name, "release: short", "cuts: [3]", "cuts: [5]"); fault.Key(err) != "release.not_coarser" {
		t.Errorf("another cut of the same people: %v", err)
	}
	if _, err := w.registered(name, "release: short", "k: 5", "k: 6"); fault.Key(err) != "release.not_coarser" {
		t.Errorf("another promise: %v", err)
	}
	v, err := w.registered(name, "release: short", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 1", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 2")
	w.must(err)
	w.must(w.Releases.DecideVersion(ctx, w.other, v.ID, true, ""))
	if w.versions()[v.ID].InForce {
		t.Error("a second schema judges nobody")
	}
	file := w.asked(v.ID)
	w.approved(file)
	w.Drain()
	short, err := w.Releases.Release(ctx, w.agent, file)
	w.must(err)
	if short.State != "ready" || short.Schema.Name != "short" || !strings.Contains(short.File.Name, "short") {
		t.Fatalf("%+v", short)
	}
	first, err := w.Releases.Standing(ctx, w.agent, id)
	w.must(err)
	if short.File.Rows != first.Rows || len(first.Offers) != 2 {
		t.Errorf("%d rows of %d, %d offers", short.File.Rows, first.Rows, len(first.Offers))
	}
}

// A file that is changed without a new number is not judged by once rows are frozen by it; other words are taken.
func TestFrozenVersionsDoNotChange(t *testing.T) {
	w := newHouse(t)
	_, err := w.Releases.Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	reopened := func(words ...string) error {
		catalogue, err := loaded(append([]string{"k: 11", "k: 5", "m: 55", "m: 25"}, words...)...)
		w.must(err)
		h := &release.House{Store: w.Store, Office: w.Office, Catalogue: catalogue, Texts: w.Texts}
		return h.FreezeAll(context.Background())
	}
	w.must(reopened("Tenant or hosted", "Tenant, or hosted"))
	if n := len(w.versions()); n != 2 {
		t.Errorf("%d versions", n)
	}
	w.must(reopened("diverse: 3", "diverse: 4"))
	if n := len(w.versions()); n != 2 {
		t.Errorf("levels changed under one number: %d versions", n)
	}
	w.must(reopened("diverse: 3", "diverse: 4", "version: 1", "version: 2"))
}
