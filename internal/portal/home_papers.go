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
	return v.Page(papersPage(v.Frame(v.P.T("portal.home.papers")), proc, papersOf(proc)))
}

// papers are the documents of a procedure: those asked of everybody, those that depend on the answers, and those that nobody sends
// before an agent has asked for them (DS-019).
type papers struct{ always, some, onRequest []*form.Field }

func papersOf(proc *procedure.Procedure) (x papers) {
	for _, s := range proc.Form.Steps {
		for _, f := range s.Fields {
			switch {
			case f.Kind != form.File:
			case f.OnRequest:
				x.onRequest = append(x.onRequest, f)
			case s.When == "" && f.When == "" && f.Required == "true" && f.PerRow == "":
				x.always = append(x.always, f)
			default:
				x.some = append(x.some, f)
			}
		}
	}
	return x
}
