package dossier

import (
	"context"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// WriteOut asks for an e-mail to somebody who has no account, at the address that stands on their paper.
type WriteOut struct {
	DossierID int64     `json:"dossier_id"`
	Template  string    `json:"template"`
	At        time.Time `json:"at"`
}

// Kind names the job.
func (WriteOut) Kind() string { return "write_out" }

// tellOnPaper keeps the words for a letter that an agent prints, and sends them by e-mail when an address was given.
func (o *Office) tellOnPaper(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification) error {
	link := newest(o.Catalogue, d.Def).Flow.Paper.Link
	l := Letter{Subject: o.fill(d, linked(n.Subject, link), tx.Now), Body: o.fill(d, linked(n.Body, link), tx.Now)}
	if err := o.say(ctx, tx, d, personThread, n.ID, 0, l); err != nil {
		return err
	}
	if o.emailOf(d) == "" {
		return nil
	}
	return job.Insert(ctx, tx, WriteOut{d.ID, n.ID, tx.Now})
}

func linked(w, link text.Words) text.Words {
	return text.Words{FR: strings.ReplaceAll(w.FR, "{link}", link.FR), EN: strings.ReplaceAll(w.EN, "{link}", link.EN)}
}

// emailOf is the address that a person without an account gave, "" when none can be written to.
func (o *Office) emailOf(d *Dossier) string {
	field := newest(o.Catalogue, d.Def).Flow.Paper.Email
	if v := d.answers()[field]; field != "" && len(v) == 1 && strings.Contains(v[0], "@") {
		return v[0]
	}
	return ""
}

// ComposeOut finds the words of an e-mail to somebody without an account: the reference and what to do, never an answer. It is
// NotFound once the dossier is gone, has an account, or has no address any more.
func (o *Office) ComposeOut(ctx context.Context, w WriteOut) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.ComposeOut %d", w.DossierID)
	publicID, err := o.queries().DossierPublicIDByID(ctx, w.DossierID)
	if err != nil {
		return notify.Letter{}, err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return notify.Letter{}, err
	}
	flow := newest(o.Catalogue, d.Def).Flow
	n, to := flow.Notification(w.Template), o.emailOf(d)
	if n == nil || to == "" || !d.AtCounter() {
		return notify.Letter{}, errNotFound
	}
	return notify.Letter{To: to, Subject: o.fill(d, linked(n.Subject, flow.Paper.Link), w.At), Body: o.fill(d, linked(n.Body, flow.Paper.Link), w.At) + "\n"}, nil
}

// Recipient is how the person of a paper application is addressed: the name, then the lines of the address.
func (o *Office) Recipient(d *Dossier) []string {
	paper := newest(o.Catalogue, d.Def).Flow.Paper
	j := d.Journey(nil, d.UpdatedAt)
	shown := func(ids []string) (out []string) {
		for _, id := range ids {
			if f := j.Field(id); f != nil && f.Answered() {
				out = append(out, f.Display(d.Lang))
			}
		}
		return out
	}
	return append([]string{strings.Join(shown(paper.Name), " ")}, shown(paper.Address)...)
}
