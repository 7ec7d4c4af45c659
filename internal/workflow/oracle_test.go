package workflow_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"guichet/internal/workflow"
)

// An oracle of its own for calendar durations in Europe/Monaco: it counts day after day and month after month with its own
// lengths, and knows summer time as the directive has it (from the last Sunday of March to the last of October, both at one in
// Greenwich). It asks neither Go's calendar nor its zones.

type shown struct{ y, m, d, second int } // second of the day

func leapYear(y int) bool { return y%4 == 0 && y%100 != 0 || y%400 == 0 }

func lengthOf(y, m int) int {
	switch {
	case m == 2 && leapYear(y):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

// newYears are the days from the first of January 2000, a Saturday, to that of each year.
var newYears = func() (out [150]int) {
	for i := 1; i < len(out); i++ {
		out[i] = out[i-1] + 365
		if leapYear(1999 + i) {
			out[i]++
		}
	}
	return out
}()

// dayNumber counts the days since the first of January 2000.
func dayNumber(y, m, d int) int {
	n := newYears[y-2000]
	for i := 1; i < m; i++ {
		n += lengthOf(y, i)
	}
	return n + d - 1
}

func (c *shown) tomorrow() {
	c.d++
	if c.d > lengthOf(c.y, c.m) {
		c.d = 1
		if c.m++; c.m > 12 {
			c.m = 1
			c.y++
		}
	}
}

func (c *shown) yesterday() {
	c.d--
	if c.d == 0 {
		if c.m--; c.m == 0 {
			c.m = 12
			c.y--
		}
		c.d = lengthOf(c.y, c.m)
	}
}

// changeover is the last Sunday of a month, at one in Greenwich, in seconds since 2000.
func changeover(y, m int) int {
	n := dayNumber(y, m, lengthOf(y, m))
	for (n+6)%7 != 0 { // day 0 is a Saturday: 6 days after a Sunday
		n--
	}
	return n*86400 + 3600
}

// offset is how far Monaco is ahead of Greenwich at an instant of a year.
func offset(y, at int) int {
	if at >= changeover(y, 3) && at < changeover(y, 10) {
		return 7200
	}
	return 3600
}

const y2000 = 946684800 // in Unix seconds

// local is what a clock in Monaco shows.
func local(at int) shown {
	c := shown{y: 2000, m: 1, d: 1}
	for at >= (dayNumber(c.y+1, 1, 1)*86400)-3600 {
		c.y++
	}
	at += offset(c.y, at)
	days := at/86400 - dayNumber(c.y, 1, 1)
	for ; days > 0; days-- {
		c.tomorrow()
	}
	c.second = at % 86400
	return c
}

// instantOf is when a clock in Monaco shows it. What it shows twice is meant the second time, what it skips is an hour on: nothing
// is ever due too early.
func (c shown) instantOf() int {
	wall := dayNumber(c.y, c.m, c.d)*86400 + c.second
	if winter := wall - 3600; offset(c.y, winter) == 3600 || offset(c.y, wall-7200) == 3600 {
		return winter
	}
	return wall - 7200
}

func oracle(at int, d workflow.Duration, back bool) int {
	c := local(at)
	for range d.Years*12 + d.Months {
		if c.m++; !back && c.m > 12 {
			c.m = 1
			c.y++
		}
		if back {
			if c.m -= 2; c.m == 0 {
				c.m = 12
				c.y--
			}
		}
	}
	c.d = min(c.d, lengthOf(c.y, c.m))
	for range d.Weeks*7 + d.Days {
		if back {
			c.yesterday()
		} else {
			c.tomorrow()
		}
	}
	if back {
		return c.instantOf() - int(d.Clock/time.Second)
	}
	return c.instantOf() + int(d.Clock/time.Second)
}

// midnightAfter is the instant at which the day that a clock in Monaco shows is over.
func midnightAfter(at int) int {
	c := local(at)
	c.tomorrow()
	c.second = 0
	return c.instantOf()
}

// instants makes those at which calendars go wrong, and as many of any kind.
func instants(r *rand.Rand, n int) []int {
	out := make([]int, 0, n)
	edge := func(y, m, d int) int { return dayNumber(y, m, d)*86400 - 7200 + r.IntN(4*3600) }
	for len(out) < n {
		y, m := 2012+r.IntN(80), 1+r.IntN(12)
		switch len(out) % 6 {
		case 0: // the last day of a month, around its midnights
			out = append(out, edge(y, m, lengthOf(y, m)))
		case 1: // the first
			out = append(out, edge(y, m, 1))
		case 2: // the end of February, leap days with it
			out = append(out, edge(y-y%4, 2, 28+r.IntN(2)), edge(y, 3, 1))
		case 3: // the nights on which the clocks change
			out = append(out, changeover(y, 3)-5400+r.IntN(3*3600), changeover(y, 10)-5400+r.IntN(3*3600))
		case 4: // a second beside them
			out = append(out, changeover(y, 3+7*r.IntN(2))-1+r.IntN(3))
		default:
			out = append(out, dayNumber(y, m, 1)*86400+r.IntN(28*86400))
		}
	}
	return out[:n]
}

var periods = []string{"P1D", "P14D", "P30D", "P75D", "P1M", "P3M", "P6M", "P12M", "P1Y", "P2Y", "P3Y", "P10Y", "P1M3D", "P1Y2M10D", "P2W", "PT1H", "PT36H", "P1DT2H", "P0D"}

// 50,000 instants, each with a period there and back: what the product computes is what the oracle counts, to the second. A
// retention rule ends with the midnight that follows, and is not due one second before.
func TestCalendarAgreesWithAnOracle(t *testing.T) {
	many := 50_000
	if testing.Short() {
		many = 5_000
	}
	r := rand.New(rand.NewPCG(20261123, 6))
	var read []workflow.Duration
	for _, p := range periods {
		read = append(read, duration(t, p))
	}
	wrong := 0
	for i, at := range instants(r, many) {
		d := read[i%len(read)]
		from := time.Unix(int64(at+y2000), 0)
		check := func(what string, got time.Time, want int) {
			if got.Unix() != int64(want+y2000) {
				if wrong++; wrong <= 10 {
					t.Errorf("%s of %s by %s: %s, the oracle says %s", what, from.UTC(), d, got.UTC(), time.Unix(int64(want+y2000), 0).UTC())
				}
			}
		}
		end := oracle(at, d, false)
		check("add", workflow.Add(from, d), end)
		check("sub", workflow.Sub(from, d), oracle(at, d, true))
		check("the day", workflow.EndOfDay(from), midnightAfter(at))
		edges(t, from, d, end)
	}
	if wrong > 0 {
		t.Errorf("%d of %d instants differ", wrong, many)
	}
}

// edges looks a second before and at the instant that the oracle found, for a timer, for one that gives notice, and for a rule.
func edges(t *testing.T, clock time.Time, d workflow.Duration, end int) {
	t.Helper()
	unix := func(at int) time.Time { return time.Unix(int64(at+y2000), 0) }
	for what, x := range map[string]struct {
		timed workflow.Timed
		due   int
	}{
		"timer": {workflow.Timed{At: workflow.At{Offset: d}}, end},
		"rule":  {workflow.Timed{At: workflow.At{Offset: d}, Rule: &workflow.KeepRule{Period: d}}, midnightAfter(end)},
	} {
		if x.timed.Due(clock, unix(x.due-1)) {
			t.Fatalf("a %s of %s from %s goes off a second early", what, d, clock.UTC())
		}
		if !x.timed.Due(clock, unix(x.due)) {
			t.Fatalf("a %s of %s from %s does not go off", what, d, clock.UTC())
		}
	}
	rule := workflow.KeepRule{Period: d}
	c := local(midnightAfter(end))
	if got, want := rule.Last(clock, clock), time.Date(c.y, time.Month(c.m), c.d, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Fatalf("what is kept %s from %s is gone on %s, the oracle says %s", d, clock.UTC(), got, want)
	}
}
