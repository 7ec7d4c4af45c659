package account

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

// pace has an act answer after as long as nearly all of its kind took of late, whatever it had to do: what an address that is known
// costs more or less than another is not seen (ASVS 6.3.8). The work itself is made as alike as it can be; this covers what is left,
// some hundredths of it.
type pace struct {
	mu   sync.Mutex
	took [32]time.Duration // the last ones, in a ring
	n    int
}

// paceMargin is what an act takes more than the longest but one or two of those before it; watched, how much of the wait is left to
// the clock.
const (
	paceMargin = time.Millisecond
	watched    = 1500 * time.Microsecond
)

// longestPace bounds what is waited, so that one slow minute of the database does not make the next one slow.
const longestPace = time.Second

// paced is one act, from when it began.
type paced struct {
	*pace
	began time.Time
}

func (p *pace) begun() paced {
	return paced{p, time.Now()} //nolint:forbidigo // how long something takes is no time of day
}

// keep waits out what is left of the act, unless who asked has left: how long that took says nothing of the others. A timer is late by up to a millisecond, which would be by how
// long the work took: the last of it is waited for by looking at the clock.
func (p paced) keep(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	worked := time.Since(p.began) //nolint:forbidigo // as above
	end := p.began.Add(min(p.next(worked), longestPace))
	if most := p.began.Add(worked + watched); end.After(most) {
		rest := time.NewTimer(end.Sub(most))
		defer rest.Stop()
		select {
		case <-rest.C:
		case <-ctx.Done():
			return
		}
	}
	for time.Until(end) > 0 { //nolint:forbidigo // as above
		runtime.Gosched()
	}
}

// next is how long the act is to take, by those before it and itself.
func (p *pace) next(worked time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took[p.n%len(p.took)] = worked
	p.n++
	last := slices.Clone(p.took[:min(p.n, len(p.took))])
	slices.Sort(last)
	return last[len(last)*15/16] + paceMargin
}
