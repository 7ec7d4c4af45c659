package portal

import (
	"bytes"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/report"
	"guichet/internal/text"
	"guichet/internal/web"
)

// blankPath is where the form of a procedure is printed from.
func blankPath(proc *procedure.Procedure) string { return startPath(proc) + "/form.pdf" }

// getBlank is the form to be filled in by hand, in the language of the page, drawn from the definition in force (RP-024).
func (p *portal) getBlank(v *web.Visit) error {
	proc := p.Catalogue.Get(v.Param("procedure"))
	if proc == nil {
		return fault.New(fault.NotFound, "")
	}
	pdf, err := report.Blank(proc, v.P, func(w text.Words, l text.Lang) string { return p.told(proc, w, l) })
	if err != nil {
		return err
	}
	name := proc.Flow.Prefix + "-" + string(v.P.Lang) + ".pdf"
	return v.Send(web.File{Name: name, Kind: "application/pdf", Size: int64(len(pdf)), Body: bytes.NewReader(pdf)})
}
