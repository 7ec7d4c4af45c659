package notify

import (
	"context"
	"errors"
	"time"

	"guichet/internal/fault"
)

// SendOut sends one e-mail to an address that is no account's: that of somebody who applied on paper. What the server refuses for good
// is not tried again; anything else is Unavailable, and the queue tries again with the same identifier.
func (s *Sender) SendOut(ctx context.Context, about int64, template string, at time.Time, l Letter) (err error) {
	defer fault.Wrap(&err, "notify.SendOut %d %s", about, template)
	why := s.send(ctx, Mail{ID: about, Template: "paper." + template, Queued: at, Channel: ByMail}, l)
	if why == nil || why.final {
		return nil
	}
	return fault.From(fault.Unavailable, "", errors.New(why.reason))
}
