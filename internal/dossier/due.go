package dossier

import (
	"time"

	"guichet/internal/text"
	"guichet/internal/workflow"
)

// setDay takes the day that a move sets for the person to answer; it names "due" when that is outside the definition's bounds.
func (d *Dossier) setDay(m *workflow.Move, until, now time.Time) []string {
	proposed, first, last, ok := d.Def.Flow.Due(m, now)
	if !ok {
		return nil
	}
	if until.IsZero() {
		until = proposed
	}
	if until.Before(first) || until.After(last) {
		return []string{"due"}
	}
	until = d.Def.Flow.Calendar.Open(until) // a time that ends on a closed day lasts until the next open one
	d.AnswerBy = &until
	return nil
}

// keepDay follows a move: a day that was set starts its timers anew, one that was answered or given up is none any more.
func (d *Dossier) keepDay(dec workflow.Decision, act Act, now time.Time) {
	switch {
	case dec.ToKind != workflow.Waiting:
		d.AnswerBy, d.OverdueAt, d.reminded = nil, nil, []string{}
	case dec.Move.Form.Due != "":
		d.OverdueAt, d.reminded = nil, d.gone(now)
	}
	if act.timer != nil {
		d.reminded = append(d.reminded, act.timer.ID)
	}
	for _, e := range dec.Effects {
		if e.Task == "overdue" {
			d.OverdueAt = &now
		}
	}
}

// gone are the timers of the day to answer whose moment is over already when the day is set: a week's notice of a day that is
// five days away would be none.
func (d *Dossier) gone(now time.Time) []string {
	out := []string{}
	for _, t := range d.Def.Flow.Timed {
		if t.At.Clock == workflow.AnswerBy && d.AnswerBy != nil && !t.At.Of(workflow.EndOfCivil(*d.AnswerBy)).After(now) {
			out = append(out, t.ID)
		}
	}
	return out
}

// until is the day to answer in words, "" when there is none.
func (d *Dossier) until(lang text.Lang) string { return dayOr(d.AnswerBy, lang) }

func dayOr(day *time.Time, lang text.Lang) string {
	if day == nil {
		return ""
	}
	return text.Printer{Lang: lang}.Date(*day)
}

// Offers tells whether a move's own condition holds now; whether it can be made is the office's to say.
func (d *Dossier) Offers(m *workflow.Move, at time.Time) bool {
	if d.Def.Flow.Extends(m) != nil && d.DueOn == nil {
		return false // no deadline runs
	}
	if m.When == "" {
		return true
	}
	ok, err := d.Def.Flow.Allowed(m, d.State, d.OverdueAt != nil, d.Journey(nil, at).Values())
	return ok && err == nil
}
