package app

import (
	"context"
	"time"
)

// Check is one thing that was looked at.
type Check struct {
	Name  string // of a part, or of a duty
	Duty  bool
	Good  bool
	Lacks bool // a part that is not configured
	By    string
	At    time.Time // of a duty: who said when that it is kept
}

// alarms are the parts of the deployment that do not answer, or were altered.
func (a *App) alarms(ctx context.Context) (out []string) {
	for _, p := range a.parts(ctx) {
		switch {
		case p.Broken:
			out = append(out, p.Name+"_broken")
		case p.There && p.Away:
			out = append(out, p.Name+"_away")
		}
	}
	return out
}

// Preflight says what is not as it must be before the service takes people in: parts that do not answer or are not there, and duties
// that nobody has confirmed within the year.
func (a *App) Preflight(ctx context.Context) (found []Check, err error) {
	for _, p := range a.parts(ctx) {
		found = append(found, Check{Name: p.Name, Good: p.There && !p.Away && !p.Broken, Lacks: !p.There})
	}
	duties, err := a.Operation.Duties(ctx)
	for _, d := range duties {
		c := Check{Name: d.Name, Duty: true, Good: !d.Owed, At: d.At}
		if d.By != 0 {
			names, err := a.Accounts.Names(ctx, []int64{d.By})
			if err != nil {
				return nil, err
			}
			c.By = names[d.By]
		}
		found = append(found, c)
	}
	return found, err
}
