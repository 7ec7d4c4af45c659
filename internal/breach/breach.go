// Package breach is the register of breaches of personal data, and its clock: what happened, what was done, who was told and when.
package breach

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Record is what is known of a breach. It names nobody.
type Record struct {
	What         string    `json:"what"`
	Known        time.Time `json:"known"` // when the controller came to know of it: the clock runs from here
	Began        time.Time `json:"began,omitzero"`
	Kinds        []string  `json:"kinds"`      // of [Kinds]
	Categories   []string  `json:"categories"` // "procedure/category", or one of [Elsewhere]
	People       string    `json:"people"`     // about how many, as a number; "" while nobody knows
	Consequences string    `json:"consequences"`
	Measures     string    `json:"measures"`
	Risk         string    `json:"risk"` // of [Risks]; "" while nobody knows

	Notified  time.Time `json:"notified,omitzero"` // to the authority
	Reference string    `json:"reference"`         // the authority's
	Late      string    `json:"late"`              // why after the time
	WhyNot    string    `json:"why_not"`           // why the authority is not told

	Told    time.Time `json:"told,omitzero"` // the people concerned
	NotTold string    `json:"not_told"`      // why they are not
}

// Kinds are what a breach may be of: data were seen by who may not, altered, or lost.
var Kinds = []string{"confidentiality", "integrity", "availability"}

// Risks for the people concerned. With any, the authority is told; with a high one, they are as well.
const (
	None = "none"
	Some = "risk"
	High = "high"
)

// Risks are all of them, in order.
var Risks = []string{None, Some, High}

// Elsewhere are the categories of what belongs to no procedure.
var Elsewhere = []string{"accounts", "logs", "keys", "backups"}

// Longest is how many characters a text may have.
const Longest = 4000

// oldest is how many years ago a breach may have been known: what was known earlier is a slip of the pen, and its clock a false alarm.
const oldest = 50

// Problem is what is wrong with one field of a record: a name of the record's JSON, and what to say.
type Problem struct{ Field, Key string }

// check says what is wrong with a record as it would be kept at an instant.
func (r *Record) check(due, now time.Time, known func(category string) bool) (out []Problem) {
	wrong := func(is bool, field, key string) {
		if is {
			out = append(out, Problem{field, "breach.problem." + key})
		}
	}
	for field, words := range map[string]*string{
		"what": &r.What, "consequences": &r.Consequences, "measures": &r.Measures, "reference": &r.Reference, "late": &r.Late, "why_not": &r.WhyNot, "not_told": &r.NotTold, "people": &r.People,
	} {
		*words = strings.TrimSpace(*words)
		wrong(utf8.RuneCountInString(*words) > Longest, field, "long")
	}
	wrong(r.What == "", "what", "what")
	wrong(r.Known.IsZero(), "known", "known")
	wrong(r.Known.After(now), "known", "future")
	wrong(!r.Known.IsZero() && r.Known.Before(now.AddDate(-oldest, 0, 0)), "known", "old")
	wrong(!r.Began.IsZero() && r.Began.After(r.Known), "began", "began")
	wrong(len(r.Kinds) == 0 || !within(r.Kinds, Kinds), "kinds", "kinds")
	wrong(slices.ContainsFunc(r.Categories, func(c string) bool { return !known(c) }), "categories", "categories")
	wrong(r.People != "" && !number(r.People), "people", "people")
	wrong(r.Risk != "" && !slices.Contains(Risks, r.Risk), "risk", "risk")
	r.checkTelling(due, now, wrong)
	slices.SortStableFunc(out, func(a, b Problem) int { return slices.Index(order, a.Field) - slices.Index(order, b.Field) })
	return out
}

// order is that of the fields on a page.
var order = []string{"what", "known", "began", "kinds", "categories", "people", "consequences", "measures", "risk", "notified", "reference", "late", "why_not", "told", "not_told"}

func (r *Record) checkTelling(due, now time.Time, wrong func(is bool, field, key string)) {
	wrong(r.Notified.After(now), "notified", "future")
	wrong(!r.Notified.IsZero() && r.Notified.Before(r.Known), "notified", "before")
	wrong(r.Notified.After(due) && r.Late == "", "late", "late")
	wrong(!r.Notified.IsZero() && r.WhyNot != "", "why_not", "both")
	wrong(r.WhyNot != "" && (r.Risk == Some || r.Risk == High), "why_not", "owed")
	wrong(r.Told.After(now), "told", "future")
	wrong(!r.Told.IsZero() && r.Told.Before(r.Known), "told", "before")
	wrong(!r.Told.IsZero() && r.NotTold != "", "not_told", "both")
}

func within(values, of []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool { return !slices.Contains(of, v) })
}

func number(s string) bool {
	return len(s) <= 9 && strings.Trim(s, "0123456789") == ""
}

// Owes lists what is still to be decided or written, by field; nothing: the record is complete.
func (r *Record) Owes() (out []string) {
	add := func(lacks bool, field string) {
		if lacks {
			out = append(out, field)
		}
	}
	add(r.Risk == "", "risk")
	add(len(r.Categories) == 0, "categories")
	add(r.People == "", "people")
	add(r.Consequences == "", "consequences")
	add(r.Measures == "", "measures")
	add(r.runs(), "notified")
	add(r.Told.IsZero() && r.NotTold == "" && r.Risk == High, "told")
	return out
}

// runs tells whether the clock runs: the authority was neither told nor need it be.
func (r *Record) runs() bool { return r.Notified.IsZero() && (r.WhyNot == "" || r.Risk != None) }
