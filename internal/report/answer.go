package report

import (
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/text"
)

// Answer prints what is handed to a person about their data, in words (DS-068 to DS-072).
func (c *Clerk) Answer(h *dossier.Handed, p text.Printer) (_ []byte, err error) {
	defer fault.Wrap(&err, "report.Answer")
	pdf := New(string(p.Lang), p.T("answer.title")+" – "+h.Reference, h.Made)
	pdf.P(c.Controller.In(p.Lang))
	pdf.P(p.DateAt(h.Made))
	pdf.H1(p.T("answer.title") + " – " + h.Reference)
	confirms := "answer.processed_no"
	if h.Processed {
		confirms = "answer.processed"
	}
	pdf.P(p.T(confirms))
	for _, part := range h.Parts {
		answerPart(pdf, part, p)
	}
	if len(h.Others) > 0 {
		pdf.H2(p.T("answer.elsewhere"))
	}
	for _, x := range h.Others {
		found := p.T("inquiry.outcome_nothing")
		switch {
		case !x.Answered:
			found = p.T("answer.not_answered")
		case x.Found:
			found = p.T("inquiry.outcome_found")
		}
		pdf.Pairs([][2]string{{x.Processing, strings.TrimSpace(found + "\n" + x.Words + "\n" + strings.Join(x.Files, "\n"))}})
	}
	if h.Health > 0 {
		pdf.H2(p.T("answer.health_title"))
		pdf.P(p.T("answer.health")) // DS-071
	}
	return pdf.Bytes()
}

func answerPart(pdf *PDF, part dossier.HandedPart, p text.Printer) {
	pdf.H2(part.Procedure)
	automated := part.Automated
	if automated == "" {
		automated = p.T("answer.automated_none")
	}
	pdf.Pairs([][2]string{
		{p.T("answer.purpose"), part.Purpose},
		{p.T("answer.categories"), strings.Join(part.Categories, "\n")},
		{p.T("answer.recipients"), strings.Join(part.Recipients, "\n")},
		{p.T("answer.automated"), automated},
	})
	for _, d := range part.Dossiers {
		pdf.P(p.T("answer.dossier", "reference", d.Reference, "state", d.State, "since", p.DateAt(d.Since)))
		pdf.Pairs(pairsOf(d.Answers))
		if len(d.Documents) > 0 {
			pdf.P(p.T("answer.documents"))
			pdf.Pairs(pairsOf(d.Documents))
		}
		if len(d.Messages) > 0 {
			pdf.P(p.T("answer.messages"))
			pdf.Pairs(pairsOf(d.Messages))
		}
	}
}

func pairsOf(lines []dossier.HandedLine) [][2]string {
	out := make([][2]string, len(lines))
	for i, l := range lines {
		out[i] = [2]string{l.Label, strings.TrimSpace(l.Value)}
	}
	return out
}
