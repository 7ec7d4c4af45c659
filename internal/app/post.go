package app

import (
	"net/mail"

	"guichet/internal/dossier"
	"guichet/internal/firm"
	"guichet/internal/notify"
)

// bare are the addresses of the service itself, without a name.
func bare(written ...string) (out []string) {
	for _, w := range written {
		if a, err := mail.ParseAddress(w); err == nil {
			out = append(out, a.Address)
		}
	}
	return out
}

// openPost says how messages are delivered. Without a mail server they wait in the queue.
func (a *App) openPost(letters *dossier.Composer) (err error) {
	post := &notify.Post{
		Store: a.Store, Log: a.Log, Carrier: a.Carrier, Mailboxes: a.Office.Mailboxes, TeamMailbox: a.Settings.Mailbox,
		Composers: map[string]notify.Composer{"account": a.Accounts, "dossier": letters, dossier.MandatePrefix: notify.ComposerFunc(letters.ComposeMandate), "desk": notify.ComposerFunc(letters.ComposeNews), "glass": a.Glass, "breach": a.Breaches, "incident": a.Operation, dossier.StaffPrefix: notify.ComposerFunc(letters.ComposeStaff), dossier.AnswerPrefix: notify.ComposerFunc(letters.ComposeAnswer), "mailbox": notify.ComposerFunc(letters.ComposeMailAnswer), firm.MailPrefix: a.Firms},
	}
	defer post.Register(a.Workers)
	if a.SMTP == "" {
		return nil
	}
	if a.sender, err = notify.NewSender(a.SMTP, a.From); err != nil {
		return err
	}
	if a.Bounces != "" {
		if err := a.sender.Bounces(a.Bounces); err != nil {
			return err
		}
	}
	post.Sender = a.sender
	return nil
}
