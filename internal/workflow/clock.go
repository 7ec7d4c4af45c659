package workflow

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"guichet/internal/text"
)

// Add moves an instant by a duration, and is the only place where a deadline is computed: PostgreSQL and
// Go's AddDate disagree at month ends. Years and months are calendar months of Europe/Monaco, clamped to
// the month's last day (30 November + P3M = 28 or 29 February); weeks and days are civil days; the hour of
// the day stays, across summer time too. Hours, minutes and seconds are then added as elapsed time.
func Add(t time.Time, d Duration) time.Time { return shift(t, d, 1) }

// Sub moves an instant back by a duration, by the same rules.
func Sub(t time.Time, d Duration) time.Time { return shift(t, d, -1) }

func shift(t time.Time, d Duration, sign int) time.Time {
	t = t.In(text.Zone)
	y, m, day := t.Date()
	first := time.Date(y+sign*d.Years, m+time.Month(sign*d.Months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	day = min(day, last) + sign*(7*d.Weeks+d.Days)
	moved := time.Date(first.Year(), first.Month(), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), text.Zone)
	return moved.Add(time.Duration(sign) * d.Clock)
}

// Day is the civil date in Europe/Monaco on which an instant falls, as midnight UTC: the form rules use for dates.
func Day(t time.Time) time.Time {
	y, m, d := t.In(text.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// EndOfDay is the instant at which the civil day of t is over in Europe/Monaco, that is the next midnight
// (midnight always exists there: summer time changes at two). A time limit counted in days or more is not
// reached before the end of its last day, so what is due "3 months after closing" is due at
// EndOfDay(Add(closed, P3M)); one counted in hours is due at Add itself.
func EndOfDay(t time.Time) time.Time {
	y, m, d := t.In(text.Zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, text.Zone)
}

// EndOfCivil is EndOfDay of a civil date as midnight UTC.
func EndOfCivil(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, text.Zone)
}

// TimerClocks are the instants that a timer may count from, beside `state.<id>`, the last entry into a state.
// `answer_by` is the end of the day until which the person may answer; a timer on it goes off once for each such day.
// `goes` is the beginning of the day on which nothing of a closed dossier is left, whichever of its retention rules is the last:
// notice of it is given anew where the day is set anew.
var TimerClocks = []string{"last_edit", "closed", AnswerBy, Goes}

// Goes is the clock of the end of all that is kept of a dossier.
const Goes = "goes"

// Received is the clock of what came in: the day on which the administration had it, of the filing, or the one that who entered a
// paper says.
const Received = "received"

// AnswerBy is the clock of what was asked.
const AnswerBy = "answer_by"

// At is a point in time relative to a clock of the dossier.
type At struct {
	Clock  string
	Before bool // the duration is taken off
	Offset Duration
}

var (
	atForm = regexp.MustCompile(`^([a-z_.]+)(?:\s*([+-])\s*(P\S+))?$`)
	errAt  = errors.New("not a clock and a duration: write for example \"last_edit + P3M\"")
)

// ParseAt reads "clock", "clock + P…" or "clock - P…".
func ParseAt(s string) (At, error) {
	m := atForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return At{}, errAt
	}
	at := At{Clock: m[1], Before: m[2] == "-"}
	if m[3] == "" {
		return at, nil
	}
	var err error
	at.Offset, err = ParseDuration(m[3])
	return at, err
}

// Of is the instant this point falls on when the clock shows t.
func (a At) Of(t time.Time) time.Time {
	if a.Before {
		return Sub(t, a.Offset)
	}
	return Add(t, a.Offset)
}
