// Package watch finds readings of dossiers that are out of the usual, for a supervisor to look at.
package watch

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"guichet/internal/journal"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Seen is a reading, with what is needed to judge it.
type Seen struct {
	Agent, Dossier int64
	At             time.Time
	Basis          string // of the journal
	Closed         bool   // the dossier was at nobody's work any more
	Namesake       bool   // somebody in the dossier bears the agent's surname
}

// Kinds of finding.
const (
	Surname = "surname" // a dossier in which somebody bears the reader's surname
	Many    = "many"    // more distinct dossiers in an hour than usual
	Hours   = "hours"   // outside working hours, or on a closed day
	Idle    = "idle"    // closed dossiers that were not the reader's
)

// Finding is what one agent did, told once: of a dossier for a surname, of a day for the others.
type Finding struct {
	Kind, Key   string
	Agent       int64
	First, Last time.Time
	Dossiers    []int64 // in the order they were read
}

// Find judges the readings of a procedure by its limits. shut tells whether a civil day is a closed one. A reading by a written
// request is told by that request, and never here.
func Find(seen []Seen, limits *workflow.Readings, shut func(day time.Time) bool) []Finding {
	byAgent := map[int64][]Seen{}
	for _, s := range seen {
		if s.Basis == "" || len(s.Basis) < len(journal.Glass) || s.Basis[:len(journal.Glass)] != journal.Glass {
			byAgent[s.Agent] = append(byAgent[s.Agent], s)
		}
	}
	var out []Finding
	for agent, own := range byAgent {
		slices.SortStableFunc(own, func(a, b Seen) int { return a.At.Compare(b.At) })
		f := finder{agent: agent, byKey: map[string]*Finding{}}
		f.each(own, limits, shut)
		if limits.Hourly > 0 {
			f.many(own, limits.Hourly)
		}
		if limits.Idle > 0 {
			f.idle(own, limits.Idle)
		}
		for _, x := range f.byKey {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b Finding) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// finder gathers what one agent did.
type finder struct {
	agent int64
	byKey map[string]*Finding
}

func (f *finder) add(kind, key string, s Seen) {
	x := f.byKey[kind+" "+key]
	if x == nil {
		x = &Finding{Kind: kind, Key: key, Agent: f.agent, First: s.At}
		f.byKey[kind+" "+key] = x
	}
	x.Last = s.At
	if !slices.Contains(x.Dossiers, s.Dossier) {
		x.Dossiers = append(x.Dossiers, s.Dossier)
	}
}

// each judges readings one by one.
func (f *finder) each(own []Seen, limits *workflow.Readings, shut func(time.Time) bool) {
	for _, s := range own {
		if s.Namesake {
			f.add(Surname, strconv.FormatInt(s.Dossier, 10), s)
		}
		if len(limits.Hours) > 0 && (!limits.Within(s.At) || shut(workflow.Day(s.At))) {
			f.add(Hours, day(s), s)
		}
	}
}

// many moves an hour over the readings and counts the dossiers in it, each once.
func (f *finder) many(own []Seen, most int) {
	inside, from := map[int64]int{}, 0
	for i, s := range own {
		inside[s.Dossier]++
		for own[from].At.Before(s.At.Add(-time.Hour)) {
			if inside[own[from].Dossier]--; inside[own[from].Dossier] == 0 {
				delete(inside, own[from].Dossier)
			}
			from++
		}
		if len(inside) > most {
			for _, x := range own[from : i+1] {
				f.add(Many, day(s), x)
			}
		}
	}
}

// idle counts closed dossiers of a day that were not the reader's.
func (f *finder) idle(own []Seen, most int) {
	days := map[string][]Seen{}
	for _, s := range own {
		if s.Closed && s.Basis != journal.Own {
			days[day(s)] = append(days[day(s)], s)
		}
	}
	for key, seen := range days {
		distinct := map[int64]bool{}
		for _, s := range seen {
			distinct[s.Dossier] = true
		}
		if len(distinct) <= most {
			continue
		}
		for _, s := range seen {
			f.add(Idle, key, s)
		}
	}
}

// day is the civil day of a reading.
func day(s Seen) string { return s.At.In(text.Zone).Format(time.DateOnly) }
