package form

import (
	"strconv"
	"strings"
	"time"

	"guichet/internal/rule"
	"guichet/internal/text"
)

// parseDate reads [day month year], or one "2006-01-02" as the machine door sends it. Each part is
// checked by itself, so that the message can say which to mend.
func parseDate(raw []string) (rule.Date, *flaw) {
	if len(raw) == 1 {
		d, err := time.Parse(time.DateOnly, raw[0])
		if err != nil || d.Year() < 1 {
			return rule.Date{}, flawDate
		}
		return d, nil
	}
	if len(raw) != 3 {
		return rule.Date{}, flawDate
	}
	day, month, year := part(raw[0]), part(raw[1]), part(raw[2])
	if f := missingPart(day, month, year); f != nil {
		return rule.Date{}, f
	}
	m, ok := monthOf(month)
	if !ok {
		return rule.Date{}, flawMonth
	}
	y, f := yearOf(year)
	if f != nil {
		return rule.Date{}, f
	}
	d, ok := smallNumber(strings.TrimSuffix(day, "er"), 31)
	if !ok {
		return rule.Date{}, flawDay
	}
	if last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day(); d > last {
		return rule.Date{}, shortMonth(m, y, last)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), nil
}

func part(s string) string { return strings.ToLower(asciiDigits(clean(s, false))) }

func missingPart(day, month, year string) *flaw {
	switch {
	case day == "" && month != "" && year != "":
		return flawNoDay
	case month == "" && day != "" && year != "":
		return flawNoMonth
	case year == "" && day != "" && month != "":
		return flawNoYear
	case day == "" || month == "" || year == "":
		return flawDateParts(day == "", month == "")
	}
	return nil
}

// monthOf reads 3, 03, "mars", "mar." or "March".
func monthOf(s string) (time.Month, bool) {
	if n, ok := smallNumber(s, 12); ok {
		return time.Month(n), true
	}
	s = strings.TrimSuffix(s, ".")
	if len([]rune(s)) < 3 {
		return 0, false
	}
	found := time.Month(0)
	for _, names := range monthNames {
		for i, name := range names {
			if s == name {
				return time.Month(i + 1), true
			}
			if strings.HasPrefix(name, s) && found != time.Month(i+1) {
				if found != 0 {
					return 0, false // « jui »
				}
				found = time.Month(i + 1)
			}
		}
	}
	return found, found != 0
}

var monthNames = [][]string{
	{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"},
	{"", "fevrier", "", "", "", "", "", "aout", "", "", "", "decembre"},
}

// yearOf wants four digits: with two, nobody can tell 1926 from 2026.
func yearOf(s string) (int, *flaw) {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil || !allDigits(s):
		return 0, flawYear
	case len(s) == 2:
		return 0, flawTwoDigits
	case len(s) != 4:
		return 0, flawYear
	case n < 1880:
		return 0, flawLongAgo
	case n > 2150:
		return 0, flawFarAhead
	}
	return n, nil
}

func smallNumber(s string, most int) (int, bool) {
	if !allDigits(s) || len(s) > 2 {
		return 0, false
	}
	n, _ := strconv.Atoi(s)
	return n, n >= 1 && n <= most
}

func shortMonth(m time.Month, year, last int) *flaw {
	fr := monthNames[0][m-1] + " " + strconv.Itoa(year)
	en := m.String() + " " + strconv.Itoa(year)
	return &flaw{code: "date.short_month", part: "day", words: text.Words{
		FR: "Le mois de " + fr + " compte " + strconv.Itoa(last) + " jours. Corrigez le jour.",
		EN: "There are " + strconv.Itoa(last) + " days in " + en + ". Correct the day.",
	}}
}

// parseTime reads 9:05, 09h05, « 9 h 5 », 9h, 9.05 and 9:05 pm; it gives "09:05".
func parseTime(s string) (string, *flaw) {
	s = strings.ReplaceAll(part(s), " ", "")
	s, afternoon := cutMeridiem(s)
	hour, minute, found := cutAny(s, ":h.")
	if minute == "" && strings.HasSuffix(s, "h") {
		minute = "00"
	}
	minute = strings.TrimSuffix(minute, "min")
	if !found || len(hour) > 2 || len(minute) > 2 || !allDigits(hour) || !allDigits(minute) {
		return "", flawTime
	}
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	if afternoon != 0 {
		if h < 1 || h > 12 {
			return "", flawTime
		}
		h = h%12 + afternoon - 1
	}
	if h > 23 || m > 59 {
		return "", flawTime
	}
	return pad(h) + ":" + pad(m), nil
}

// cutMeridiem takes am or pm off; afternoon is 1 for am, 13 for pm, 0 for neither.
func cutMeridiem(s string) (rest string, afternoon int) {
	for suffix, shift := range map[string]int{"am": 1, "a.m.": 1, "pm": 13, "p.m.": 13} {
		if t, ok := strings.CutSuffix(s, suffix); ok {
			if !strings.ContainsAny(t, ":h.") {
				t += "h"
			}
			return t, shift
		}
	}
	return s, 0
}

func cutAny(s, marks string) (before, after string, found bool) {
	i := strings.IndexAny(s, marks)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func pad(n int) string { return strconv.Itoa(100 + n)[1:] }
