package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"guichet/internal/text"
)

// plan is one dossier to be: whose, what becomes of it, and when.
type plan struct {
	story  *story
	home   *household
	person *person // who signs in with it, when somebody does
	start  time.Time
	acts   []planned
	seed   uint64
}

type planned struct {
	act
	at time.Time
}

// pick draws the story of dossier i.
func (s *script) pick(seed uint64, i int, closed bool) *story {
	share := func(x *story) int {
		if closed {
			return x.Closed
		}
		return x.Work
	}
	r := rand.New(rand.NewPCG(seed, uint64(i)<<1|1))
	return s.Stories[weighted(r, len(s.Stories), func(i int) int { return share(s.Stories[i]) })]
}

// plans are those who sign in, the dossiers at work and the closed ones, in the order in which they were started.
func (s *script) plans(w *world, size Size, seed uint64, now time.Time) []plan {
	people := slices.DeleteFunc(slices.Clone(s.People), func(p person) bool { return s.story(p.Story) == nil })
	var told []*story
	if s.Counted {
		for _, x := range s.Stories {
			told = append(told, slices.Repeat([]*story{x}, x.Told)...)
		}
		size = Size{Work: len(told)}
	}
	homes := w.population(len(people)+size.Work+size.Closed, seed, now)
	out := make([]plan, 0, len(homes))
	for i, h := range homes {
		p := plan{home: h, seed: h.seed}
		if i < len(people) {
			p.person, p.story = &people[i], s.story(people[i].Story)
			h.email, h.filer = people[i].Email, "self"
		} else if s.Counted {
			p.story, h.filer = told[i-len(people)], "self"
		} else {
			p.story = s.pick(seed, i, i >= len(people)+size.Work)
		}
		p.schedule(now)
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b plan) int { return a.start.Compare(b.start) })
	return out
}

// schedule dates the acts, from the last one back: agents work in office hours, people when they are awake.
func (p *plan) schedule(now time.Time) {
	r := rand.New(rand.NewPCG(p.seed, 3))
	last := p.story.Last
	if p.person != nil {
		last = [2]float64{last[0], min(last[1], last[0]+5)}
	}
	p.backFrom(r, now.Add(-days(r, last)-30*time.Minute))
}

// backFrom dates the acts when the last one is made at an instant or shortly before.
func (p *plan) backFrom(r *rand.Rand, at time.Time) {
	for i := len(p.story.Acts) - 1; i >= 0; i-- {
		a := p.story.Acts[i]
		if a.Chance > 0 && r.Float64() >= a.Chance {
			continue
		}
		at = hours(r, at, a.By == "agent")
		p.acts = append(p.acts, planned{a, at})
		at = at.Add(-days(r, a.After) - 20*time.Minute)
	}
	slices.Reverse(p.acts)
	p.start = hours(r, at.Add(-days(r, [2]float64{0, 4})), false)
}

// days draws a span of days.
func days(r *rand.Rand, span [2]float64) time.Duration {
	return time.Duration((span[0] + r.Float64()*(span[1]-span[0])) * float64(24*time.Hour))
}

// hours moves an instant back into waking hours, or into those of an office.
func hours(r *rand.Rand, at time.Time, office bool) time.Time {
	at = at.In(text.Zone)
	from, to := 7, 22
	if office {
		from, to = 8, 17
	}
	if at.Hour() < from {
		at = late(r, at.AddDate(0, 0, -1), to)
	}
	for office && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday) {
		at = late(r, at.AddDate(0, 0, -1), to)
	}
	if at.Hour() >= to {
		at = late(r, at, to)
	}
	return at.UTC()
}

// late is some minute of the last four hours before the end of the day.
func late(r *rand.Rand, at time.Time, end int) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, end-1-r.IntN(4), r.IntN(60), r.IntN(60), 0, text.Zone)
}
