package watch_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"guichet/internal/journal"
	"guichet/internal/text"
	"guichet/internal/watch"
	"guichet/internal/workflow"

	"guichet"
	"guichet/internal/procedure"
)

// limits are those of the first procedure that watches.
func limits(t *testing.T) *workflow.Readings {
	t.Helper()
	all, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused[0])
	}
	for _, p := range all.All() {
		if p.Flow.Readings.Hourly > 0 {
			return &p.Flow.Readings
		}
	}
	t.Fatal("no procedure watches")
	return nil
}

// A week of a service: 25 agents, about 10,000 readings, of which 50 incidents are planted. How people read is drawn, not tuned
// to the limits: long days, a hurried hour, a look at a closed dossier, a surname shared by chance.
const (
	agents   = 25
	dossiers = 4000
	readings = 10_000
	snoops   = 50
)

type week struct {
	*rand.Rand
	seen    []watch.Seen
	planted map[string]bool
	monday  time.Time
}

func (w *week) at(day int, hour, minute float64) time.Time {
	return w.monday.AddDate(0, 0, day).Add(time.Duration(hour*3600+minute*60) * time.Second)
}

func (w *week) read(agent int64, dossier int, at time.Time, basis string, closed, namesake bool) {
	w.seen = append(w.seen, watch.Seen{Agent: agent, Dossier: int64(dossier), At: at, Basis: basis, Closed: closed, Namesake: namesake})
}

// ordinary is a working day of somebody: between 8 and 18 o'clock, most of it on dossiers of one's own, a few of colleagues, now
// and then a closed one, and once in thousands a dossier of somebody with one's surname.
func (w *week) ordinary(agent int64, day, n int) {
	for range n {
		at := w.at(day, 8+w.NormFloat64()*0.3+w.Float64()*9.6, 0)
		mine, d := int(agent)*120+w.IntN(120), journal.Own
		switch x := w.Float64(); {
		case x < 0.10:
			mine, d = w.IntN(dossiers), journal.Purpose+":colleague"
		case x < 0.30:
			mine, d = w.IntN(dossiers), journal.Queue
		}
		closed := d == journal.Purpose+":colleague" && w.Float64() < 0.15
		w.read(agent, mine, at, d, closed, d != journal.Own && w.Float64() < 0.0008)
	}
}

// plant hides an incident; its key is what a finding of it bears.
func (w *week) plant(i int) {
	agent, day := int64(1+i%agents), (i*7)%5
	key := func(kind, key string) { w.planted[fmt.Sprint(agent, " ", kind, " ", key)] = true }
	date := w.at(day, 12, 0).Format(time.DateOnly)
	switch i % 4 {
	case 0: // relatives, under whatever purpose
		d := dossiers + i
		w.read(agent, d, w.at(day, 9+w.Float64()*8, 0), journal.Purpose+":colleague", false, true)
		key(watch.Surname, fmt.Sprint(d))
	case 1: // leafing through, in most of an hour
		start, n := 9+w.Float64()*7, 38+w.IntN(40)
		for range n {
			w.read(agent, w.IntN(dossiers), w.at(day, start+w.Float64()*0.95, 0), journal.Queue, false, false)
		}
		key(watch.Many, date)
	case 2: // when nobody is there: the evening, or Sunday
		if hour := 19.6 + w.Float64()*4; i%3 == 0 {
			day = 6
			date = w.at(day, 12, 0).Format(time.DateOnly)
			w.read(agent, w.IntN(dossiers), w.at(day, 10+w.Float64()*4, 0), journal.Own, false, false)
		} else {
			w.read(agent, w.IntN(dossiers), w.at(day, hour, 0), journal.Own, false, false)
		}
		key(watch.Hours, date)
	case 3: // old dossiers, of which nothing is to be done any more
		for range 7 + w.IntN(8) {
			w.read(agent, w.IntN(dossiers), w.at(day, 9+w.Float64()*8, 0), journal.Purpose+":question", true, false)
		}
		key(watch.Idle, date)
	}
}

// The week of reliability's list: 10,000 readings with 50 planted snoops, at least 48 caught, at most 20 false alerts.
func TestSyntheticWeek(t *testing.T) {
	r := limits(t)
	caught, wrong := snoops, 0
	for seed := range uint64(5) { // the worst of five weeks counts
		w := &week{Rand: rand.New(rand.NewPCG(seed, 2026)), planted: map[string]bool{}, monday: time.Date(2026, 11, 23, 0, 0, 0, 0, text.Zone)}
		for i := range snoops {
			w.plant(i)
		}
		each := (readings - len(w.seen)) / (agents * 5)
		for agent := range int64(agents) {
			for day := range 5 {
				w.ordinary(agent+1, day, each)
			}
		}
		shut := func(day time.Time) bool { return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday }
		hits, misses := 0, 0
		for _, f := range watch.Find(w.seen, r, shut) {
			if w.planted[fmt.Sprint(f.Agent, " ", f.Kind, " ", f.Key)] {
				hits++
			} else {
				misses++
			}
		}
		t.Logf("seed %d: %d readings, %d of %d caught, %d false", seed, len(w.seen), hits, len(w.planted), misses)
		if len(w.planted) != snoops {
			t.Fatalf("two incidents fell together: %d are planted", len(w.planted))
		}
		caught, wrong = min(caught, hits), max(wrong, misses)
	}
	say := func(name string, value int, unit, target string, ok bool) {
		verdict := "ok"
		if !ok {
			verdict = "short"
			t.Fail()
		}
		fmt.Printf("figure %s %d %s target %s %s\n", name, value, unit, target, verdict)
	}
	say("snoops_caught", caught, "of_50", ">=48", caught >= 48)
	say("snoop_false_alerts", wrong, "alerts", "<=20", wrong <= 20)
}

// Each rule tells what it is for, and nothing short of its limit.
func TestFindKeepsToItsLimits(t *testing.T) {
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, text.Zone)
	open := func(time.Time) bool { return false }
	reads := func(n int, gap time.Duration, s watch.Seen) (out []watch.Seen) {
		for i := range n {
			x := s
			x.Agent, x.Dossier, x.At = 1, int64(i+1), noon.Add(time.Duration(i)*gap)
			out = append(out, x)
		}
		return out
	}
	r := *limits(t)
	for _, c := range []struct {
		name string
		seen []watch.Seen
		want int
	}{
		{"as many as usual", reads(r.Hourly, time.Second, watch.Seen{}), 0},
		{"one more", reads(r.Hourly+1, time.Second, watch.Seen{}), 1},
		{"one more, but slowly", reads(r.Hourly+1, 130*time.Second, watch.Seen{}), 0},
		{"closed ones, of one's own", reads(r.Idle+1, time.Minute, watch.Seen{Closed: true, Basis: journal.Own}), 0},
		{"closed ones, of others", reads(r.Idle+1, time.Minute, watch.Seen{Closed: true, Basis: journal.Purpose + ":x"}), 1},
		{"a namesake", reads(1, 0, watch.Seen{Namesake: true, Basis: journal.Own}), 1},
		{"by a written request", reads(r.Hourly+9, time.Second, watch.Seen{Namesake: true, Basis: journal.Glass + ":x"}), 0},
	} {
		if got := watch.Find(c.seen, &r, open); len(got) != c.want {
			t.Errorf("%s: %d findings", c.name, len(got))
		}
	}
	if got := watch.Find(reads(1, 0, watch.Seen{}), &r, func(time.Time) bool { return true }); len(got) != 1 || got[0].Kind != watch.Hours {
		t.Errorf("a closed day: %+v", got)
	}
}
