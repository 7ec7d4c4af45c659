package account

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
)

// Templates of the mails about accounts; their words stand in web/text under mail.account.
const (
	mailConfirm = "account.confirm"
	mailExists  = "account.exists"
	mailReset   = "account.reset"
	mailChanged = "account.password_changed"
	mailInvite  = "account.invite"
	mailLeft    = "account.left"
)

// links are the mails that bear a one-time link. It is made when the mail leaves, so it lies nowhere in between.
var links = map[string]struct {
	purpose, path string
	life          time.Duration
}{
	mailConfirm: {confirm, ConfirmPath, confirmLife},
	mailReset:   {reset, ResetPath, resetLife},
	mailInvite:  {invite, InvitePath, inviteLife},
}

// Compose finds the words of a mail about an account (see [notify.Composer]). An account that is closed gets none but the
// one that says so and the one that opens it again.
func (d *Desk) Compose(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "account.Compose %s", m.Template)
	a, err := d.Store.Q().AccountByID(ctx, m.AccountID)
	if err != nil {
		return notify.Letter{}, err
	}
	if a.State == disabled || a.State == left && m.Template != mailLeft && m.Template != mailConfirm {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	p, err := d.open(placeOf(a))
	if err != nil {
		return notify.Letter{}, err
	}
	link, err := d.link(ctx, a.ID, a.Kind, m.Template)
	if err != nil {
		return notify.Letter{}, err
	}
	pr := d.Texts.Printer(text.Lang(a.Lang))
	service := d.Service.In(pr.Lang)
	return notify.Letter{
		To:      p.Email,
		Subject: pr.T("mail."+m.Template+".subject", "service", service),
		Body:    pr.T("mail."+m.Template+".body", "service", service, "link", link) + "\n\n" + pr.T("mail.foot", "service", service) + "\n",
	}, nil
}

func (d *Desk) link(ctx context.Context, id int64, kind, template string) (link string, err error) {
	origin := d.Origins.Applicants
	if kind == agent {
		origin = d.Origins.Agents
	}
	l, ok := links[template]
	if !ok {
		return origin, nil
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		token, err := mint(ctx, tx, id, l.purpose, l.life)
		link = origin + l.path + token
		return err
	})
	return link, err
}

// Address is where mails to an account go, and in which language, for the words of other rooms.
func (d *Desk) Address(ctx context.Context, id int64) (email string, _ text.Lang, err error) {
	p, lang, err := d.Profile(ctx, id)
	return p.Email, lang, err
}
