package release

import (
	"slices"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
)

// Released is the share of a made-up stream that a procedure's release schema lets out, judged month by month as the house
// does (P11).
func Released(p *procedure.Procedure, stream []Past) (share float64, err error) {
	defer fault.Wrap(&err, "release.Released %s", p.ID)
	if len(stream) == 0 {
		return 0, nil
	}
	r, err := MakeReplay(p, stream, monthsOf(stream))
	if err != nil {
		return 0, err
	}
	return float64(r.Rows(len(r.Months)-1)) / float64(len(stream)), nil
}

// monthsOf are the months of a stream, without a gap.
func monthsOf(stream []Past) (months []time.Time) {
	earlier := func(a, b Past) int { return a.Closed.Compare(b.Closed) }
	first, last := slices.MinFunc(stream, earlier).Closed, slices.MaxFunc(stream, earlier).Closed
	for m := monthOf(first); !m.After(monthOf(last)); m = m.AddDate(0, 1, 0) {
		months = append(months, m)
	}
	return months
}

// monthOf is the first day of the month of an instant in Europe/Monaco, as midnight UTC.
func monthOf(t time.Time) time.Time { return LastMonth(t).AddDate(0, 1, 0) }
