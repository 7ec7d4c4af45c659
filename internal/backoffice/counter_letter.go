package backoffice

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// getLetter prints a message to somebody who has no account, in their language, to be sent by post.
func (b *desk) getLetter(v *web.Visit) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(v.Param("letter"), 10, 64)
	i := slices.IndexFunc(f.Letters, func(m dossier.Message) bool { return m.ID == id })
	if err != nil || i < 0 || !f.MayPrint(v.Actor) {
		return fault.New(fault.NotFound, "")
	}
	p := v.P
	p.Lang = f.Lang
	body, err := b.Receipts.Letter(f, f.Letters[i], b.Office.Recipient(f.Dossier), p)
	if err != nil {
		return err
	}
	if err := b.Office.NotePrinted(v.R.Context(), v.Actor, f, f.Letters[i]); err != nil {
		return err
	}
	name := f.Reference + "-" + cmp.Or(f.Letters[i].Template, strconv.FormatInt(id, 10)) + ".pdf"
	return v.Send(web.File{Name: name, Kind: "application/pdf", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

// letterPath is where a letter is fetched to be printed, "" for who may not.
func letterPath(v *web.Visit, d *dossier.Dossier, m dossier.Message) string {
	if !d.MayPrint(v.Actor) {
		return ""
	}
	return dossierPath(d.PublicID) + "/letter/" + strconv.FormatInt(m.ID, 10) + ".pdf"
}

// letters are those to print, each with whether somebody has.
func (x *dossierView) letters(v *web.Visit) (out []components.Row) {
	printed := dossier.Printed(x.file.History)
	for _, m := range x.file.Letters {
		subject := orWords(m.Subject, v.P.T("counter.letter_free"))
		row := components.Row{Key: v.P.T("counter.letter", "subject", subject), Change: letterPath(v, x.d, m)}
		row.Values = []string{v.P.T("counter.to_print", "at", v.P.ShortDateTimeAt(m.At))}
		if e, done := printed[m.ID]; done {
			row.Values = []string{v.P.T("counter.printed", "at", v.P.ShortDateTimeAt(m.At), "day", v.P.ShortDateTimeAt(e.At))}
		}
		out = append(out, row)
	}
	return out
}

// paperwork is what a dossier's page tells of paper: the receipts, what is being made, and of one that came at the counter where
// its original is, the letters to print and where to enter what was brought.
func (b *desk) paperwork(v *web.Visit, x *dossierView) error {
	f := x.file
	at := dossierPath(f.PublicID)
	if x.reading.sight.category("generated") {
		x.made = append(x.made, b.pending(v, f)...)
	}
	for _, p := range b.Office.ProofsIn(f.Dossier, f.History) {
		x.made = append(x.made, components.Row{
			Key: v.P.T("report.receipt." + p.Kind + ".title"), Values: []string{v.P.ShortDateTimeAt(p.At)}, Change: at + "/receipt/" + strconv.Itoa(p.Line) + ".pdf",
		})
	}
	paper, err := b.Office.PaperFiling(v.R.Context(), f.Dossier)
	if err != nil || paper == nil {
		return err
	}
	add := func(key, value string) {
		x.facts = append(x.facts, components.Row{Key: v.P.T(key), Values: []string{value}})
	}
	add("counter.channel", v.P.T("counter.by."+f.Channel))
	add("counter.signed", v.P.Date(paper.SignedOn))
	add("counter.original", paper.Original)
	if !f.MayPrint(v.Actor) {
		return nil
	}
	x.made = append(x.made, x.letters(v)...)
	if f.StateKind == workflow.Waiting {
		x.acts = append(x.acts, act{id: "counter", label: v.P.T("counter.enter"), path: at + "/counter", kind: "secondary"})
	}
	return nil
}

// pending are the documents that a move has asked for and that are still being made.
func (b *desk) pending(v *web.Visit, f *dossier.File) []components.Row {
	var out []components.Row
	for _, e := range f.History {
		m := f.Def.Flow.Move(e.Act)
		if m == nil {
			continue
		}
		for _, do := range m.Do {
			doc := f.Def.Flow.Document(do.Document)
			if doc == nil || slices.ContainsFunc(f.Generated, func(g dossier.Made) bool { return g.Template == do.Document && !g.At.Before(e.At) }) {
				continue
			}
			out = append(out, components.Row{Key: doc.Title.In(v.P.Lang), Values: []string{v.P.T("counter.making")}})
		}
	}
	return out
}
