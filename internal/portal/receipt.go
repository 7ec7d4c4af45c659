package portal

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/report"
	"guichet/internal/web"
	"guichet/web/components"
)

// getReceipt is the proof of the filing: its reference, its date, and what its workflow restates of the answers, so that it
// protects the person's rights while the answer is awaited.
func (p *portal) getReceipt(v *web.Visit) error { return sendReceipt(v, p.Office, p.Receipts, 0) }

// getProof is the receipt of any act that has one, by its line in the journal.
func (p *portal) getProof(v *web.Visit) error {
	line, err := strconv.Atoi(v.Param("line"))
	if err != nil || line < 1 {
		return fault.New(fault.NotFound, "")
	}
	return sendReceipt(v, p.Office, p.Receipts, line)
}

func sendReceipt(v *web.Visit, o *dossier.Office, clerk *report.Clerk, line int) error {
	r, err := o.Receipt(v.R.Context(), v.Actor, v.Param("dossier"), line)
	if err != nil {
		return err
	}
	pdf, err := clerk.Receipt(r, v.P)
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: receiptName(r), Kind: "application/pdf", Size: int64(len(pdf)), Body: bytes.NewReader(pdf)})
}

// receiptName is the reference, and for what came after the filing the kind and the day.
func receiptName(r *dossier.Receipt) string {
	if r.Kind == "submission" {
		return r.Reference + ".pdf"
	}
	return strings.Join([]string{r.Reference, r.Kind, r.At.Format("2006-01-02")}, "-") + ".pdf"
}

// receipts are the links to the proofs of a dossier, in order: the filing first, at an address of its own.
func (p *portal) receipts(ctx context.Context, v *web.Visit, d *dossier.Dossier) ([]components.Link, error) {
	proofs, err := p.Office.Proofs(ctx, d)
	if err != nil {
		return nil, err
	}
	var out []components.Link
	for i, x := range proofs {
		href := dossierPath(d) + "/receipt/" + strconv.Itoa(x.Line) + ".pdf"
		if i == 0 && x.Kind == "submission" {
			href = dossierPath(d) + "/receipt.pdf"
		}
		label := v.P.T("portal.state.receipt", "what", v.P.T("report.receipt."+x.Kind+".title"), "date", v.P.DateAt(x.At))
		out = append(out, components.Link{Href: href, Label: label})
	}
	return out, nil
}
