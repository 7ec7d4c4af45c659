// Package notify carries words to people, by mail and by SMS: a row and a job in the transaction of the act, words and
// sending after it, and what became of each.
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

// Mail is one message to one person, by one way. It carries no words: they are made when it is sent, from the template,
// so neither the database nor the queue holds an address, a name or a link.
type Mail struct {
	ID        int64
	AccountID int64 // 0: somebody who applied on paper or for whom another applies, or a team's own mailbox; by e-mail, or by SMS where it says so
	DossierID int64 // 0 when it is about the account
	Template  string
	Queued    time.Time

	Via  Via            // how it may go, when it is queued
	Wish string         // with Chosen or Both: what the dossier says, email, sms, both or nothing; the account page goes before it
	News map[string]int // of a mail to an agent's mailbox: how often each thing happened
	To   []byte         // sealed by who queues it: whom to write to where nothing else that says so stands; gone once it has left

	Channel string // how it goes: ByMail or BySMS
	token   string // names it to the outside, and tells nothing
}

// Via is which ways a message may go.
type Via string

// The ways. Whoever has proven no number is written to by e-mail, whatever was chosen.
const (
	Email  Via = ""       // by e-mail
	Chosen Via = "chosen" // as the person chose: e-mail, SMS or both (RP-031)
	Both   Via = "both"   // by e-mail always, and by SMS when the person chose SMS or both
	SMS    Via = "sms"    // by SMS alone: the code that proves a number
)

// The channels of a message that goes.
const (
	ByMail = "email"
	BySMS  = "sms"
)

// Job is the queue's side of a message: one that stands in its table, or one still to be queued for an account.
type Job struct {
	Mail     int64  `json:"mail"`
	Account  int64  `json:"account"`
	Template string `json:"template"`
}

// Kind names the job for the queue.
func (Job) Kind() string { return "mail" }

// Queue writes a row and a job for each way the message goes into the transaction: it is sent if and only if that commits
// (RP-018). It gives the rows' ids.
func Queue(ctx context.Context, tx *store.Tx, m Mail) (ids []int64, err error) {
	defer fault.Wrap(&err, "notify.Queue %s to %d", m.Template, m.AccountID)
	row := sqlc.MailInsertParams{Template: m.Template, Via: string(m.Via), Wish: m.Wish, Now: tx.Now, Reached: m.To}
	if m.Via == Email || m.AccountID == 0 && m.Via != SMS {
		row.Via = ByMail
	}
	if m.AccountID != 0 {
		row.AccountID = &m.AccountID
	}
	if m.DossierID != 0 {
		row.DossierID = &m.DossierID
	}
	if row.Counts, err = counted(m.News); err != nil {
		return nil, err
	}
	if ids, err = tx.Q.MailInsert(ctx, row); err != nil {
		return nil, err
	}
	return ids, carry(ctx, tx, ids)
}

// carry queues the jobs of rows.
func carry(ctx context.Context, tx *store.Tx, ids []int64) error {
	for _, id := range ids {
		if err := job.Insert(ctx, tx, Job{Mail: id}); err != nil {
			return err
		}
	}
	return nil
}

// QueueUnseen writes a job that queues the mail, and the same job for account 0, which queues nothing: how long an
// answer takes does not tell whether an address is known (ASVS 6.3.8).
func QueueUnseen(ctx context.Context, tx *store.Tx, accountID int64, template string) (err error) {
	defer fault.Wrap(&err, "notify.QueueUnseen %s", template)
	return job.Insert(ctx, tx, Job{Account: accountID, Template: template})
}

// Letter is a message with its words, in the person's language.
type Letter struct {
	To      string // address, or a number as +377… when it goes by SMS
	Subject string // one line; none in an SMS
	Body    string // plain text
}

// Composer finds the words of the messages whose template begins with its prefix and a dot: "account.confirm".
// It may be asked again for the same message when sending failed. NotFound: there is nobody to write to that way.
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
