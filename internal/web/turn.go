package web

import (
	"context"
	"runtime"
	"time"

	"guichet/internal/fault"
)

// Turn lets a few do at once what is done sooner in turn: all at once they would take the processors from each other, and each
// as long as the slowest. Who came first goes first.
type Turn struct {
	places   chan struct{}
	patience time.Duration // how long somebody waits: no longer, so that a few that wait for a slow database hold up nobody
}

// NewTurn makes a turn of so many places for each processor, and some more beside them.
func NewTurn(each, more int, patience time.Duration) *Turn {
	return &Turn{places: make(chan struct{}, each*runtime.GOMAXPROCS(0)+more), patience: patience}
}

// Take waits for a place, which leave gives back. Errors: Unavailable, for who has left meanwhile.
func (t *Turn) Take(ctx context.Context) (leave func(), err error) {
	select {
	case t.places <- struct{}{}:
		return t.leave, nil
	default:
	}
	late := time.NewTimer(t.patience)
	defer late.Stop()
	select {
	case t.places <- struct{}{}:
		return t.leave, nil
	case <-late.C:
		return func() {}, nil
	case <-ctx.Done():
		return nil, fault.From(fault.Unavailable, "", ctx.Err())
	}
}

func (t *Turn) leave() { <-t.places }
