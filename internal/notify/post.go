package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Post delivers queued messages.
type Post struct {
	Store     *store.Store
	Sender    *Sender             // nil = no mail server is configured: messages wait
	Carrier   Carrier             // nil = no SMS
	Composers map[string]Composer // by prefix of the template
	Mailboxes Mailboxes           // whom news of the desk concern
	// TeamMailbox is the address of a team's own mailbox, "" for none; nil: no team has one.
	TeamMailbox func(procedure, team string) string
	Log         *slog.Logger
}

// Register makes w able to do the jobs of Queue and of the clock.
func (p *Post) Register(w *job.Workers) {
	if p.Carrier != nil {
		p.Carrier.listen(p.hear)
	}
	job.Register(w, p.deliver)
	job.Register(w, p.fates)
	job.Register(w, p.gather)
}

// deliver sends one message once. When the server took it and we died before noting so, it is sent again
// with the same Message-ID or reference, and the mailbox keeps one.
func (p *Post) deliver(ctx context.Context, j Job) (err error) {
	defer fault.Wrap(&err, "notify.deliver %d", j.Mail)
	if j.Mail == 0 {
		return p.queueSeen(ctx, j)
	}
	row, err := p.Store.Q().MailByID(ctx, j.Mail)
	if fault.Of(err) == fault.NotFound || err == nil && State(row.State) != Queued {
		return nil // its person is gone, or it was sent
	}
	if err != nil {
		return err
	}
	m, err := mailOf(row)
	if err != nil {
		return err
	}
	if m.Channel == BySMS && p.Carrier == nil {
		return p.note(ctx, m, "", &refusal{reason: "no_carrier", final: true})
	}
	if m.Channel == ByMail && p.Sender == nil {
		return job.Later(noServer)
	}
	letter, err := p.compose(ctx, m)
	if fault.Of(err) == fault.NotFound {
		return p.note(ctx, m, "", &refusal{reason: "nobody", final: true})
	}
	if err != nil {
		return err
	}
	carrier, why := p.send(ctx, m, letter)
	return p.note(ctx, m, carrier, why)
}

func (p *Post) send(ctx context.Context, m Mail, l Letter) (carrier string, _ *refusal) {
	if m.Channel == BySMS {
		return p.Carrier.send(ctx, l.To, l.Body, m.token)
	}
	return "", p.Sender.send(ctx, m, l)
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

func mailOf(row sqlc.Mail) (Mail, error) {
	m := Mail{ID: row.ID, Template: row.Template, Queued: row.QueuedAt, Channel: row.Channel, To: row.Reached, token: row.Token}
	if row.AccountID != nil {
		m.AccountID = *row.AccountID
	}
	if row.DossierID != nil {
		m.DossierID = *row.DossierID
	}
	if row.Counts == nil {
		return m, nil
	}
	return m, json.Unmarshal(row.Counts, &m.News)
}

func (p *Post) compose(ctx context.Context, m Mail) (Letter, error) {
	c, ok := p.Composers[prefix(m.Template)]
	if !ok {
		return Letter{}, fmt.Errorf("no words for mails %q", m.Template)
	}
	return c.Compose(ctx, m)
}
