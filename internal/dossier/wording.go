package dossier

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// smsWording is all that an SMS about a dossier says: there is something new.
func (c *Composer) smsWording() notify.Wording {
	return notify.Wording{Body: c.raw("mail.sms.news.body", "service", "site")}
}

func (c *Composer) newsWording() notify.Wording {
	values := []string{"service", "news", "link"}
	return notify.Wording{Subject: c.raw("mail.desk.news.subject", values...), Body: c.raw("mail.desk.news.body", values...)}
}

// raw is a text with its values between braces still.
func (c *Composer) raw(key string, values ...string) text.Words {
	var same []any
	for _, v := range values {
		same = append(same, v, "{"+v+"}")
	}
	return text.Words{FR: c.Texts.Printer(text.FR).T(key, same...), EN: c.Texts.Printer(text.EN).T(key, same...)}
}

// composeSMS asks to sign in, and says nothing of any dossier.
func (c *Composer) composeSMS(ctx context.Context, m notify.Mail) (notify.Letter, error) {
	if m.AccountID == 0 {
		return c.composeOut(ctx, m)
	}
	to, lang, err := c.Addresses.Number(ctx, m.AccountID)
	if err != nil {
		return notify.Letter{}, err
	}
	about, _, err := c.about(ctx, m, strings.TrimPrefix(m.Template, MailPrefix))
	if err != nil {
		return notify.Letter{}, err
	}
	if about.lang != "" {
		lang = about.lang
	}
	l := c.smsWording().Render(lang, map[string]string{"service": c.Service.In(lang), "site": c.site()})
	l.To = to
	return l, nil
}

// ComposeNews finds the words of a mail to an agent's mailbox: how often each thing happened, and where to look.
func (c *Composer) ComposeNews(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.ComposeNews")
	to, lang := "", text.FR
	if m.AccountID != 0 {
		if to, lang, err = c.Addresses.Address(ctx, m.AccountID); err != nil {
			return notify.Letter{}, err
		}
	}
	if procedureID, team, ok := m.ToTeam(); ok {
		to = c.TeamMailbox(procedureID, team)
	}
	if to == "" {
		return notify.Letter{}, fault.New(fault.NotFound, "")
	}
	l := c.newsWording().Render(lang, map[string]string{"service": c.Service.In(lang), "news": c.newsLines(m.News, lang), "link": c.Agents + c.newsPage(m.News)})
	l.To, l.Body = to, l.Body+"\n"
	return l, nil
}

// newsPage is where news is looked into: who only answers for another processing has no queue, and reads orders.
func (c *Composer) newsPage(news map[string]int) string {
	orders := map[string]bool{}
	for _, p := range c.Office.Catalogue.All() {
		if q := p.Flow.Inquiry; q != nil {
			orders[p.ID+"."+q.Asks], orders[p.ID+"."+q.Reminds] = true, true
		}
	}
	for what, n := range news {
		if n > 0 && !orders[what] {
			return "/queue"
		}
	}
	return "/orders"
}

// newsLines are the counts, each behind its label; of what no definition knows any more, nothing.
func (c *Composer) newsLines(news map[string]int, lang text.Lang) string {
	several, pr := len(c.Office.Catalogue.All()) > 1, c.Texts.Printer(lang)
	var lines []string
	for _, p := range c.Office.Catalogue.All() {
		for _, n := range p.Flow.Notifications {
			count := news[p.ID+"."+n.ID]
			if count == 0 || n.News == nil {
				continue
			}
			label := n.News.Label.In(lang)
			if several {
				label = p.Title.In(lang) + ", " + label
			}
			lines = append(lines, pr.T("mail.desk.news.line", "what", label, "n", pr.Int(int64(count))))
		}
	}
	return strings.Join(lines, "\n")
}

// ending are the links that a notification ends in, each with its address as it is configured (RP-023): the same for everybody.
func (c *Composer) ending(p *procedure.Procedure, n *workflow.Notification, lang text.Lang) string {
	var b strings.Builder
	for _, l := range p.Flow.Links {
		if at := c.Links(strings.Trim(l.URL, "{}")); at != "" && slices.Contains(n.Links, l.ID) {
			_, _ = fmt.Fprintf(&b, "\n%s\n%s\n", l.Label.In(lang), at)
		}
	}
	return b.String()
}
