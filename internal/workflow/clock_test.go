package workflow_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"guichet/internal/text"
	"guichet/internal/workflow"
)

func duration(t testing.TB, s string) workflow.Duration {
	t.Helper()
	d, err := workflow.ParseDuration(s)
	if err != nil {
		t.Fatal(s, err)
	}
	return d
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, text.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAddFollowsTheCalendarOfMonaco(t *testing.T) {
	for _, c := range []struct{ from, d, want, why string }{
		{"2025-11-30 10:00", "P3M", "2026-02-28 10:00", "clamped to the month's end, not carried into March"},
		{"2027-11-30 10:00", "P3M", "2028-02-29 10:00", "a leap year has one day more"},
		{"2026-01-31 10:00", "P1M", "2026-02-28 10:00", "January's last day goes to February's"},
		{"2026-02-28 10:00", "P1M", "2026-03-28 10:00", "clamping does not stick to month ends"},
		{"2024-02-29 10:00", "P1Y", "2025-02-28 10:00", "a year after the leap day"},
		{"2026-03-28 09:30", "P1D", "2026-03-29 09:30", "summer time begins: the hour of the day stays"},
		{"2026-03-28 09:30", "PT24H", "2026-03-29 10:30", "hours are elapsed time"},
		{"2026-10-24 09:30", "P1M", "2026-11-24 09:30", "summer time ends within the month"},
		{"2026-12-31 23:30", "P2W", "2027-01-14 23:30", "weeks cross the year"},
		{"2026-05-15 08:00", "P1Y2M10D", "2027-07-25 08:00", "parts add up, months before days"},
		{"2026-05-15 08:00", "P0D", "2026-05-15 08:00", "nothing"},
	} {
		if got := workflow.Add(instant(t, c.from), duration(t, c.d)); !got.Equal(instant(t, c.want)) {
			t.Errorf("%s + %s = %s, want %s: %s", c.from, c.d, got, c.want, c.why)
		}
	}
}

// The instant alone counts: a server that keeps UTC finds the same time limit.
func TestAddDependsOnTheInstantAlone(t *testing.T) {
	at := instant(t, "2026-11-30 00:30") // still 29 November in UTC
	want := instant(t, "2027-02-28 00:30")
	if got := workflow.Add(at.UTC(), duration(t, "P3M")); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSubGoesBackByTheSameRules(t *testing.T) {
	if got, want := workflow.Sub(instant(t, "2026-05-31 10:00"), duration(t, "P3M")), instant(t, "2026-02-28 10:00"); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := workflow.Sub(instant(t, "2026-03-29 09:30"), duration(t, "P1D")), instant(t, "2026-03-28 09:30"); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEndOfDayIsTheNextMidnight(t *testing.T) {
	for from, want := range map[string]string{
		"2026-03-29 00:00": "2026-03-30 00:00", // a day of 23 hours
		"2026-10-25 23:59": "2026-10-26 00:00", // a day of 25 hours
		"2026-12-31 12:00": "2027-01-01 00:00",
	} {
		if got := workflow.EndOfDay(instant(t, from)); !got.Equal(instant(t, want)) {
			t.Errorf("the day of %s ends at %s, want %s", from, got, want)
		}
	}
}

func TestDayIsTheCivilDate(t *testing.T) {
	if got, want := workflow.Day(instant(t, "2026-07-01 00:30").UTC()), time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Properties of all time limits: a later start never ends earlier, months keep the day or clamp it.
func TestAddProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "a"), 0)
		b := a.Add(time.Duration(rapid.Int64Range(0, 90*24*3600).Draw(t, "gap")) * time.Second)
		d := workflow.Duration{Months: rapid.IntRange(0, 40).Draw(t, "months")}
		x, y := workflow.Add(a, d), workflow.Add(b, d)
		if workflow.Day(y).Before(workflow.Day(x)) {
			t.Fatalf("%s ends on %s but the later %s on %s", a, x, b, y)
		}
		from, to := workflow.Day(a), workflow.Day(x)
		months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
		clamped := to.AddDate(0, 0, 1).Day() == 1 && to.Day() < from.Day()
		if months != d.Months || (to.Day() != from.Day() && !clamped) {
			t.Fatalf("%s + %d months = %s", a, d.Months, x)
		}
	})
}

// What is searched by "the clock is before now - duration" is never found a day early: going back and forth again
// does not pass the day one came from.
func TestSubThenAddIsNeverLate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1e8, 4e9).Draw(t, "now"), 0)
		d := workflow.Duration{Years: rapid.IntRange(0, 2).Draw(t, "years"), Months: rapid.IntRange(0, 14).Draw(t, "months"), Days: rapid.IntRange(0, 80).Draw(t, "days")}
		if d.Days > 0 && (d.Months > 0 || d.Years > 0) {
			d.Days = 0 // month ends make mixed durations one-way; no definition needs one
		}
		back := workflow.Add(workflow.Sub(now, d), d)
		if workflow.Day(back).After(workflow.Day(now)) {
			t.Fatalf("%s - %s + %s = %s", now, d, d, back)
		}
	})
}

func TestParseDurationRefuses(t *testing.T) {
	for _, s := range []string{"", "P", "PT", "P1", "3M", "P3m", "P-3M", "P1.5Y", "P1DT", "P1M3Y", " P1D", "P99999Y"} {
		if d, err := workflow.ParseDuration(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestDurationPrintsAsItReads(t *testing.T) {
	for _, s := range []string{"P3M", "P76D", "P1Y", "PT1H", "P0D", "P1Y2M3W4DT5H6M7S"} {
		if got := duration(t, s).String(); got != s {
			t.Errorf("%s prints as %s", s, got)
		}
	}
}

func TestParseAt(t *testing.T) {
	at, err := workflow.ParseAt("state.incomplete - P14D")
	if err != nil {
		t.Fatal(err)
	}
	if at.Clock != "state.incomplete" || !at.Of(instant(t, "2026-05-20 10:00")).Equal(instant(t, "2026-05-06 10:00")) {
		t.Errorf("read as %+v", at)
	}
	for _, s := range []string{"", "last_edit P3M", "last_edit + 3", "+ P3M", "Last + P1D"} {
		if at, err := workflow.ParseAt(s); err == nil {
			t.Errorf("%q was read as %+v", s, at)
		}
	}
}
