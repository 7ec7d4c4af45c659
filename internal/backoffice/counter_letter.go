package backoffice

import (
	"bytes"
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
	i := slices.IndexFunc(f.Letters, func(m dossier.Message) bool { return m.ID == id && m.Template != "" })
	if err != nil || i < 0 || !f.AtCounter() || !sightOf(v.Actor, f.Dossier).whole() {
		return fault.New(fault.NotFound, "")
	}
	p := v.P
	p.Lang = f.Lang
	body, err := b.Receipts.Letter(f, f.Letters[i], b.Office.Recipient(f.Dossier), p)
	if err != nil {
		return err
	}
	name := f.Reference + "-" + f.Letters[i].Template + ".pdf"
	return v.Send(web.File{Name: name, Kind: "application/pdf", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

// whole tells whether nothing that the person has given is hidden from the agent.
func (s sight) whole() bool {
	for _, c := range s.form.Categories {
		if c.ID != "internal" && !s.category(c.ID) {
			return false
		}
	}
	return true
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
	if !f.AtCounter() || !x.reading.sight.whole() {
		return nil
	}
	for _, m := range f.Letters {
		if m.Template != "" {
			x.made = append(x.made, components.Row{
				Key: v.P.T("counter.letter", "subject", m.Subject), Values: []string{v.P.ShortDateTimeAt(m.At)}, Change: at + "/letter/" + strconv.FormatInt(m.ID, 10) + ".pdf",
			})
		}
	}
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
