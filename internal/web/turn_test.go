package web

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/account"
	"guichet/internal/fault"
)

// slow finds no session, each time it is let.
type slow struct {
	Sessions
	asked atomic.Int32
	next  chan struct{}
}

func (s *slow) FindSession(context.Context, [32]byte, time.Time) (account.Session, bool, error) {
	s.asked.Add(1)
	<-s.next
	return account.Session{}, false, nil
}

// Two sessions for each processor are looked for at once, and the next when one is found; whoever leaves is answered so; a
// database that does not answer holds up nobody for long.
func TestSessionsAreFoundInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 2 * runtime.GOMAXPROCS(0)
		s := &slow{next: make(chan struct{})}
		site := &Site{cfg: Config{Sessions: s}, finding: NewTurn(2, 0, findPatience)}
		gone, leave := context.WithCancel(t.Context())
		answers := make(chan error, n+3)
		for i := range n + 3 {
			ctx := t.Context()
			if i == n {
				ctx = gone
			}
			go func() {
				_, _, err := ledger{d: &Door{site: site}}.find(ctx, "token", time.Time{})
				answers <- err
			}()
			synctest.Wait()
		}
		if int(s.asked.Load()) != n {
			t.Fatalf("%d are looked for at once, not %d", s.asked.Load(), n)
		}
		leave()
		if err := <-answers; fault.Of(err) != fault.Unavailable {
			t.Errorf("who left was answered %v", err)
		}
		s.next <- struct{}{}
		synctest.Wait()
		if int(s.asked.Load()) != n+1 {
			t.Errorf("after one was found, %d were asked for", s.asked.Load())
		}
		<-time.After(findPatience) // of the bubble's own clock
		synctest.Wait()
		if int(s.asked.Load()) != n+2 {
			t.Errorf("after the patience, %d were asked for", s.asked.Load())
		}
		close(s.next)
	})
}
