package workflow

import (
	"errors"
	"regexp"
	"strconv"
	"time"
)

// Duration is an ISO 8601 duration. Its calendar part (years to days) has no fixed length in hours:
// only [Add] turns it into an instant.
type Duration struct {
	Years, Months, Weeks, Days int
	Clock                      time.Duration // hours, minutes, seconds
}

var (
	iso      = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?$`)
	errISO   = errors.New("not an ISO 8601 duration: write P3M for three months, P14D for fourteen days, P1Y for a year, PT1H for an hour")
	emptyISO = map[string]bool{"P": true, "PT": true}
)

// ParseDuration reads an ISO 8601 duration such as P3M, P76D, P1Y, PT1H or P0D.
func ParseDuration(s string) (Duration, error) {
	m := iso.FindStringSubmatch(s)
	if m == nil || emptyISO[s] || m[5] == "T" {
		return Duration{}, errISO
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // the expression admits digits alone
	return Duration{
		Years: n(1), Months: n(2), Weeks: n(3), Days: n(4),
		Clock: time.Duration(n(6))*time.Hour + time.Duration(n(7))*time.Minute + time.Duration(n(8))*time.Second,
	}, nil
}

// IsZero reports whether the duration is none: what is kept P0D is erased at once.
func (d Duration) IsZero() bool { return d == Duration{} }

// Compare orders two durations by their length from a fixed day, which is how a bound is judged.
func (d Duration) Compare(e Duration) int {
	from := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	return Add(from, d).Compare(Add(from, e))
}

// String writes the duration as ISO 8601 does.
func (d Duration) String() string {
	if d.IsZero() {
		return "P0D"
	}
	out := "P" + part(d.Years, "Y") + part(d.Months, "M") + part(d.Weeks, "W") + part(d.Days, "D")
	if d.Clock > 0 {
		s := int(d.Clock / time.Second)
		out += "T" + part(s/3600, "H") + part(s/60%60, "M") + part(s%60, "S")
	}
	return out
}

func part(n int, unit string) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + unit
}
