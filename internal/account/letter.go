package account

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Templates of the mails about accounts; their words stand in web/text under mail.account.
const (
	mailConfirm = "account.confirm"
	mailExists  = "account.exists"
	mailReset   = "account.reset"
	mailChanged = "account.password_changed"
	mailInvite  = "account.invite"
	mailAged    = "account.password_aged"
	mailAges    = "account.password_ages"
	mailLeft    = "account.left"
	mailReach   = "account.reach_changed"
	mailCode    = "account.number_code" // an SMS

	mailMove      = "account.email_confirm" // to the address to come
	mailMoveTaken = "account.email_taken"   // in its place, where that address has an account
	mailMoveAsked = "account.email_asked"   // to the present one
	mailMoved     = "account.email_changed" // to the new one
	mailMovedFrom = "account.email_left"    // to the one before

	mailLinkAdded = "account.identity_added"
	mailLinked    = "account.identity_linked" // the same, to an agent
	mailUnlinked  = "account.identity_unlinked"

	mailFactorAdded   = "account.factor_added"
	mailProofAdded    = "account.proof_added" // the same, to an agent
	mailFactorRemoved = "account.factor_removed"
	mailFactorsReset  = "account.factors_reset"
	mailRecoveryUsed  = "account.recovery_used"
	mailCodesRenewed  = "account.codes_renewed"
	mailGuessed       = "account.second_guessed"
	mailAgainGuessed  = "account.again_guessed" // the same, by who holds a session
	mailCloned        = "account.passkey_doubled"
)

// links are the mails that bear a one-time link. It is made when the mail leaves, so it lies nowhere in between.
var links = map[string]struct {
	purpose, path string
	life          time.Duration
}{
	mailConfirm: {confirm, ConfirmPath, confirmLife},
	mailReset:   {reset, ResetPath, resetLife},
	mailAged:    {reset, ResetPath, resetLife},
	mailInvite:  {invite, InvitePath, inviteLife},

	mailMove:      {move, MovePath, confirmLife},
	mailMoveAsked: {keep, KeepPath, regainLife},
	mailMovedFrom: {keep, KeepPath, regainLife},

	mailFactorAdded: {regain, ResetPath, regainLife},
	mailLinkAdded:   {regain, ResetPath, regainLife},
}

// Compose finds the words of a mail about an account (see [notify.Composer]). An account that is closed gets none but the
// one that says so and the one that opens it again.
func (d *Desk) Compose(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "account.Compose %s", m.Template)
	a, err := d.Store.Q().AccountByID(ctx, m.AccountID)
	if err != nil {
		return notify.Letter{}, err
	}
	if a.State == disabled || a.State == erased || a.State == left && m.Template != mailLeft && m.Template != mailConfirm {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	if m.Channel == notify.BySMS {
		return d.composeCode(ctx, m, text.Lang(a.Lang))
	}
	p, err := d.open(placeOf(a))
	if err != nil {
		return notify.Letter{}, err
	}
	to, template, err := d.addressee(ctx, m, p.Email)
	if err != nil {
		return notify.Letter{}, err
	}
	link, err := d.link(ctx, a, template, to)
	if err != nil {
		return notify.Letter{}, err
	}
	code, err := d.referenceCode(ctx, m)
	if err != nil {
		return notify.Letter{}, err
	}
	lang := text.Lang(a.Lang)
	values := map[string]string{"service": d.Service.In(lang), "link": link, "code": code}
	l := d.wording(template).Render(lang, values)
	foot := d.Texts.Printer(lang).T("mail.foot", "service", d.Service.In(lang))
	return notify.Letter{To: to, Subject: l.Subject, Body: l.Body + "\n\n" + foot + "\n"}, nil
}

// composeCode is the SMS that proves a number; none for who asked so long ago that nobody waits for it any more.
func (d *Desk) composeCode(ctx context.Context, m notify.Mail, lang text.Lang) (notify.Letter, error) {
	reach, err := d.Reach(ctx, m.AccountID)
	if err != nil {
		return notify.Letter{}, err
	}
	if reach.Claimed == "" || d.Store.Now().Sub(m.Queued) > codeWait {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	code, err := d.mintCode(ctx, m.AccountID, reach.Claimed)
	l := d.wording(mailCode).Render(lang, map[string]string{"service": d.Service.In(lang), "code": code})
	l.To = reach.Claimed
	return l, err
}

// wording is what a mail about an account says.
func (d *Desk) wording(template string) notify.Wording {
	if template == mailCode {
		return notify.Wording{Body: d.raw("mail."+template+".body", "service", "code")}
	}
	values := []string{"service", "link"}
	if template == mailReference {
		values = append(values, "code")
	}
	return notify.Wording{Subject: d.raw("mail."+template+".subject", "service", "link"), Body: d.raw("mail."+template+".body", values...)}
}

// raw is a text with its values between braces still.
func (d *Desk) raw(key string, values ...string) text.Words {
	var same []any
	for _, v := range values {
		same = append(same, v, "{"+v+"}")
	}
	return text.Words{FR: d.Texts.Printer(text.FR).T(key, same...), EN: d.Texts.Printer(text.EN).T(key, same...)}
}

func (d *Desk) link(ctx context.Context, a sqlc.Account, template, to string) (link string, err error) {
	origin := d.Origins.Applicants
	if a.Kind == agent {
		origin = d.Origins.Agents
	}
	l, ok := links[template]
	if !ok {
		return origin, nil
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		if template == mailMove {
			if err := d.awaits(ctx, tx, a.ID, to); err != nil {
				return err
			}
		}
		token, err := mint(ctx, tx, a.ID, l.purpose, l.life)
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
