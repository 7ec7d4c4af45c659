package dossier

import (
	"context"
	"strings"

	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

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
	_, err := notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: MailPrefix + n.ID})
	return err
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

// composeOut finds the words of an e-mail to somebody without an account: the reference and what to do, never an answer. It is
// NotFound once the dossier is gone, has an account, or has no address any more.
func (c *Composer) composeOut(ctx context.Context, m notify.Mail) (notify.Letter, error) {
	o := c.Office
	publicID, err := o.queries().DossierPublicIDByID(ctx, m.DossierID)
	if err != nil {
		return notify.Letter{}, err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return notify.Letter{}, err
	}
	p := newest(o.Catalogue, d.Def)
	n, to := p.Flow.Notification(strings.TrimPrefix(m.Template, MailPrefix)), o.emailOf(d)
	if n == nil || to == "" || !d.AtCounter() {
		return notify.Letter{}, errNotFound
	}
	said := func(w text.Words) string { return o.fill(d, linked(w, p.Flow.Paper.Link), m.Queued) }
	return notify.Letter{To: to, Subject: said(n.Subject), Body: said(n.Body) + c.ending(p, n, d.Lang) + "\n"}, nil
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
