package dossier

import (
	"context"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// MailPrefix marks the mails whose words stand in a workflow.
const MailPrefix = "dossier."

// Addresses finds where an account is written to, and in which language.
type Addresses interface {
	Address(ctx context.Context, id int64) (email string, lang text.Lang, err error)
	Number(ctx context.Context, id int64) (number string, lang text.Lang, err error) // NotFound: none is proven
}

// Composer finds the words of the mails about dossiers: never an answer, only the reference and a link.
type Composer struct {
	Office              *Office
	Addresses           Addresses
	Applicants, Agents  string // origins of the doors
	Service, Controller text.Words
	Texts               *text.Catalogue
	TeamMailbox         func(procedure, team string) string // "" for none
	Links               func(name string) string            // addresses that lead out, by the name a workflow gives them, "" for none
}

// Compose finds the words of one mail (see [notify.Composer]).
func (c *Composer) Compose(ctx context.Context, m notify.Mail) (_ notify.Letter, err error) {
	defer fault.Wrap(&err, "dossier.Compose %s", m.Template)
	switch {
	case m.Channel == notify.BySMS:
		return c.composeSMS(ctx, m)
	case m.AccountID == 0:
		return c.composeOut(ctx, m)
	}
	to, lang, err := c.Addresses.Address(ctx, m.AccountID)
	if err != nil {
		return notify.Letter{}, err
	}
	about, n, err := c.about(ctx, m, strings.TrimPrefix(m.Template, MailPrefix))
	if err != nil {
		return notify.Letter{}, err
	}
	if about.lang != "" {
		lang = about.lang
	}
	l := notify.Wording{Subject: n.Subject, Body: n.Body}.Render(lang, map[string]string{
		"reference": about.reference, "service": c.Service.In(lang), "procedure": about.of.Title.In(lang), "link": about.link,
		"controller": c.Controller.In(lang), "date": c.Texts.Printer(lang).DateAt(m.Queued), "until": dayOr(about.answerBy, lang), "due": dayOr(about.due, lang), "goes": dayOr(about.goes, lang),
	})
	l.To, l.Body = to, l.Body+c.ending(about.of, n, lang)+"\n"
	return l, nil
}

type about struct {
	reference, link string
	of              *procedure.Procedure
	lang            text.Lang // in which the applicant wants to be written to, "" for an agent and for who acts for them
	answerBy        *time.Time
	due             *time.Time
	goes            *time.Time
}

// about finds the dossier of a mail, or when it is erased already (leaving erases drafts) the procedure that has such words.
func (c *Composer) about(ctx context.Context, m notify.Mail, template string) (about, *workflow.Notification, error) {
	if m.DossierID == 0 {
		for _, p := range c.Office.Catalogue.All() {
			if n := p.Flow.Notification(template); n != nil {
				return about{of: p, link: c.Applicants}, n, nil
			}
		}
		return about{}, nil, fault.New(fault.NotFound, "")
	}
	publicID, err := c.Office.queries().DossierPublicIDByID(ctx, m.DossierID)
	if err != nil {
		return about{}, nil, err
	}
	d, err := c.Office.load(ctx, c.Office.queries(), publicID)
	if err != nil {
		return about{}, nil, err
	}
	p := newest(c.Office.Catalogue, d.Def)
	n := p.Flow.Notification(template)
	if n == nil {
		return about{}, nil, fault.New(fault.NotFound, "")
	}
	if !d.PersonSide(m.AccountID) {
		return about{reference: d.Reference, link: c.Agents + "/dossier/" + publicID, of: p, answerBy: d.AnswerBy, due: d.DueOn, goes: d.PurgeOn}, n, nil
	}
	lang := d.Lang
	if d.Mandate.Concerns(m.AccountID) { // what the dossier says is the applicant's
		lang = ""
	}
	return about{d.Reference, c.Applicants + "/dossier/" + publicID, p, lang, d.AnswerBy, d.DueOn, d.PurgeOn}, n, nil
}

// newest is the procedure in force: wording always comes from it (design, decision 3).
func newest(c *procedure.Catalogue, def *procedure.Procedure) *procedure.Procedure {
	if p := c.Get(def.ID); p != nil {
		return p
	}
	return def
}
