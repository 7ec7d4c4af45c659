package report

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
)

// Clerk makes receipts: each is signed, and bears a code that leads to a public page which tells whether it is genuine.
type Clerk struct {
	Signer     Signer
	Address    string // of the applicants' door
	Controller text.Words
}

// Receipt is the proof of a filing, a completion, a cancellation or a decision, in the printer's language. The same dossier read by
// the same person gives the same receipt at any time: nothing on it is of the moment it is made.
func (c *Clerk) Receipt(r *dossier.Receipt, p text.Printer) (_ []byte, err error) {
	defer fault.Wrap(&err, "report.Receipt %d", r.ID)
	key := "report.receipt." + r.Kind
	written := c.written(r, p)
	pdf := New(string(p.Lang), p.T(key+".title")+" – "+r.Reference, r.At)
	pdf.H1(p.T(key + ".title"))
	pdf.P(written.Text)
	pdf.Pairs(written.Facts)
	if len(written.Answers) > 0 {
		pdf.H2(p.T("report.receipt.declared"))
		pdf.Pairs(written.Answers)
	}
	if len(written.Papers) > 0 {
		pdf.H2(p.T("report.receipt.papers"))
		pdf.Pairs(written.Papers)
	}
	pdf.P(written.End)
	if err := c.prove(pdf, p, r.At, written); err != nil {
		return nil, err
	}
	return pdf.Bytes()
}

// written is all that a receipt says; its hash is what is signed.
type written struct {
	Title, Text, End       string
	Facts, Answers, Papers [][2]string
}

func (c *Clerk) written(r *dossier.Receipt, p text.Printer) written {
	key, title := "report.receipt."+r.Kind, r.Title.In(p.Lang)
	w := written{
		Title: p.T(key + ".title"),
		Text:  p.T(key+".text", "controller", c.Controller.In(p.Lang), "service", title, "date", p.DateTimeAt(r.At)),
		End:   p.T(key + ".end"),
		Facts: [][2]string{{p.T("report.reference"), r.Reference}, {p.T("report.receipt.procedure"), title}},
	}
	if r.SubmittedAt != nil {
		w.Facts = append(w.Facts, [2]string{p.T("report.receipt.filed"), p.DateTimeAt(*r.SubmittedAt)})
	}
	if r.Kind != "submission" {
		w.Facts = append(w.Facts, [2]string{p.T(key + ".at"), p.DateTimeAt(r.At)})
	}
	if s := r.Def.Flow.State(r.To); s != nil {
		w.Facts = append(w.Facts, [2]string{p.T("report.receipt.state"), s.Label.In(p.Lang)})
	}
	if r.Kind == "cancellation" || r.Kind == "decision" {
		w.Answers = shown(r.Answers, p.Lang)
		return w // what was handed in stands on the receipts of the filings
	}
	w.Answers, w.Papers = shown(r.Answers, p.Lang), counted(r, p)
	return w
}

func shown(fields []*form.FieldState, lang text.Lang) (rows [][2]string) {
	for _, f := range fields {
		rows = append(rows, [2]string{f.Label.In(lang), f.Display(lang)})
	}
	return rows
}

// counted names each document that came, with its row where it stands in one.
func counted(r *dossier.Receipt, p text.Printer) (rows [][2]string) {
	for _, f := range r.Papers {
		rows = append(rows, [2]string{rowTitle(r.Journey, f, p.Lang) + f.Label.In(p.Lang), f.Display(p.Lang)})
	}
	return rows
}

// rowTitle is « Enfant 1 – » before what stands in a row of a group, "" for anything else.
func rowTitle(j *form.Journey, f *form.FieldState, lang text.Lang) string {
	for _, s := range j.Steps() {
		for _, set := range s.Fields {
			for _, row := range set.Rows {
				if strings.HasPrefix(f.Path+".", set.Path+"."+row.ID+".") {
					return row.Title.In(lang) + " – "
				}
			}
		}
	}
	return ""
}

// prove puts the code at the end, with the same address in letters for who has no telephone.
func (c *Clerk) prove(pdf *PDF, p text.Printer, at time.Time, w written) error {
	content, err := json.Marshal(w)
	if err != nil {
		return err
	}
	address := c.Address + VerifyPath + token(c.Signer, at, sha256.Sum256(content))
	pdf.H2(p.T("report.receipt.genuine"))
	pdf.P(p.T("report.receipt.scan"))
	pdf.Code(address, p.T("report.receipt.code"))
	pdf.Small(address)
	return nil
}
