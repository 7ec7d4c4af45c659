package firm

import (
	"context"
	"strconv"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/text"
)

// Templates of the mails; their words stand in web/text under mail.firm. None names anybody.
const (
	MailPrefix  = "firm"
	mailInvited = "firm.invited" // followed by the id of the invitation
	mailRemoved = "firm.removed"
	mailJoined  = "firm.joined" // to the heads
	mailHeaded  = "firm.headed" // the same
)

// tellHeads lets every head of a firm know what has changed, also who did it: another may hold their session.
func tellHeads(ctx context.Context, tx *store.Tx, firm int64, template string) error {
	members, err := tx.Q.FirmMembers(ctx, firm)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.Role != head || m.Since == nil {
			continue
		}
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: *m.AccountID, Template: template, Via: notify.Email}); err != nil {
			return err
		}
	}
	return nil
}

// Compose finds the words of a mail (see [notify.Composer]). NotFound once the invitation was answered or taken back.
func (h *House) Compose(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "firm.Compose %s", m.Template)
	template, to := m.Template, invited{}
	if id, invites := strings.CutPrefix(m.Template, mailInvited+"."); invites {
		template = mailInvited
		to, err = h.invitedBy(ctx, id)
	} else {
		var lang text.Lang
		to.Email, lang, err = h.Address(ctx, m.AccountID)
		to.Lang = string(lang)
	}
	if err != nil {
		return notify.Letter{}, err
	}
	lang := text.Lang(to.Lang)
	say := func(part string) text.Words {
		key := "mail." + template + "." + part
		same := []any{"service", "{service}", "link", "{link}"}
		return text.Words{FR: h.Texts.Printer(text.FR).T(key, same...), EN: h.Texts.Printer(text.EN).T(key, same...)}
	}
	l := notify.Wording{Subject: say("subject"), Body: say("body")}.Render(lang, map[string]string{
		"service": h.Service.In(lang), "link": h.Applicants + "/firm",
	})
	l.To, l.Body = to.Email, l.Body+"\n"
	return l, nil
}

func (h *House) invitedBy(ctx context.Context, id string) (invited, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return invited{}, errNotFound
	}
	m, err := h.Store.Q().FirmMemberByID(ctx, n)
	if err != nil {
		return invited{}, err
	}
	if m.Since != nil {
		return invited{}, errNotFound
	}
	firms, err := h.Store.Q().FirmsByID(ctx, []int64{m.FirmID})
	if err != nil || len(firms) == 0 {
		return invited{}, errNotFound
	}
	key, err := h.Keys.Unwrap(firms[0].WrappedKey, firms[0].WrappedBy)
	if err != nil {
		return invited{}, err
	}
	return openInvited(key, m)
}
