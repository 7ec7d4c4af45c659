package demo

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Wish is what a past is asked to be. The same wish always gives the same past.
type Wish struct {
	Seed    uint64
	People  int
	Months  int
	PerYear int                   // dossiers closed in a year
	Until   time.Time             // first day of the last month, as midnight UTC
	Tell    func(done, total int) // told, from several goroutines, how many dossiers are made; may be nil
}

// Usual is the past of a state like Monaco up to a month; seed 1 is that of the demonstration.
func Usual(until time.Time) Wish {
	return Wish{Seed: 1, People: 38_000, Months: 36, PerYear: 2500, Until: until}
}

// Past is a population and what it filed over some months.
type Past struct {
	Procedure *procedure.Procedure // with no more of its form than the release looks at
	Months    []time.Time
	Dossiers  []Closed // in the order of their closing month
	residents []*resident
	script    *script
	end       time.Time // of the last month
}

// Closed is a made-up dossier with who it is about.
type Closed struct {
	release.Past
	Person, Home int // numbers of the register
	Filed        time.Time
	month        int
	who          *resident
	plan         plan
}

// MakePast makes up a population and the dossiers that it had closed.
func MakePast(p *procedure.Procedure, wish Wish) (*Past, error) {
	w, err := readWorld()
	if err != nil {
		return nil, err
	}
	c, err := readCensus()
	if err != nil {
		return nil, err
	}
	s, err := readScript(p.ID)
	if err != nil {
		return nil, err
	}
	if s == nil || s.Stream == nil || p.Release == nil {
		return nil, fmt.Errorf("%s: there is no data file that says how people apply, or no release schema", p.ID)
	}
	past := &Past{script: s.residents(), end: release.MonthEnd(wish.Until)}
	if past.Procedure, err = narrow(p, past.script.Fields); err != nil {
		return nil, err
	}
	for i := range wish.Months {
		past.Months = append(past.Months, wish.Until.AddDate(0, i+1-wish.Months, 0))
	}
	past.residents = c.settle(w, wish.People, wish.Seed, workflow.Day(past.end.AddDate(0, 0, -1)))
	x := newRush(past, wish, c.Citizens)
	if err := x.run(); err != nil {
		return nil, err
	}
	past.Dossiers = x.out
	past.answer(wish.Tell)
	return past, nil
}

// residents is the script as the residents of a population follow it.
func (s *script) residents() *script {
	out := *s
	out.Fields = maps.Clone(s.Fields)
	maps.Copy(out.Fields, s.Stream.Fields)
	return &out
}

// rush lets residents apply, month by month.
type rush struct {
	*flow
	past     *Past
	r        *rand.Rand
	stories  *script
	citizens string
	wish     Wish
	units    [][]*resident // in the order in which it comes to them
	again    [][]int       // dossiers whose people apply again, by month
	out      []Closed
}

func newRush(past *Past, wish Wish, citizens string) *rush {
	x := &rush{
		flow: past.script.Stream, past: past, r: rand.New(rand.NewPCG(wish.Seed, 6)), stories: past.script, citizens: citizens,
		wish: wish, again: make([][]int, wish.Months),
	}
	unit := 0
	for _, who := range past.residents {
		if who.unit != unit {
			x.units, unit = append(x.units, nil), who.unit
		}
		x.units[len(x.units)-1] = append(x.units[len(x.units)-1], who)
	}
	x.r.Shuffle(len(x.units), func(i, j int) { x.units[i], x.units[j] = x.units[j], x.units[i] })
	return x
}

// errTooFew says that the population cannot file that much.
var errTooFew = errors.New("so few people cannot have filed so many dossiers: ask for more people, or for fewer dossiers or months")

// run closes as many dossiers a month as the season and some chance have it.
func (x *rush) run() error {
	for month, wanted := range x.totals() {
		for _, i := range x.again[month] {
			x.apply(x.out[i].who, month, x.closing(month), x.out[i].Filer)
		}
		for len(x.out) < wanted {
			if len(x.units) == 0 {
				return errTooFew
			}
			x.family(x.units[0], month)
			x.units = x.units[1:]
		}
	}
	return nil
}

// totals is how many dossiers there are after each month.
func (x *rush) totals() []int {
	weights, sum := make([]float64, x.wish.Months), 0.0
	for i, m := range x.past.Months {
		weights[i] = float64(x.Season[m.Month()-1]) * (0.92 + 0.16*x.r.Float64())
		sum += weights[i]
	}
	all, upTo := float64(x.wish.PerYear*x.wish.Months)/12, 0.0
	out := make([]int, len(weights))
	for i, w := range weights {
		upTo += w
		out[i] = int(all*upTo/sum + 0.5)
	}
	return out
}

// family lets those of one unit apply who may, and want to.
func (x *rush) family(unit []*resident, month int) {
	at := x.closing(month)
	filer := ""
	for _, who := range unit {
		chance := x.Keen[who.band]
		if filer != "" {
			chance = x.Together[who.role]
		}
		if who.from.Country == x.citizens || !x.grown(who, at) || x.r.IntN(100) >= chance {
			continue
		}
		if filer == "" {
			filer = who.account()
		} else {
			at = x.within(month, at.AddDate(0, 0, x.r.IntN(4)))
		}
		x.apply(who, month, at, filer)
	}
}

// grown reports that somebody is old enough to apply: who has a home of their own, of age.
func (x *rush) grown(who *resident, at time.Time) bool {
	age := x.FromAge
	if who.role != child {
		age = max(age, 18)
	}
	return !who.born.AddDate(age, 0, 0).After(at)
}

// account names what a resident's dossier is filed with.
func (r *resident) account() string {
	switch r.filer {
	case "firm":
		return "firm " + r.firm.Company
	case "relative":
		return "relative of " + strconv.Itoa(r.number)
	}
	return "person " + strconv.Itoa(r.number)
}

// apply makes one dossier of a resident, which is closed about an instant, and sees whether they apply again.
func (x *rush) apply(who *resident, month int, at time.Time, filer string) {
	n := len(x.out)
	d := Closed{Person: who.number, Home: who.home, month: month, who: who}
	d.plan = plan{story: x.stories.pick(x.wish.Seed, n, true), home: who.household, seed: who.seed + uint64(n)}
	d.plan.backFrom(rand.New(rand.NewPCG(d.plan.seed, 3)), at)
	last := d.plan.acts[len(d.plan.acts)-1]
	d.Filed, d.Closed, d.Filer = d.plan.start, last.at, filer
	d.State = x.past.Procedure.Flow.Move(last.Move).To
	x.out = append(x.out, d)
	if x.r.IntN(100) < x.Again[d.State] {
		if next := month + between(x.r, x.After, 1); next < len(x.again) {
			x.again[next] = append(x.again[next], n)
		}
	}
}

// closing draws an instant in the office hours of a month.
func (x *rush) closing(month int) time.Time {
	from := x.past.Months[month]
	days := from.AddDate(0, 1, -1).Day()
	return x.within(month, time.Date(from.Year(), from.Month(), 1+x.r.IntN(days), 8+x.r.IntN(9), x.r.IntN(60), x.r.IntN(60), 0, text.Zone))
}

// within moves an instant to office hours of the same month.
func (x *rush) within(month int, at time.Time) time.Time {
	if end := release.MonthEnd(x.past.Months[month]); !at.Before(end) {
		at = end.Add(-9 * time.Hour)
	}
	moved := hours(x.r, at, true)
	if begin := release.MonthEnd(x.past.Months[month].AddDate(0, -1, 0)); moved.Before(begin) {
		moved = hours(x.r, moved.AddDate(0, 0, 4), true)
	}
	return moved
}

// answer fills all dossiers in.
func (p *Past) answer(tell func(done, total int)) {
	var done atomic.Int64
	p.spread(len(p.Dossiers), func(i int) {
		d := &p.Dossiers[i]
		d.Answers = p.fill(d.who, d.plan.story.ID, d.Filed, d.plan.acts)
		if n := int(done.Add(1)); tell != nil {
			tell(n, len(p.Dossiers))
		}
	})
}

// fill answers for a resident, and for the agents who acted.
func (p *Past) fill(who *resident, story string, at time.Time, acts []planned) form.Raw {
	f := newFiller(p.Procedure.Form, p.script, who.household, story, at)
	raw := f.fill()
	for _, a := range acts {
		for _, id := range a.Fields {
			f.agentAnswer(id)
		}
	}
	return raw
}
