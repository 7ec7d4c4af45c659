package mailbox

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
)

// House takes messages in.
type House struct {
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Own       []string // addresses from which the service itself writes
	Server    *Server  // nil: no mailbox is looked into
	Log       *slog.Logger
}

// Delivered is what became of a message.
type Delivered struct {
	dossier.TakenIn
	Passed Reason // why it was passed over, "" when it was taken in
}

// Takes names the procedures that messages come in to, in order.
func Takes(c *procedure.Catalogue) (out []string) {
	for _, p := range c.All() {
		if p.Flow.MailIn() != nil {
			out = append(out, p.ID)
		}
	}
	return out
}

// Deliver reads one message and hands it to the procedure given, or to the only one that takes messages. What a machine wrote is
// passed over. Errors: ErrTooLarge and ErrUnreadable, for good; Invalid "mailbox.procedure" when nothing says whose it is; anything
// else may be tried again.
func (h *House) Deliver(ctx context.Context, procedureID string, src io.Reader) (out Delivered, err error) {
	defer fault.Wrap(&err, "mailbox.Deliver")
	return h.deliver(ctx, procedureID, src, time.Time{})
}

// deliver takes the mailbox’s word for when the message came, and where there is none that of the server that passed it on.
func (h *House) deliver(ctx context.Context, procedureID string, src io.Reader, arrived time.Time) (out Delivered, err error) {
	if takes := Takes(h.Catalogue); procedureID == "" && len(takes) == 1 {
		procedureID = takes[0]
	}
	if p := h.Catalogue.Get(procedureID); p == nil || p.Flow.MailIn() == nil {
		return out, fault.New(fault.Invalid, "mailbox.procedure")
	}
	m, err := Read(src, h.Own...)
	if err != nil {
		return out, err
	}
	if m.Automatic != "" {
		return Delivered{Passed: m.Automatic}, nil
	}
	if arrived.IsZero() {
		arrived = m.Arrived
	}
	taken, err := h.Office.TakeMail(ctx, procedureID, dossier.Incoming{
		Digest: m.Digest(), From: m.From, Name: m.Name, Subject: m.Subject, Words: m.Words, Cut: m.Cut, Raw: m.Raw, Answered: !m.Quiet, Arrived: arrived,
	})
	return Delivered{TakenIn: taken}, err
}

// Register says how the files of messages are looked at, and how the mailbox is.
func (h *House) Register(w *job.Workers) {
	job.Register(w, h.files)
	job.Register(w, func(ctx context.Context, _ dossier.MailWaiting) error { return h.Office.RetryMailFiles(ctx) })
	job.Register(w, func(ctx context.Context, _ Poll) error { return h.Poll(ctx) })
}

// files takes the files out of a kept copy.
func (h *House) files(ctx context.Context, j dossier.MailFiles) (err error) {
	defer fault.Wrap(&err, "mailbox.files %d", j.Mail)
	raw, err := h.Office.MailToOpen(ctx, j.Mail)
	if err != nil || raw == nil {
		return err
	}
	m, err := Read(bytes.NewReader(raw), h.Own...)
	if err != nil {
		return err
	}
	in := make([]dossier.MailFile, len(m.Files))
	for i, f := range m.Files {
		in[i] = dossier.MailFile(f)
	}
	return h.Office.KeepMailFiles(ctx, j.Mail, in, m.Dropped)
}
