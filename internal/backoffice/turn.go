package backoffice

import (
	"time"

	"guichet/internal/web"
)

// turnPatience is how long a page waits for its turn.
const turnPatience = 250 * time.Millisecond

// inTurn makes pages in the order they are asked for, as many at once as there are processors and one more, since one of them
// waits for the database.
func inTurn(h web.Handler) web.Handler {
	turn := web.NewTurn(1, 1, turnPatience)
	return func(v *web.Visit) error {
		leave, err := turn.Take(v.R.Context())
		if err != nil {
			return err
		}
		defer leave()
		return h(v)
	}
}
