package backoffice

import (
	"runtime"
	"time"

	"guichet/internal/fault"
	"guichet/internal/web"
)

// turnPatience is how long a page waits for its turn: no longer, so that a few that wait for a slow database hold up nobody.
const turnPatience = 250 * time.Millisecond

// inTurn makes pages in the order they are asked for, as many at once as there are processors and one more, since one of them
// waits for the database. All at once they would take the processors from each other, and each as long as the slowest.
func inTurn(h web.Handler) web.Handler {
	places := make(chan struct{}, runtime.GOMAXPROCS(0)+1)
	return func(v *web.Visit) error {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		case <-time.After(turnPatience):
		case <-v.R.Context().Done():
			return fault.From(fault.Unavailable, "", v.R.Context().Err())
		}
		return h(v)
	}
}
