package notify

import (
	"context"

	gomail "github.com/wneessen/go-mail"

	"guichet/internal/fault"
)

// Reach connects to the mail server, signs in where it must and hangs up; nothing is sent. Unavailable when that fails.
func (s *Sender) Reach(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "notify.Sender.Reach")
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fault.From(fault.Unavailable, "", err)
	}
	return client.Close()
}
