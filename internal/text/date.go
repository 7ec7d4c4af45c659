package text

import (
	"fmt"
	"time"
	_ "time/tzdata" // the service's hour does not depend on what the machine has installed
)

// Zone is the civil time of the service: Europe/Monaco.
var Zone = mustZone("Europe/Monaco")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) //nolint:forbidigo // cannot happen: tzdata is linked in
	}
	return z
}

var frenchMonths = [...]string{
	"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// Date writes a civil date in full: « 1er février 2026 », "1 February 2026".
// It reads the day that t itself bears; for an instant use DateAt.
func (p Printer) Date(t time.Time) string {
	if p.Lang == EN {
		return t.Format("2\u00a0January\u00a02006")
	}
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + nbsp + frenchMonths[t.Month()-1] + nbsp + t.Format("2006")
}

// ShortDate writes a civil date for tables: 03/02/2026 in both languages.
func (p Printer) ShortDate(t time.Time) string { return t.Format("02/01/2006") }

// DateAt writes the day on which an instant falls in the service's time.
func (p Printer) DateAt(t time.Time) string { return p.Date(t.In(Zone)) }

// TimeAt writes the hour of an instant in the service's time: « 14 h 05 », "14:05".
func (p Printer) TimeAt(t time.Time) string {
	if p.Lang == EN {
		return t.In(Zone).Format("15:04")
	}
	return t.In(Zone).Format("15\u00a0h\u00a004")
}

// DateTimeAt writes day and hour of an instant: « 1er février 2026 à 14 h 05 ».
func (p Printer) DateTimeAt(t time.Time) string {
	if p.Lang == EN {
		return p.DateAt(t) + " at " + p.TimeAt(t)
	}
	return p.DateAt(t) + " à " + p.TimeAt(t)
}

// ShortDateTimeAt writes an instant for tables: « 03/02/2026 14:05 ».
func (p Printer) ShortDateTimeAt(t time.Time) string {
	return t.In(Zone).Format("02/01/2006\u00a015:04")
}
