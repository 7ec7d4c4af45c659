package dossier

import (
	"context"
	"net/url"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Templates of the messages about mandates; their words stand in web/text under mail.mandate. None names anybody.
const (
	MandatePrefix    = "mandate"
	mandateProposed  = "mandate.proposed"  // to the applicant, with a link to say yes or no
	mandateConfirmed = "mandate.confirmed" // to the applicant, with a link to take it back
	mandateOver      = "mandate.over"      // to the applicant
	mandateCode      = "mandate.code"      // to the applicant, who is at the page of a link
	mandateDropped   = "mandate.dropped"   // to an address that counts no more, followed by the id of what it was told of
	mandateEnding    = "mandate.ending"    // to the applicant, with a link to let it go on
	mandateAgreed    = "mandate.agreed"    // to who acts
	mandateWrong     = "mandate.wrong"     // to who acts: the address is not the applicant's
	mandateRunsOut   = "mandate.runs_out"  // to who acts
	mandateEnded     = "mandate.ended"     // to who acts
	mandateSaidNo    = "mandate.said_no"   // to who acted in a draft: from the address came a no
	mandateReopened  = "mandate.reopened"  // to who acts again, as the address was corrected from which it had been ended
	mandateErased    = "mandate.erased"    // to the applicant: a draft is gone, and the dossier with it
	mandateForgotten = "mandate.forgotten" // the same, of one that nobody has touched for as long as drafts are kept
)

// mandateValues may stand in these messages.
var mandateValues = []string{"service", "procedure", "link", "code", "date", "until"}

func (c *Composer) mandateWording(template string) notify.Wording {
	return notify.Wording{Subject: c.raw("mail."+template+".subject", mandateValues...), Body: c.raw("mail."+template+".body", mandateValues...)}
}

func (c *Composer) mandateSMS() notify.Wording {
	return notify.Wording{Body: c.raw("mail.mandate.sms", mandateValues...)}
}

// ComposeMandate finds the words of a message about who may act (see [notify.Composer]). A link and a code are made as it leaves.
// It is NotFound once the mandate has gone on since.
func (c *Composer) ComposeMandate(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.ComposeMandate %s", m.Template)
	o := c.Office
	if m.DossierID == 0 {
		return c.composeErased(ctx, m)
	}
	publicID, err := o.queries().DossierPublicIDByID(ctx, m.DossierID)
	if err != nil {
		return notify.Letter{}, err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return notify.Letter{}, err
	}
	template, row, err := o.mandateOfMail(ctx, d, m.Template)
	if err != nil {
		return notify.Letter{}, err
	}
	to, err := d.openReached(row)
	if err != nil {
		return notify.Letter{}, err
	}
	lang, address := text.Lang(to.Lang), to.Email
	if m.AccountID != 0 {
		if address, lang, err = c.Addresses.Address(ctx, m.AccountID); err != nil {
			return notify.Letter{}, err
		}
	}
	values := map[string]string{
		"service": c.Service.In(lang), "procedure": newest(o.Catalogue, d.Def).Title.In(lang), "date": c.Texts.Printer(lang).DateAt(row.ProposedAt),
		"until": c.Texts.Printer(lang).DateAt(row.EndsAt), "link": c.Applicants + "/dossiers",
	}
	switch template {
	case mandateDropped:
		values["link"] = c.Applicants
	case mandateSaidNo:
		values["link"] = c.Applicants + "/dossier/" + d.PublicID + "/mandate"
	}
	if m.Channel == notify.BySMS { // no secret goes to a number that nobody has proven
		l := c.mandateSMS().Render(lang, values)
		l.To = to.Number
		return l, nil
	}
	if err := c.secrets(ctx, m, row, values); err != nil {
		return notify.Letter{}, err
	}
	l := c.mandateWording(template).Render(lang, values)
	l.To, l.Body = address, l.Body+"\n"
	return l, nil
}

// mandateOfMail finds what a mail is about: the mandate that stands, or the one that its template names.
func (o *Office) mandateOfMail(ctx context.Context, d *Dossier, template string) (string, sqlc.Mandate, error) {
	id, dropped := strings.CutPrefix(template, mandateDropped+".")
	if !dropped {
		row, err := o.queries().MandateStanding(ctx, d.ID)
		return template, row, err
	}
	row, err := o.queries().MandateByID(ctx, sqlc.MandateByIDParams{ID: id64(id), DossierID: d.ID})
	return mandateDropped, row, err
}

// secrets makes the link or the code that a message bears.
func (c *Composer) secrets(ctx context.Context, m notify.Mail, row sqlc.Mandate, values map[string]string) (err error) {
	state := access.MandateState(row.State)
	live := row.EndsAt.After(c.Office.Store.Now())
	agreed := state == access.Confirmed || state == access.Verified
	switch m.Template {
	case mandateProposed, mandateConfirmed, mandateEnding:
		if !live || row.WrongAt != nil || m.Template == mandateProposed && agreed || m.Template == mandateConfirmed && !agreed {
			return errNoMandate
		}
		until := row.EndsAt // what was confirmed can be ended by its link as long as it lasts
		if soon := c.Office.Store.Now().Add(linkLife); m.Template == mandateProposed && soon.Before(until) {
			until = soon
		}
		token, err := c.Office.mintMandateLink(ctx, row.ID, until)
		values["link"] = c.Applicants + MandatePath + token
		return err
	case mandateCode:
		if c.Office.Store.Now().Sub(m.Queued) > mandateCodeLife {
			return errNoMandate
		}
		return c.Office.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			values["code"], err = c.Office.mintMandateCode(ctx, tx, row.ID)
			return err
		})
	}
	return nil
}

// tellPerson sends a notification to the dossier's person: to the owner, or, where somebody acts for them, to the applicant on
// their own channel and to who acts, as far as they may still read the dossier.
func (o *Office) tellPerson(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification) error {
	m := d.Mandate
	if m.ID == 0 {
		if d.OwnerID == 0 {
			return nil
		}
		return send(ctx, tx, d, n, d.OwnerID)
	}
	if err := o.tellApplicant(ctx, tx, d, n); err != nil {
		return err
	}
	acting := m.HolderID
	if m.FirmID != 0 && len(m.Members) > 0 && !access.Can(access.Actor{AccountID: acting, Kind: access.Person, At: tx.Now}, access.Read, d.Dossier, "") {
		acting = m.Members[0] // who began is no member any more
	}
	if !access.Can(access.Actor{AccountID: acting, Kind: access.Person, At: tx.Now}, access.Read, d.Dossier, "") {
		return nil
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: acting, DossierID: d.ID, Template: MailPrefix + n.ID})
	return err
}

// tellApplicant writes to the applicant somebody acts for: at their account once the dossier is in their hands, else where the
// answers say. Who has denied that somebody acts for them is left in peace, unless they have shown that it is about them; so is a
// stranger at an address that was mistyped.
func (o *Office) tellApplicant(ctx context.Context, tx *store.Tx, d *Dossier, n *workflow.Notification) error {
	if d.OwnerID != 0 && !d.Mandate.Concerns(d.OwnerID) {
		return send(ctx, tx, d, n, d.OwnerID)
	}
	if d.Mandate.Wrong || d.Mandate.State == access.Denied && !d.Mandate.Known {
		return nil
	}
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil || row.SameAddress {
		return err
	}
	to, err := d.openReached(row)
	if err != nil {
		return err
	}
	if via(n) == notify.Email {
		to.Channel = "email"
	} else if via(n) == notify.Both && to.Channel == "sms" {
		to.Channel = "both"
	}
	return tellReached(ctx, tx, d, to, MailPrefix+n.ID)
}

// composeForApplicant finds the words of a notification to an applicant somebody acts for: as to anybody, at their own address.
func (c *Composer) composeForApplicant(ctx context.Context, m notify.Mail, d *Dossier) (notify.Letter, error) {
	o := c.Office
	row, err := o.queries().MandateStanding(ctx, d.ID)
	if err != nil {
		return notify.Letter{}, err
	}
	to, err := d.openReached(row)
	if err != nil {
		return notify.Letter{}, err
	}
	lang := text.Lang(to.Lang)
	if m.Channel == notify.BySMS {
		l := c.smsWording().Render(lang, map[string]string{"service": c.Service.In(lang), "site": c.site()})
		l.To = to.Number
		return l, nil
	}
	p := newest(o.Catalogue, d.Def)
	n := p.Flow.Notification(strings.TrimPrefix(m.Template, MailPrefix))
	if n == nil {
		return notify.Letter{}, errNotFound
	}
	l := notify.Wording{Subject: n.Subject, Body: n.Body}.Render(lang, map[string]string{
		"reference": d.Reference, "service": c.Service.In(lang), "procedure": p.Title.In(lang), "link": c.Applicants + "/dossier/" + d.PublicID,
		"controller": c.Controller.In(lang), "date": c.Texts.Printer(lang).DateAt(m.Queued), "until": dayOr(d.AnswerBy, lang),
		"due": dayOr(d.DueOn, lang), "goes": dayOr(d.PurgeOn, lang),
	})
	l.To, l.Body = to.Email, l.Body+c.ending(p, n, lang)+"\n"
	return l, nil
}

// site is the name of the applicants' door, for an SMS.
func (c *Composer) site() string {
	if u, err := url.Parse(c.Applicants); err == nil {
		return u.Host
	}
	return c.Applicants
}
