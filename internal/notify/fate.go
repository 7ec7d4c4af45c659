package notify

import (
	"context"
	"errors"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// State is how far a message has come.
type State string

// The fates of a message.
const (
	Queued   State = "queued"
	Sent     State = "sent"     // the mail server or the carrier has taken it
	Accepted State = "accepted" // it has arrived, as the carrier or a far mail server says
	Refused  State = "refused"  // nobody takes it: for good, or for too long
	Bounced  State = "bounced"  // it was taken, and came back
)

// refusal is why a message did not leave, in words that quote no address.
type refusal struct {
	reason string // a key of the texts under mail.fault, and after a space what the other side answered
	final  bool   // trying again would not help
	away   bool   // nobody answered: it is our line, not the message
}

// How long a message is tried again before it counts as refused: where a server puts it off, and where none answers.
const (
	patience      = 4 * 24 * time.Hour
	awayPatience  = 14 * 24 * time.Hour
	noServer      = 10 * time.Minute   // after which a mail looks again whether there is a mail server
	fatesAskedFor = 3 * 24 * time.Hour // how long the fate of an SMS is asked for
	fatesHeardFor = 7 * 24 * time.Hour // how long it is heard: later, its number may be another's
	fatesAtOnce   = 200
	silence       = 5 * 24 * time.Hour // after which a mail that did not come back has arrived
)

// given tells whether it is time to give up.
func (r *refusal) given(queued, now time.Time) bool {
	limit := patience
	if r.away {
		limit = awayPatience
	}
	return r.final || now.Sub(queued) > limit
}

// note writes down what became of a message that was tried; a failure that can pass is returned, so that the queue tries again.
func (p *Post) note(ctx context.Context, m Mail, carrier string, why *refusal) error {
	over := false
	err := p.Store.InTx(ctx, func(tx *store.Tx) error {
		if why == nil {
			return p.left(ctx, tx, m, carrier)
		}
		over = why.given(m.Queued, tx.Now)
		if err := tx.Q.MailFailed(ctx, sqlc.MailFailedParams{ID: m.ID, Fault: why.reason, Final: over, Now: tx.Now}); err != nil || !over {
			return err
		}
		return lost(ctx, tx, m.ID)
	})
	if err != nil || why == nil {
		return err
	}
	p.Log.WarnContext(ctx, "message not sent", "mail", m.ID, "template", m.Template, "why", why.reason)
	if over {
		return nil
	}
	return fault.From(fault.Unavailable, "", errors.New(why.reason))
}

// left notes that a message was taken. Whether it arrives is told later, where anybody tells.
func (p *Post) left(ctx context.Context, tx *store.Tx, m Mail, carrier string) error {
	err := tx.Q.MailSent(ctx, sqlc.MailSentParams{ID: m.ID, State: string(Sent), Carrier: carrier, Now: &tx.Now})
	if err != nil || m.Channel == BySMS || p.Sender.bounces != nil {
		return err
	}
	return tx.Q.MailReached(ctx, m.ID)
}

// lost sends by e-mail what went by SMS alone, and marks the dossier of somebody whom nothing reaches.
func lost(ctx context.Context, tx *store.Tx, id int64) error {
	ids, err := tx.Q.MailInstead(ctx, sqlc.MailInsteadParams{ID: id, Now: tx.Now})
	if err != nil {
		return err
	}
	if err := carry(ctx, tx, ids); err != nil {
		return err
	}
	return tx.Q.MailLost(ctx, sqlc.MailLostParams{ID: id, Now: &tx.Now})
}

// hear notes what became of an SMS. NotFound: we know no SMS of this number (yet).
func (p *Post) hear(ctx context.Context, r receipt) error {
	return p.Store.InTx(ctx, func(tx *store.Tx) error {
		since := tx.Now.Add(-fatesHeardFor)
		id, err := tx.Q.MailFateByCarrier(ctx, sqlc.MailFateByCarrierParams{Carrier: r.id, State: string(r.state), Fault: r.why, Now: &tx.Now, Since: &since})
		if fault.Of(err) == fault.NotFound {
			_, err = tx.Q.MailByCarrier(ctx, sqlc.MailByCarrierParams{Carrier: r.id, Since: &since})
			return err // its end was told before, or nothing bears the number
		}
		if err != nil {
			return err
		}
		return fated(ctx, tx, id, r.state)
	})
}

// fated draws the consequences of a message's end.
func fated(ctx context.Context, tx *store.Tx, id int64, state State) error {
	if state == Accepted {
		return tx.Q.MailReached(ctx, id)
	}
	return lost(ctx, tx, id)
}

// Fates is the clock's job that asks the carrier what became of SMS, and believes what has been silent for long.
type Fates struct{}

// Kind names the job for the queue.
func (Fates) Kind() string { return "notify.fates" }

func (p *Post) fates(ctx context.Context, _ Fates) (err error) {
	defer fault.Wrap(&err, "notify.fates")
	var waiting []string
	err = p.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		silent, since := tx.Now.Add(-silence), tx.Now.Add(-fatesAskedFor)
		if err := tx.Q.MailsArrived(ctx, &silent); err != nil || p.Carrier == nil {
			return err
		}
		waiting, err = tx.Q.MailsCarried(ctx, sqlc.MailsCarriedParams{Now: &tx.Now, Since: &since, Lim: fatesAtOnce})
		return err
	})
	if err != nil || p.Carrier == nil {
		return err
	}
	return p.Carrier.collect(ctx, waiting)
}
