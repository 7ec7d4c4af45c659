package backoffice

import (
	"bytes"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/mailbox"
	"guichet/internal/procedure"
	"guichet/internal/web"
	"guichet/web/components"
)

// mailRoutes are the copies of messages as they came in, for the few who may read them (DS-087).
func (b *desk) mailRoutes(d *web.Door) {
	d.Get("/dossier/{dossier}/mail", web.Holder("read copies of messages", b.readsMail), b.informed(b.getMails))
	d.Get("/dossier/{dossier}/mail/{mail}", web.Holder("read copies of messages", b.readsMail), b.informed(b.getMail))
}

// mailsPath is where the copies of a dossier's messages are listed, "" to who may not read them.
func (b *desk) mailsPath(v *web.Visit, d *dossier.Dossier) string {
	if d.Channel != "email" && d.Def.Flow.MailIn() == nil || !b.Office.MayReadMail(v.Actor, d) {
		return ""
	}
	return dossierPath(d.PublicID) + "/mail"
}

func (b *desk) getMails(v *web.Visit) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	copies, err := b.Office.MailCopies(v.R.Context(), v.Actor, d)
	if err != nil {
		return err
	}
	t := components.Table{Caption: v.P.T("desk.mail.title"), HiddenCaption: true, Stacked: true, Head: []components.Column{{Label: v.P.T("desk.mail.subject")}, {Label: v.P.T("desk.mail.from")}, {Label: v.P.T("desk.mail.at")}}}
	for _, c := range copies {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: orWords(c.Subject, v.P.T("desk.mail.no_subject")), Href: dossierPath(d.PublicID) + "/mail/" + c.ID, Header: true}, {Text: c.From}, {Text: v.P.ShortDateTimeAt(c.At)},
		})
	}
	pg := v.Frame(v.P.T("desk.mail.title"))
	pg.Back = dossierPath(d.PublicID)
	return v.Page(mailsPage(pg, d.Reference, t))
}

// mailView is a copy as it is read: who it says it is from, and what was written. No file is opened from here, and no address of it is fetched.
type mailView struct {
	reference  string
	facts      []components.Row
	paragraphs []string
	head       string // as it came
}

func (b *desk) getMail(v *web.Visit) error {
	d, c, err := b.Office.MailCopy(v.R.Context(), v.Actor, v.Param("mail"))
	if err != nil {
		return err
	}
	if d.PublicID != v.Param("dossier") {
		return fault.New(fault.NotFound, "")
	}
	m, err := mailbox.Read(bytes.NewReader(c.Raw))
	if err != nil {
		return err
	}
	row := func(key, value string) components.Row {
		return components.Row{Key: v.P.T(key), Values: []string{orWords(value, v.P.T("ui.no_answer"))}}
	}
	x := mailView{reference: d.Reference, paragraphs: paragraphs(m.Words), head: headOf(c.Raw)}
	x.facts = []components.Row{row("desk.mail.from", strings.TrimSpace(m.Name+" "+m.From)), row("desk.mail.subject", m.Subject), row("desk.mail.at", v.P.DateTimeAt(c.At))}
	for _, f := range m.Files {
		x.facts = append(x.facts, row("desk.mail.file", f.Name))
	}
	pg := v.Frame(orWords(m.Subject, v.P.T("desk.mail.no_subject")))
	pg.Back = dossierPath(d.PublicID) + "/mail"
	return v.Page(mailPage(pg, x))
}

// longestHead is how much of a message's head is shown, in bytes.
const longestHead = 8000

// readsMail tells whether the agent may read the copies of messages of some procedure.
func (b *desk) readsMail(a access.Actor) bool {
	return slices.ContainsFunc(b.Catalogue.All(), func(p *procedure.Procedure) bool { return access.May(a, access.Mailbox, p.ID) })
}

// headOf are the lines before the first empty one, as they came.
func headOf(raw []byte) string {
	head, _, _ := bytes.Cut(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	return strings.ToValidUTF8(string(head[:min(len(head), longestHead)]), "\uFFFD")
}
