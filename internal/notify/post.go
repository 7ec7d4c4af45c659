package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Post delivers queued mails.
type Post struct {
	Store     *store.Store
	Sender    *Sender
	Composers map[string]Composer // by prefix of the template
	Log       *slog.Logger
}

// Register makes w able to do the jobs of Queue.
func (p *Post) Register(w *job.Workers) { job.Register(w, p.deliver) }

// deliver sends one mail once. When the server took it and we died before noting so, it is sent again
// with the same Message-ID, and the mailbox keeps one.
func (p *Post) deliver(ctx context.Context, j Job) (err error) {
	defer fault.Wrap(&err, "notify.deliver %d", j.Mail)
	if j.Mail == 0 {
		return p.queueSeen(ctx, j)
	}
	row, err := p.Store.Q().MailByID(ctx, j.Mail)
	if fault.Of(err) == fault.NotFound || err == nil && row.State != "queued" {
		return nil // its person is gone, or it was sent
	}
	if err != nil {
		return err
	}
	m := mailOf(row)
	letter, err := p.compose(ctx, m)
	if fault.Of(err) == fault.NotFound {
		return p.note(ctx, m, &refusal{reason: "nobody to write to", final: true})
	}
	if err != nil {
		return err
	}
	return p.note(ctx, m, p.Sender.send(ctx, m, letter))
}

// queueSeen does now what QueueUnseen put off.
func (p *Post) queueSeen(ctx context.Context, j Job) error {
	if j.Account == 0 {
		return nil
	}
	return p.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := Queue(ctx, tx, Mail{AccountID: j.Account, Template: j.Template})
		return err
	})
}

func mailOf(row sqlc.Mail) Mail {
	m := Mail{ID: row.ID, AccountID: row.AccountID, Template: row.Template, Queued: row.QueuedAt}
	if row.DossierID != nil {
		m.DossierID = *row.DossierID
	}
	return m
}

func (p *Post) compose(ctx context.Context, m Mail) (Letter, error) {
	c, ok := p.Composers[prefix(m.Template)]
	if !ok {
		return Letter{}, fmt.Errorf("no words for mails %q", m.Template)
	}
	return c.Compose(ctx, m)
}

// note writes down what became of the mail; a failure that can pass is returned, so that the queue tries again.
func (p *Post) note(ctx context.Context, m Mail, sent *refusal) error {
	err := p.Store.InTx(ctx, func(tx *store.Tx) error {
		if sent == nil {
			return tx.Q.MailSent(ctx, sqlc.MailSentParams{ID: m.ID, Now: &tx.Now})
		}
		return tx.Q.MailFailed(ctx, sqlc.MailFailedParams{ID: m.ID, Fault: sent.reason, Final: sent.final})
	})
	if err != nil || sent == nil {
		return err
	}
	p.Log.WarnContext(ctx, "mail not sent", "mail", m.ID, "template", m.Template, "why", sent.reason)
	if sent.final {
		return nil
	}
	return fault.From(fault.Unavailable, "", errors.New(sent.reason))
}
