package workflow

import (
	"slices"
	"strings"
	"time"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Timed is all that the clock brings about, whichever heading of a definition it stands under: a clock and a duration, the
// states in which it holds, and what is done then. A timer moves, tells or erases; a retention rule erases what it names.
type Timed struct {
	ID     string // of the timer or of the retention rule
	At     At
	States []string
	Move   string
	Notify string
	Erase  string    // [Whole] or [Part]
	Rule   *KeepRule // the retention rule it is; nil of a timer
}

// What is erased when the time has come.
const (
	Whole = "dossier" // the dossier with all it holds
	Part  = "part"    // what the retention rule names; with the last of it the dossier
)

// Due tells whether the moment has come, by what the clock shows. What a retention rule keeps is kept to the end of its last
// day in Europe/Monaco, and not a second less.
func (t *Timed) Due(clock, now time.Time) bool {
	at := t.At.Of(clock)
	if t.Rule != nil {
		at = EndOfDay(at)
	}
	return !at.After(now)
}

// KeepRule is a retention rule with its durations read.
type KeepRule struct {
	Retention
	Period Duration
}

// AtOnce tells whether nothing is kept beyond the closing: it goes in the very transaction that closes the dossier (DS-114).
func (k *KeepRule) AtOnce() bool { return k.Period.IsZero() && k.From == "closed" }

// OfDossier tells whether the rule counts from a clock of the dossier, and not from each entry of a log or of what was never sent.
func (k *KeepRule) OfDossier() bool { return k.From != "entry" && !slices.Contains(k.What, Drafts) }

// Last is the first day on which nothing of the rule may be left, when its clock shows since: the day after the last, in
// Europe/Monaco. Nothing goes before the day of closing is over.
func (k *KeepRule) Last(since, closed time.Time) time.Time {
	day := Day(EndOfDay(Add(since, k.Period)))
	if least := Day(EndOfDay(closed)); day.Before(least) {
		return least
	}
	return day
}

// Since is what a date of a form shows as a clock: the beginning of that day in Europe/Monaco.
func Since(date time.Time) time.Time {
	return time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, text.Zone)
}

// timed puts all headings under which something is timed into one list.
func (c *Compiled) timed() {
	for i := range c.KeepRules {
		k := &c.KeepRules[i]
		t := Timed{ID: k.ID, At: At{Clock: k.From, Offset: k.Period}, Rule: k, Erase: Part, States: c.StatesOf(Closed)}
		switch {
		case slices.Contains(k.What, Drafts) && k.From == "last_edit":
			t.Erase, t.States = Whole, c.StatesOf(Draft)
		case !k.OfDossier():
			continue // lines of logs: they are no dossier's
		}
		c.Timed = append(c.Timed, t)
	}
}

// Announced tells whether somebody is told, some days ahead, of the end of what a closed dossier holds, in every state that closes.
func (c *Compiled) Announced() bool {
	for _, state := range c.StatesOf(Closed) {
		if !slices.ContainsFunc(c.Timed, func(t Timed) bool {
			return t.At.Clock == Goes && t.Notify != "" && !t.At.Offset.IsZero() && slices.Contains(t.States, state)
		}) {
			return false
		}
	}
	return true
}

// checkKeepClock wants a clock that a dossier has: a known one, the entry into a state, or a date that is asked for.
func (c *Compiled) checkKeepClock(r *refusals, path string, k Retention, f *form.Compiled) {
	if state, ok := strings.CutPrefix(k.From, "state."); ok {
		r.oneOf(path+".from", "state", state, names(c.states))
		return
	}
	if field := f.Field(k.From); field != nil {
		if field.Kind != form.Date {
			r.add(path+".from", "name a field of kind date", "%q is no date to count from", k.From)
		}
		return
	}
	r.oneOf(path+".from", "clock", k.From, keepClocks)
	if slices.Contains(k.What, Drafts) && k.From != "last_edit" {
		r.add(path+".from", "write last_edit: what was never sent is never closed", "drafts kept from %q would never go", k.From)
	}
}
