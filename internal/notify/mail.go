// Package notify sends mail: a row and a job in the transaction of the act, words and sending after it.
package notify

import (
	"context"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Mail is one message to one person. It carries no words: they are made when it is sent, from the template,
// so neither the database nor the queue holds an address, a name or a link.
type Mail struct {
	ID        int64
	AccountID int64
	DossierID int64 // 0 when it is about the account
	Template  string
	Queued    time.Time
}

// Job is the queue's side of a mail: one that stands in its table, or one still to be queued for an account.
type Job struct {
	Mail     int64  `json:"mail"`
	Account  int64  `json:"account"`
	Template string `json:"template"`
}

// Kind names the job for the queue.
func (Job) Kind() string { return "mail" }

// Queue writes the mail's row and its job into the transaction: it is sent if and only if that commits (RP-018).
func Queue(ctx context.Context, tx *store.Tx, m Mail) (id int64, err error) {
	defer fault.Wrap(&err, "notify.Queue %s to %d", m.Template, m.AccountID)
	row := sqlc.MailInsertParams{AccountID: m.AccountID, Template: m.Template, Now: tx.Now}
	if m.DossierID != 0 {
		row.DossierID = &m.DossierID
	}
	if id, err = tx.Q.MailInsert(ctx, row); err != nil {
		return 0, err
	}
	return id, job.Insert(ctx, tx, Job{Mail: id})
}

// QueueUnseen writes a job that queues the mail, and the same job for account 0, which queues nothing: how long an
// answer takes does not tell whether an address is known (ASVS 6.3.8).
func QueueUnseen(ctx context.Context, tx *store.Tx, accountID int64, template string) (err error) {
	defer fault.Wrap(&err, "notify.QueueUnseen %s", template)
	return job.Insert(ctx, tx, Job{Account: accountID, Template: template})
}

// Letter is a mail with its words, in the person's language.
type Letter struct {
	To      string // address
	Subject string // one line
	Body    string // plain text
}

// Composer finds the words of the mails whose template begins with its prefix and a dot: "account.confirm".
// It may be asked again for the same mail when sending failed.
type Composer interface {
	Compose(ctx context.Context, m Mail) (Letter, error)
}

// ComposerFunc is a function that is a Composer.
type ComposerFunc func(ctx context.Context, m Mail) (Letter, error)

// Compose calls f.
func (f ComposerFunc) Compose(ctx context.Context, m Mail) (Letter, error) { return f(ctx, m) }

func prefix(template string) string {
	p, _, _ := strings.Cut(template, ".")
	return p
}
