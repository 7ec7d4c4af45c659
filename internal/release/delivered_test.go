package release_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
)

// delivers opens the house with another delivered file.
func (w *town) delivers(words ...string) *release.House {
	w.t.Helper()
	catalogue, err := loaded(append(words, "k: 11", "k: 5", "m: 55", "m: 25")...)
	w.must(err)
	return &release.House{Store: w.Store, Office: w.Office, Catalogue: catalogue, Texts: w.Texts, Stream: stream}
}

// told is the number and the m of the version in force, and the key of the warning.
func (w *town) told(h *release.House) (version, m int, slip string) {
	w.t.Helper()
	rules, err := h.InForce(w.t.Context(), w.Definition().ID)
	w.must(err)
	s, err := h.Standing(w.t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	return rules.Version, rules.M, s.Slip.Key
}

// desk lets the two analysts bring a version into force.
func (w *town) desk(words ...string) {
	w.t.Helper()
	w.Releases.Stream = stream
	v, err := w.registered(words...)
	w.must(err)
	w.must(w.Releases.DecideVersion(w.t.Context(), w.other, v.ID, true, ""))
}

// A delivered file under a number that the desk used stops nothing: the desk's version goes on, and the analyst is told.
func TestDeliveredFileUnderAUsedNumber(t *testing.T) {
	w := newHouse(t)
	w.desk("version: 1", "version: 2", "m: 25", "m: 30")
	h := w.delivers("version: 1", "version: 2", "m: 55", "m: 40")
	if version, m, slip := w.told(h); version != 2 || m != 30 || slip != "release.slip_number" {
		t.Errorf("version %d, m %d, %q", version, m, slip)
	}
	s, err := h.Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	if s.Slip.Delivered != 2 || s.Slip.Kept != 2 || s.Slip.Next != 3 {
		t.Errorf("%+v", s.Slip)
	}
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(h.FreezeAll(t.Context()))
	if w.number("select count(distinct schema) from release_cohort") != 2 {
		t.Error("the month was not judged by the version in force")
	}
}

// What is delivered no longer is not in force: going back to an older program is going back to its rules.
func TestRollingBackADeployRollsBackItsRules(t *testing.T) {
	w := newHouse(t)
	first, second := w.delivers(), w.delivers("version: 1", "version: 2", "m: 55", "m: 40")
	for _, x := range []struct {
		h       *release.House
		version int
	}{{first, 1}, {second, 2}, {first, 1}, {second, 2}} {
		if version, _, slip := w.told(x.h); version != x.version || slip != "" {
			t.Errorf("version %d in force, %d is delivered, %q", version, x.version, slip)
		}
	}
	w.desk("version: 1", "version: 3", "m: 25", "m: 30")
	for _, h := range []*release.House{first, second} {
		if version, m, _ := w.told(h); version != 3 || m != 30 {
			t.Errorf("version %d in force, the desk approved 3", version)
		}
	}
	if version, _, slip := w.told(w.delivers("version: 1", "version: 4", "m: 55", "m: 40")); version != 2 || slip != "release.slip_same" {
		t.Errorf("version %d in force, %q; the delivered version 4 has the rules of version 2", version, slip)
	}
}

// The same rules under another number would split the file for good: neither the desk nor a delivery may do it.
func TestTheSameRulesAreNoNewVersion(t *testing.T) {
	w := newHouse(t)
	w.Releases.Stream = stream
	if _, err := w.registered("version: 1", "version: 2"); fault.Key(err) != "release.unchanged" {
		t.Errorf("the rules in force, registered again: %v", err)
	}
	if _, err := w.registered("version: 1", "version: 2", "Tenant or hosted", "Tenant, or hosted"); fault.Key(err) != "release.unchanged" {
		t.Errorf("the rules in force in other words: %v", err)
	}
	_, err := w.registered("version: 1", "version: 2", "values: [professional, tax]", "values: [professional]", "environment, security]", "environment, security, tax]")
	w.must(err) // the same number of values in other groups is another schema
	if version, _, slip := w.told(w.delivers("version: 1", "version: 2")); version != 1 || slip != "release.slip_same" {
		t.Errorf("version %d in force, %q", version, slip)
	}
}

// Two analysts register at once: the number is not theirs to choose, so the slower one gets the next.
func TestTwoRegisterAtOnce(t *testing.T) {
	w := newHouse(t)
	var meanwhile bool
	w.Releases.Stream = func(ctx context.Context, p *procedure.Procedure) ([]release.Past, error) {
		if !meanwhile {
			meanwhile = true
			_, err := w.registered("version: 1", "version: 2", "m: 25", "m: 30")
			w.must(err)
		}
		return stream(ctx, p)
	}
	v, err := w.registered("version: 1", "version: 2", "m: 25", "m: 35")
	w.must(err)
	content, _, err := w.Releases.VersionYAML(t.Context(), w.other, v.ID)
	w.must(err)
	if v.Number != 3 || !strings.Contains(string(content), "\nversion: 3\n") {
		t.Errorf("version %d", v.Number)
	}
}
