package portal

import (
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/web"
)

// getPapers lists the supporting documents, so that people gather them before they start.
func (p *portal) getPapers(v *web.Visit) error {
	proc := p.Catalogue.Get(v.Param("procedure"))
	if proc == nil {
		return fault.New(fault.NotFound, "")
	}
	always, some := papers(proc)
	return v.Page(papersPage(v.Frame(v.P.T("portal.home.papers")), proc, always, some))
}

// papers are the documents of a procedure: those asked of everybody, and those that depend on the answers.
func papers(proc *procedure.Procedure) (always, some []*form.Field) {
	for _, s := range proc.Form.Steps {
		for _, f := range s.Fields {
			switch {
			case f.Kind != form.File:
			case s.When == "" && f.When == "" && f.Required == "true" && f.PerRow == "":
				always = append(always, f)
			default:
				some = append(some, f)
			}
		}
	}
	return always, some
}
