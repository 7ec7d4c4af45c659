package account

import (
	"maps"
	"sync"
	"time"
)

// attempts counts tries to sign in since the last success.
type attempts struct {
	failed int
	at     time.Time // of the last one
}

const (
	freeTries  = 3
	longestGap = 15 * time.Minute
	forgetting = 24 * time.Hour
)

// wait is how long the next try must wait: nothing for the first three, then one minute, doubled each time up to a
// quarter of an hour. That allows ten guesses in the first hour and four in any other, and never locks the owner out
// for good (ASVS 6.1.1, 6.3.1); a reset by mail ends it at once.
func (a attempts) wait(now time.Time) time.Duration {
	if a.failed < freeTries || now.Sub(a.at) > forgetting {
		return 0
	}
	gap := longestGap
	if n := a.failed - freeTries; n < 4 {
		gap = time.Minute << n
	}
	return max(0, a.at.Add(gap).Sub(now))
}

// waitForCode is wait for a second proof: one try fewer is free, for whoever types a code knows the password already.
func (a attempts) waitForCode(now time.Time) time.Duration {
	a.failed++
	return a.wait(now)
}

// guessesTold is after how many wrong codes the owner hears that somebody knows the password.
const guessesTold = 2

// next counts one more try.
func (a attempts) next(now time.Time) attempts {
	if now.Sub(a.at) > forgetting {
		a.failed = 0
	}
	return attempts{a.failed + 1, now}
}

// ghosts throttles addresses that have no account as if they had one, so that throttling tells nothing.
type ghosts struct {
	mu   sync.Mutex
	seen map[[16]byte]attempts
}

const mostGhosts = 20_000

func (g *ghosts) try(index []byte, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := [16]byte(index)
	a := g.seen[key]
	if w := a.wait(now); w > 0 {
		return w
	}
	if len(g.seen) >= mostGhosts {
		maps.DeleteFunc(g.seen, func(_ [16]byte, a attempts) bool { return a.wait(now) == 0 })
	}
	if len(g.seen) < mostGhosts {
		g.seen[key] = a.next(now)
	}
	return 0
}
