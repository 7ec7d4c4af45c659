package release_test

import (
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/testkit"
)

// A version of the desk that no longer suits the form stops nothing: months are judged by the delivered file, and whoever
// designs the schema is told.
func TestVersionThatNoLongerSuitsTheForm(t *testing.T) {
	w := newHouse(t)
	w.desk("version: 1", "version: 2", "m: 25", "m: 30")
	w.must(w.exec("update release_schema set content = replace(content, 'stay.eea_or_third', 'stay.gone') where origin = 'desk'"))
	h := w.delivers()
	if version, m, slip := w.told(h); version != 1 || m != 25 || slip != "release.slip_stale" {
		t.Errorf("version %d, m %d, %q", version, m, slip)
	}
	s, err := h.Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	if s.Slip.Stale != 2 || s.Slip.Kept != 1 || s.Slip.Next != 3 || s.Rows == 0 {
		t.Errorf("%+v", s.Slip)
	}
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(h.FreezeAll(t.Context()))
	if n := w.number("select count(*) from release_cohort c join release_schema s on s.fingerprint = c.schema where s.version = 1"); n != 7 {
		t.Errorf("%d months are frozen by the delivered file", n)
	}
	if _, err := h.Ask(t.Context(), w.agent, w.Definition().ID, release.Asking{Lang: "fr", Reason: "x"}); err != nil {
		t.Error(err)
	}
}

// A delivered file that was mended for another form without a new number goes on too, though rows are frozen under its number.
func TestFileMendedUnderItsNumber(t *testing.T) {
	w := newHouse(t)
	w.told(w.delivers())
	w.must(w.exec("update release_schema set content = replace(content, 'stay.eea_or_third', 'stay.gone'), sha256 = '\\x01'"))
	h := w.delivers("floor: 0.25", "floor: 0.26")
	s, err := h.Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	if s.Slip.Key != "release.slip_stale" || s.Slip.Stale != 1 || s.Procedure.Release.Floor != 0.26 {
		t.Errorf("%+v", s.Slip)
	}
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(h.FreezeAll(t.Context()))
	if n := w.number("select count(*) from release_cohort"); n != 7 {
		t.Errorf("%d months are frozen", n)
	}
}

// The list of what a form can be answered grows, and the fingerprint of a schema with it: what was frozen stays in the file.
func TestFormThatGrowsKeepsItsFile(t *testing.T) {
	w := newHouse(t)
	before, err := w.delivers().Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	w.must(w.exec("update release_schema set fingerprint = '\\x0102'"))
	w.must(w.exec(`update release_cohort set schema = '\x0102', rows = jsonb_set(rows, '{schema}', '"0102"')`))
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.FreezeAll(t.Context()))
	after, err := w.Releases.Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	if after.Rows != before.Rows || after.Cohorts != 7 || after.Slip.Key != "" {
		t.Errorf("%d rows of %d, %d months, %q", after.Rows, before.Rows, after.Cohorts, after.Slip.Key)
	}
	w.made()
}

// A house whose months were frozen under two numbers for the same rules has one file again, with the rows of both.
func TestHouseSplitByEqualRulesHasOneFile(t *testing.T) {
	w := newHouse(t)
	ctx, id := t.Context(), w.Definition().ID
	before, err := w.Releases.Standing(ctx, w.agent, id)
	w.must(err)
	w.desk("version: 1", "version: 2", "m: 25", "m: 30")
	w.must(w.exec("update release_cohort set schema = (select fingerprint from release_schema where version = 2) where month >= '2026-09-01'"))
	w.must(w.exec("update release_schema set content = replace(content, 'm: 30', 'm: 25') where version = 2"))
	h := w.delivers()
	s, err := h.Standing(ctx, w.agent, id)
	w.must(err)
	if len(s.Offers) != 1 || s.Offers[0].Number != 2 || s.Rows != before.Rows || s.Cohorts != 6 || s.Offers[0].Rows != before.Rows {
		t.Errorf("%+v, %d rows of %d in %d months", s.Offers, s.Rows, before.Rows, s.Cohorts)
	}
	_, err = h.Ask(ctx, w.agent, id, release.Asking{Lang: "fr", Reason: "x"})
	w.must(err)
}

// A month that nobody froze is told two days after its end, as long as it is so.
func TestLateFreezeIsTold(t *testing.T) {
	w := newHouse(t)
	late := func(day int) bool {
		w.Clock.Set(time.Date(2026, 12, day, 12, 0, 0, 0, time.UTC))
		s, err := w.Releases.Standing(t.Context(), w.agent, w.Definition().ID)
		w.must(err)
		return s.Late
	}
	if late(1) || late(2) || !late(3) {
		t.Error("late on the wrong day")
	}
	w.must(w.Releases.FreezeAll(t.Context()))
	if late(4) {
		t.Error("late, though it is frozen")
	}
	w.must(w.exec("delete from release_cohort"))
	if late(5) {
		t.Error("late, though no dossier waits")
	}
}

// A version that is refused keeps why, sealed.
func TestRefusedVersionSaysWhy(t *testing.T) {
	testkit.Whole(t)
	w := newHouse(t)
	w.Releases.Stream = stream
	v, err := w.registered("version: 1", "version: 2", "m: 25", "m: 30")
	w.must(err)
	if err := w.Releases.DecideVersion(t.Context(), w.other, v.ID, false, " "); fault.Key(err) != "release.reason" {
		t.Errorf("refused without a word: %v", err)
	}
	w.must(w.Releases.DecideVersion(t.Context(), w.other, v.ID, false, "Trop fin pour si peu de dossiers"))
	bench := &release.Bench{House: w.Releases}
	r, err := bench.Review(t.Context(), w.agent, v.ID, time.Minute)
	w.must(err)
	if r.Word != "Trop fin pour si peu de dossiers" || r.Version.State != "refused" || len(r.Acts) != 2 {
		t.Errorf("%q %s %v", r.Word, r.Version.State, r.Acts)
	}
}
