package backoffice

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/fault"
	"guichet/internal/web"
)

// visits lets so many visits ask for a page of inTurn, one after the other; each stays in its page until it is let out.
type visits struct {
	h       web.Handler
	began   []int
	out     []chan struct{}
	leave   []context.CancelFunc
	answers []error
}

func newVisits(n int) *visits {
	s := &visits{answers: make([]error, n)}
	type number struct{}
	s.h = inTurn(func(v *web.Visit) error {
		i, _ := v.R.Context().Value(number{}).(int)
		s.began = append(s.began, i)
		<-s.out[i]
		return nil
	})
	for i := range n {
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), number{}, i))
		s.out, s.leave = append(s.out, make(chan struct{})), append(s.leave, cancel)
		go func() {
			s.answers[i] = s.h(&web.Visit{R: httptest.NewRequestWithContext(ctx, http.MethodGet, "/queue", http.NoBody)})
		}()
		synctest.Wait()
	}
	return s
}

func (s *visits) finish(i int) { close(s.out[i]); synctest.Wait() }

// Pages of the queue are made in the order they are asked for; who leaves gets none.
func TestQueueIsMadeInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := runtime.GOMAXPROCS(0) + 1
		s := newVisits(n + 3)
		if len(s.began) != n {
			t.Fatalf("%d pages are made at once, not %d", len(s.began), n)
		}
		s.leave[n+1]()
		synctest.Wait()
		if got := fault.Of(s.answers[n+1]); got != fault.Unavailable {
			t.Errorf("who left was answered %v", got)
		}
		s.finish(0)
		s.finish(1)
		if want := []int{n, n + 2}; !slices.Equal(s.began[n:], want) {
			t.Errorf("then came %v, not %v", s.began[n:], want)
		}
		for i := 2; i < n+3; i++ {
			if i != n+1 {
				s.finish(i)
			}
		}
	})
}

// A database that does not answer holds up those who ask it, and nobody else for long.
func TestQueueWaitsNotForever(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := runtime.GOMAXPROCS(0) + 1
		s := newVisits(n + 1)
		<-time.After(turnPatience) // of the bubble's own clock
		synctest.Wait()
		if len(s.began) != n+1 {
			t.Errorf("%d pages were begun, not %d", len(s.began), n+1)
		}
		for i := range n + 1 {
			s.finish(i)
		}
	})
}
