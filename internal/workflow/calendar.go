package workflow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Calendar tells on which civil days the administration is closed: days of the week, days that come back each year, days
// counted from Easter, and single dates. It is immutable; nil is a calendar without closed days.
type Calendar struct {
	week   [7]bool
	yearly map[[2]int]string // month and day
	easter map[int]string    // days after Easter Sunday
	dates  map[time.Time]string
}

// CalendarFault is a line that says no day.
type CalendarFault struct {
	Line int // from 1
	Text string
}

// most closed days in a row that a calendar can make; beyond it something else is meant.
const mostClosed = 60

// ParseCalendar reads one closed day a line: "sunday", "01-27 Name" (each year), "easter+1 Name", "2026-12-24 Name". Empty
// lines and what follows # are left out. With any fault the calendar must not be used.
func ParseCalendar(lines string) (*Calendar, []CalendarFault) {
	c := &Calendar{yearly: map[[2]int]string{}, easter: map[int]string{}, dates: map[time.Time]string{}}
	var faults []CalendarFault
	n := 0
	for line := range strings.Lines(lines) {
		n++
		line, _, _ = strings.Cut(line, "#")
		when, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		if when != "" && !c.take(strings.ToLower(when), strings.TrimSpace(name)) {
			faults = append(faults, CalendarFault{n, when})
		}
	}
	if !slices.Contains(c.week[:], false) {
		faults = append(faults, CalendarFault{n, "week"})
	}
	return c, faults
}

// take adds one closed day.
func (c *Calendar) take(when, name string) bool {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if when == strings.ToLower(d.String()) {
			c.week[d] = true
			return true
		}
	}
	if after, ok := strings.CutPrefix(when, "easter"); ok {
		days, err := 0, error(nil)
		if after != "" {
			days, err = strconv.Atoi(after)
		}
		c.easter[days] = name
		return err == nil && days >= -mostClosed && days <= mostClosed
	}
	if day, err := time.Parse(time.DateOnly, when); err == nil {
		c.dates[day] = name
		return true
	}
	day, err := time.Parse("2006-01-02", "2000-"+when) // a leap year, for 29 February
	c.yearly[[2]int{int(day.Month()), day.Day()}] = name
	return err == nil && len(when) == len("01-27")
}

// Closed tells whether the administration is closed on a civil day (midnight UTC), and how the day is called, "" when it
// has no name.
func (c *Calendar) Closed(day time.Time) (name string, closed bool) {
	if c == nil {
		return "", false
	}
	if name, closed = c.dates[day]; closed {
		return name, true
	}
	if name, closed = c.yearly[[2]int{int(day.Month()), day.Day()}]; closed {
		return name, true
	}
	if name, closed = c.easter[int(day.Sub(easter(day.Year())).Hours()/24)]; closed {
		return name, true
	}
	return "", c.week[day.Weekday()]
}

// Open is the day itself, or the first open one after it: a time limit whose last day is a closed one lasts until then.
func (c *Calendar) Open(day time.Time) time.Time {
	for range mostClosed {
		if _, closed := c.Closed(day); !closed {
			break
		}
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// ClosedDay is a closed day of a year that has a name.
type ClosedDay struct {
	Day  time.Time
	Name string
}

// Named lists the closed days of a year other than days of the week, in order.
func (c *Calendar) Named(year int) []ClosedDay {
	var out []ClosedDay
	if c == nil {
		return nil
	}
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
		if name, closed := c.Closed(day); closed && (name != "" || !c.week[day.Weekday()]) {
			out = append(out, ClosedDay{day, name})
		}
	}
	return out
}

// Week lists the days of the week that are closed.
func (c *Calendar) Week() []time.Weekday {
	var out []time.Weekday
	for d := time.Sunday; c != nil && d <= time.Saturday; d++ {
		if c.week[d] {
			out = append(out, d)
		}
	}
	return out
}

// String says the fault in the words of the loader.
func (f CalendarFault) String() string { return fmt.Sprintf("line %d: %q says no day", f.Line, f.Text) }

// easter is Easter Sunday of a year of the Gregorian calendar (the method of Butcher, 1876).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
