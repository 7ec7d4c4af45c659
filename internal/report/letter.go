package report

import (
	"cmp"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/text"
)

// Letter prints a message for somebody who has no account, to be sent by post: the words of the message, and what the online service
// would have shown beside it, which is the list of what was asked for and the answer of the administration.
func (c *Clerk) Letter(f *dossier.File, m dossier.Message, recipient []string, p text.Printer) (_ []byte, err error) {
	defer fault.Wrap(&err, "report.Letter %d", f.ID)
	pdf := New(string(p.Lang), p.T("report.letter.title")+" – "+f.Reference, m.At)
	pdf.P(c.Controller.In(p.Lang))
	pdf.Address(recipient)
	pdf.P(p.DateAt(m.At))
	pdf.H1(cmp.Or(m.Subject, p.T("report.letter.about", "procedure", f.Def.Title.In(p.Lang), "reference", f.Reference)))
	for part := range strings.SplitSeq(strings.TrimSpace(m.Body), "\n\n") {
		pdf.P(part)
	}
	if link := f.Def.Flow.Paper.Link; m.AuthorID != 0 && !link.IsZero() {
		pdf.P(p.T("report.letter.reply", "link", link.In(p.Lang)))
	}
	if rows := askedWith(f, m.At, p); len(rows) > 0 {
		pdf.H2(p.T("report.letter.asked"))
		pdf.Pairs(rows)
	}
	if f.ClosedAt != nil && f.ClosedAt.Equal(m.At) {
		if rows := shown(f.Said(), p.Lang); len(rows) > 0 {
			pdf.H2(p.T("report.letter.answer"))
			pdf.Pairs(rows)
		}
	}
	return pdf.Bytes()
}

// askedWith are the items that were asked for with the message, each with the agent's word on it.
func askedWith(f *dossier.File, at time.Time, p text.Printer) (rows [][2]string) {
	j := f.Journey(nil, at)
	for _, i := range f.Asked {
		field := f.Def.Form.Field(i.Path)
		if field == nil || !i.AskedAt.Equal(at) {
			continue
		}
		title := field.Label.In(p.Lang)
		if s := j.Field(i.Path); s != nil {
			title = rowTitle(j, s, p.Lang) + title
		}
		rows = append(rows, [2]string{title, strings.TrimSpace(p.T("portal.asked.why."+i.Why) + "\n" + i.Word)})
	}
	return rows
}
