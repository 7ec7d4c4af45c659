package account

import (
	"context"
	"testing"
	"time"
)

// What is done sooner is answered when nearly all the others are, and not by the millisecond of a timer; what takes longer is not
// waited for, nor by who has left; a slow minute makes nothing slow for ever.
func TestWhatIsQuickIsAnsweredLikeTheRest(t *testing.T) {
	var p pace
	for i := range 64 {
		p.next(time.Duration(20+i%3) * time.Millisecond)
	}
	for _, work := range []time.Duration{0, time.Millisecond, 22 * time.Millisecond, time.Minute} {
		if got := p.next(work); got != 22*time.Millisecond+paceMargin {
			t.Errorf("%v of work is to take %v", work, got)
		}
	}
	act := p.begun()
	act.keep(t.Context())
	if took := time.Since(act.began); took < 22*time.Millisecond+paceMargin {
		t.Errorf("it took %v", took)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	for range 64 {
		p.next(time.Hour)
	}
	act = p.begun()
	act.keep(gone)
	if took := time.Since(act.began); took > longestPace/2 {
		t.Errorf("who left waits %v", took)
	}
}
