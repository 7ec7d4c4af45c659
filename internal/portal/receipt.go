package portal

import (
	"bytes"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/report"
	"guichet/internal/web"
)

// getReceipt is the proof of a filing: its reference, its date, and what its workflow restates of the answers, so that it
// protects the person's rights while the answer is awaited.
func (p *portal) getReceipt(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	if d.Reference == "" || d.SubmittedAt == nil {
		return fault.New(fault.NotFound, "")
	}
	pdf, err := p.receipt(v, d)
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: d.Reference + ".pdf", Kind: "application/pdf", Size: int64(len(pdf)), Body: bytes.NewReader(pdf)})
}

func (p *portal) receipt(v *web.Visit, d *dossier.Dossier) ([]byte, error) {
	title := p.newest(d).Title.In(v.P.Lang)
	doc := report.New(string(v.P.Lang), v.P.T("portal.receipt.title")+" – "+d.Reference, v.Now)
	doc.H1(v.P.T("portal.receipt.title"))
	doc.P(v.P.T("portal.receipt.text", "controller", p.Controller.In(v.P.Lang), "service", title, "date", v.P.DateTimeAt(*d.SubmittedAt)))
	doc.Pairs([][2]string{
		{v.P.T("portal.state.reference"), d.Reference},
		{v.P.T("portal.receipt.procedure"), title},
		{v.P.T("portal.state.filed"), v.P.DateTimeAt(*d.SubmittedAt)},
		{v.P.T("portal.receipt.state"), d.Def.Flow.State(d.State).Label.In(v.P.Lang)},
		{v.P.T("portal.receipt.made"), v.P.DateTimeAt(v.Now)},
	})
	answers, documents := p.restated(v, d)
	if len(answers) > 0 {
		doc.H2(v.P.T("portal.receipt.declared"))
		doc.Pairs(answers)
	}
	if len(documents) > 0 {
		doc.H2(v.P.T("portal.state.documents"))
		doc.Pairs(documents)
	}
	doc.P(v.P.T("portal.receipt.no_decision"))
	return doc.Bytes()
}

// restated are the answers that the workflow puts on a receipt, as filed, and how many files came for each document.
func (p *portal) restated(v *web.Visit, d *dossier.Dossier) (answers, documents [][2]string) {
	j := d.Journey(nil, v.Now)
	for _, id := range p.newest(d).Flow.Receipt {
		if f := j.Field(id); f != nil && f.Answered() {
			answers = append(answers, [2]string{f.Label.In(v.P.Lang), f.Display(v.P.Lang)})
		}
	}
	for _, f := range j.Documents() {
		if f.Value != nil {
			documents = append(documents, [2]string{itemTitle(v, d, j, f.Path), f.Display(v.P.Lang)})
		}
	}
	return answers, documents
}
