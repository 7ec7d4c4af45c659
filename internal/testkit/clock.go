package testkit

import (
	"sync"
	"time"
)

// Clock is a clock that stands still until a test moves it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Today is the day on which the personas live: their dates are right on it.
var Today = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// NewClock shows at.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to an instant.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// AdvanceDays moves the clock on by calendar days.
func (c *Clock) AdvanceDays(days int) { c.Set(c.Now().AddDate(0, 0, days)) }
