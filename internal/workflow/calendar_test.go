package workflow_test

import (
	"testing"
	"time"

	"guichet/internal/workflow"
)

const closedLines = `
# what the state closes
saturday
sunday
01-27 Sainte Dévote
easter+1 Lundi de Pâques
easter+39 Ascension
2026-12-24 Pont
`

func TestCalendar(t *testing.T) {
	c, faults := workflow.ParseCalendar(closedLines)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for from, want := range map[string]string{
		"2026-01-27": "2026-01-28", // each year
		"2027-01-27": "2027-01-28",
		"2026-04-03": "2026-04-03", // Good Friday is open
		"2026-04-04": "2026-04-07", // Easter of 2026 is 5 April, its Monday closed
		"2025-04-21": "2025-04-22", // and of 2025, 20 April
		"2038-04-26": "2038-04-27", // the latest Easter there is: 25 April
		"2026-05-14": "2026-05-15", // Ascension
		"2026-12-24": "2026-12-25", // once
		"2027-12-24": "2027-12-24",
		"2026-02-28": "2026-03-02", // a Saturday
	} {
		if got := c.Open(civil(t, from)); !got.Equal(civil(t, want)) {
			t.Errorf("from %s: open on %s, want %s", from, got.Format(time.DateOnly), want)
		}
	}
	if n := len(c.Named(2026)); n != 4 {
		t.Errorf("%d named days in 2026", n)
	}
	var none *workflow.Calendar
	if got := none.Open(civil(t, "2026-02-28")); !got.Equal(civil(t, "2026-02-28")) {
		t.Error("a calendar without closed days moves a day")
	}
}

func TestCalendarFaults(t *testing.T) {
	for lines, line := range map[string]int{"sunday\n13-01 Nul": 2, "02-30 Nul": 1, "easter+x": 1, "easter+61": 1, "1-27 Nul": 1, "demain": 1, "2026-02-29 Nul": 1} {
		if _, faults := workflow.ParseCalendar(lines); len(faults) != 1 || faults[0].Line != line {
			t.Errorf("%q: %v", lines, faults)
		}
	}
	if _, faults := workflow.ParseCalendar("monday\ntuesday\nwednesday\nthursday\nfriday\nsaturday\nsunday\n"); len(faults) != 1 {
		t.Errorf("a week without an open day: %v", faults)
	}
}

func civil(t *testing.T, s string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return day
}
