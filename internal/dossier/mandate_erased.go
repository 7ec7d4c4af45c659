package dossier

import (
	"context"
	"encoding/json"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
)

// erasedPurpose derives the key of whom a message about an erased draft goes to: the dossier's own is gone by then.
const erasedPurpose = "mandate erased"

// tellErased tells the applicant somebody acted for that the draft is erased: at their account once it has proven to be theirs, else
// where the mandate says they are reached. Not who has it in their own hands, nor who has said that they have no part in it.
func (o *Office) tellErased(ctx context.Context, tx *store.Tx, d *Dossier, template string) error {
	m := d.Mandate
	if m.ID == 0 || m.Wrong || d.OwnerID != 0 && !m.Concerns(d.OwnerID) {
		return nil
	}
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil || row.SameAddress || saidNo(row) {
		return err
	}
	if m.Known && m.PrincipalID != 0 {
		_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: m.PrincipalID, Template: template})
		return err
	}
	to, err := d.openReached(row)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(to)
	if err != nil {
		return err
	}
	sealed, err := o.Keys.SealFor(0, erasedPurpose, plain)
	if err != nil {
		return err
	}
	for _, via := range to.ways() {
		if _, err := notify.Queue(ctx, tx, notify.Mail{Template: template, Via: via, To: sealed}); err != nil {
			return err
		}
	}
	return nil
}

// tellForgotten does it for a draft that nobody has touched for long. One that does not open tells nobody, and goes all the same.
func (o *Office) tellForgotten(ctx context.Context, tx *store.Tx, publicID string, id int64) error {
	_, err := tx.Q.MandateStanding(ctx, id)
	if fault.Of(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := o.load(ctx, tx.Q, publicID)
	if err != nil {
		return nil // what that means is told where it is erased
	}
	return o.tellErased(ctx, tx, d, mandateForgotten)
}

// ways are how a message about a mandate goes: there is always a mail, since the number is the declarant's word alone.
func (r reached) ways() []notify.Via {
	if r.Channel == "sms" || r.Channel == "both" {
		return []notify.Via{notify.Email, notify.SMS}
	}
	return []notify.Via{notify.Email}
}

// composeErased finds the words of a message about a draft that is erased, and of which nothing is known any more.
func (c *Composer) composeErased(ctx context.Context, m notify.Mail) (notify.Letter, error) {
	to, err := c.erasedFor(ctx, m)
	if err != nil {
		return notify.Letter{}, err
	}
	lang := text.Lang(to.Lang)
	values := map[string]string{"service": c.Service.In(lang), "link": c.Applicants}
	if m.Channel == notify.BySMS {
		l := c.mandateSMS().Render(lang, values)
		l.To = to.Number
		return l, nil
	}
	l := c.mandateWording(m.Template).Render(lang, values)
	l.To, l.Body = to.Email, l.Body+"\n"
	return l, nil
}

// erasedFor is whom it goes to. NotFound: nobody is left to write to.
func (c *Composer) erasedFor(ctx context.Context, m notify.Mail) (to reached, err error) {
	if m.AccountID != 0 {
		email, lang, err := c.Addresses.Address(ctx, m.AccountID)
		return reached{Email: email, Lang: string(lang)}, err
	}
	if len(m.To) == 0 {
		return to, errNotFound
	}
	plain, err := c.Office.Keys.OpenFor(0, erasedPurpose, m.To)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(plain, &to)
}
