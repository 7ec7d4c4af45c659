package text

import "time"

// Month writes the month of a civil date: « février 2026 », "February 2026".
func (p Printer) Month(t time.Time) string {
	if p.Lang == EN {
		return t.Format("January\u00a02006")
	}
	return frenchMonths[t.Month()-1] + nbsp + t.Format("2006")
}
