package dossier

import (
	"context"
	"strings"

	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// tellOnPaper keeps the words for a letter, and sends them by e-mail when an address was given; otherwise the desk is told to
// print it. Of a draft the desk alone hears: who handed in a paper knows of none.
func (o *Office) tellOnPaper(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification) error {
	paper := newest(o.Catalogue, d.Def).Flow.Paper
	if d.StateKind == workflow.Draft && d.Guests() {
		return nil // nobody was told that it was begun
	}
	if d.StateKind == workflow.Draft {
		return o.tellOfDraft(ctx, tx, d, n)
	}
	l := Letter{Subject: o.fill(d, linked(n.Subject, paper.Link), tx.Now), Body: o.fill(d, onPaper(d, n, paper.Link), tx.Now)}
	if err := o.say(ctx, tx, d, personThread, n.ID, 0, l); err != nil {
		return err
	}
	if o.emailOf(d) == "" {
		return o.notify(ctx, tx, d, paper.Letter, d.AssigneeID, false)
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: MailPrefix + n.ID})
	return err
}

// tellOfDraft tells the desk of a draft from paper, and keeps in the internal thread that it was told.
func (o *Office) tellOfDraft(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification) error {
	flow := newest(o.Catalogue, d.Def).Flow
	if told := flow.Notification(flow.Paper.Draft); told != nil {
		l := Letter{Subject: o.fill(d, told.Subject, tx.Now), Body: o.fill(d, told.Body, tx.Now)}
		if err := o.say(ctx, tx, d, internalThread, n.ID, 0, l); err != nil {
			return err
		}
	}
	return o.notify(ctx, tx, d, flow.Paper.Draft, d.AssigneeID, false)
}

// onPaper is what a notification says to who has no account.
func onPaper(d *Dossier, n *workflow.Notification, link text.Words) text.Words {
	if d.Guests() {
		return n.Body // they follow its link, with their reference
	}
	if n.Paper.IsZero() {
		return linked(n.Body, link)
	}
	return linked(n.Paper, link)
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
	if d.Mandate.ID != 0 {
		return c.composeForApplicant(ctx, m, d)
	}
	if m.Template == MailPrefix+wayBack {
		return c.composeWay(ctx, m, d)
	}
	p := newest(o.Catalogue, d.Def)
	n, to := p.Flow.Notification(strings.TrimPrefix(m.Template, MailPrefix)), o.emailOf(d)
	if n == nil || to == "" || !d.AtCounter() && !d.Guests() {
		return notify.Letter{}, errNotFound
	}
	link := p.Flow.Paper.Link
	if d.Guests() {
		link = text.Words{FR: c.Applicants + FollowPath, EN: c.Applicants + FollowPath}
	}
	said := func(w text.Words) string { return o.fill(d, linked(w, link), m.Queued) }
	return notify.Letter{To: to, Subject: said(n.Subject), Body: said(onPaper(d, n, link)) + c.ending(p, n, d.Lang) + "\n"}, nil
}

// Recipient is how the person of a paper application is addressed: the name, then the lines of the address.
func (o *Office) Recipient(d *Dossier) []string {
	paper := newest(o.Catalogue, d.Def).Flow.Paper
	j := d.Journey(nil, d.UpdatedAt)
	answer := func(id string) string {
		if f := j.Field(id); f != nil && f.Answered() {
			return f.Display(d.Lang)
		}
		return ""
	}
	var name []string
	for _, id := range paper.Name {
		name = append(name, answer(id))
	}
	lines := []string{strings.Join(strings.Fields(strings.Join(name, " ")), " ")}
	for _, line := range paper.Address {
		if said := answer(line.Field); said != "" {
			lines = append(lines, strings.TrimSpace(line.Before.In(d.Lang)+" "+said))
		}
	}
	if !paper.Town.IsZero() {
		lines = append(lines, paper.Town.In(d.Lang))
	}
	return lines
}
