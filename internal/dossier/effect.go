package dossier

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Letter is a message to the person as it was sent (RP-124); it carries no answer.
type Letter struct {
	Subject string `json:"subject"`
	Body    string `json:"body"`
	From    string `json:"from,omitempty"` // address it says it is from, of a message that came in by e-mail
}

// effect queues one thing that follows a move.
func (o *Office) effect(ctx context.Context, tx *store.Tx, d *Dossier, m *workflow.Move, e workflow.Effect) error {
	switch {
	case e.Notify != "" && e.To == "assignee":
		return o.notify(ctx, tx, d, e.Notify, d.AssigneeID, false)
	case e.Notify != "":
		return o.notify(ctx, tx, d, e.Notify, d.OwnerID, true)
	case e.Document != "":
		return job.Insert(ctx, tx, Generate{d.ID, e.Document})
	case e.Deliver != "":
		return o.deliver(ctx, tx, d)
	case e.Push != "":
		return o.push(ctx, tx, d, m, e.Push)
	}
	return nil // assign and task are written with the move
}

// Generate asks for a document to be made.
type Generate struct {
	DossierID int64  `json:"dossier_id"`
	Template  string `json:"template"`
}

// Kind names the job.
func (Generate) Kind() string { return "generate" }

// notify tells somebody: a person the ways they chose, with what is said kept on the dossier, so that they can read it again;
// an agent by mail, or among the news of their mailbox.
func (o *Office) notify(ctx context.Context, tx *store.Tx, d *Dossier, template string, to int64, keep bool) error {
	n := newest(o.Catalogue, d.Def).Flow.Notification(template) // also of a timer that the dossier's own definition did not have
	switch {
	case n == nil:
		return errNotFound
	case !keep && gathers(n, to):
		return tellMailboxes(ctx, tx, d, n, to)
	case to == 0 && keep && (d.AtCounter() || d.Guests()):
		return o.tellOnPaper(ctx, tx, d, n)
	case to == 0 && (!keep || d.Mandate.ID == 0):
		return nil // nobody to write to: nobody is assigned
	}
	if keep {
		l := Letter{Subject: o.fill(d, n.Subject, tx.Now), Body: o.fill(d, n.Body, tx.Now)}
		if err := o.say(ctx, tx, d, personThread, template, 0, l); err != nil {
			return err
		}
		return o.tellPerson(ctx, tx, d, n)
	}
	if d.PersonSide(to) {
		return o.tellPerson(ctx, tx, d, n)
	}
	return send(ctx, tx, d, n, to)
}

// fill puts the dossier's own values into words for the person; the link is left to the mail, since whoever reads it here
// is already in.
func (o *Office) fill(d *Dossier, w text.Words, at time.Time) string {
	title := d.Def.Title.In(d.Lang)
	return strings.NewReplacer("{reference}", d.Reference, "{service}", title, "{procedure}", title, "{link}", "",
		"{controller}", o.Controller.In(d.Lang), "{date}", text.Printer{Lang: d.Lang}.DateAt(at), "{until}", d.until(d.Lang), "{due}", dayOr(d.DueOn, d.Lang), "{goes}", dayOr(d.PurgeOn, d.Lang)).Replace(w.In(d.Lang))
}

func (o *Office) say(ctx context.Context, tx *store.Tx, d *Dossier, thread, template string, author int64, l Letter) error {
	sealed, err := d.sealMessage(tx.Now, thread, l)
	if err != nil {
		return err
	}
	return tx.Q.MessageInsert(ctx, sqlc.MessageInsertParams{
		DossierID: d.ID, Thread: thread, Template: template, AuthorID: ref(author), At: tx.Now, Sealed: sealed,
	})
}

// dropBlobs forgets files whose rows are gone. A failure is no harm: they are unreadable, and swept later.
func (o *Office) dropBlobs(ctx context.Context, blobs []string) {
	for _, b := range blobs {
		if err := o.Blobs.Delete(context.WithoutCancel(ctx), b); err != nil {
			slog.WarnContext(ctx, "blob left behind", "error", err.Error())
		}
	}
}

// randomNumber is eight digits and letters without those that are read for one another; 32^8 of them.
func randomNumber() string {
	const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:4]) + "-" + string(b[4:])
}

// errNotFound hides whether something exists from who may not know.
var errNotFound = fault.New(fault.NotFound, "")
