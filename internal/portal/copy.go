package portal

import (
	"net/http"
	"slices"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

func copyPath(d *dossier.Dossier, x *workflow.Copy) string {
	return dossierPath(d) + "/another/" + x.ID
}

// copyLinks are the ways to begin another dossier from one that was sent.
func (p *portal) copyLinks(v *web.Visit, d *dossier.Dossier) (out []components.Link) {
	for _, x := range p.Office.Copies(v.Actor, d) {
		out = append(out, components.Link{Href: copyPath(d, x), Label: x.Label.In(v.P.Lang)})
	}
	return out
}

// copyEntrance is the entry of a procedure for somebody else of the household: the same boxes, ticked anew.
func (p *portal) copyEntrance(v *web.Visit) (*startView, *dossier.Dossier, error) {
	d, err := p.open(v)
	if err != nil {
		return nil, nil, err
	}
	ways := p.Office.Copies(v.Actor, d)
	i := slices.IndexFunc(ways, func(x *workflow.Copy) bool { return x.ID == v.Param("copy") })
	if i < 0 {
		return nil, nil, fault.New(fault.NotFound, "")
	}
	return &startView{p: p, proc: p.newest(d), to: copyPath(d, ways[i]), title: ways[i].Label.In(v.P.Lang), help: ways[i].Help.In(v.P.Lang)}, d, nil
}

func (p *portal) getCopy(v *web.Visit) error {
	s, d, err := p.copyEntrance(v)
	if err != nil {
		return err
	}
	pg := v.Frame(s.title)
	pg.Back = dossierPath(d)
	return v.Page(startPage(pg, s))
}

func (p *portal) postCopy(v *web.Visit) error {
	s, d, err := p.copyEntrance(v)
	if err != nil {
		return err
	}
	accepted, err := s.bind(v)
	if err != nil {
		return err
	}
	if s.miss(v); len(s.summary) > 0 || s.turned {
		pg := v.Frame(s.title)
		pg.Back, pg.Error, pg.LangForm, s.other = dossierPath(d), len(s.summary) > 0, otherLanguage, langAt(v, s.to)
		return v.PageStatus(http.StatusUnprocessableEntity, startPage(pg, s))
	}
	id, err := p.Office.StartCopy(v.R.Context(), v.Actor, d.PublicID, v.Param("copy"), accepted, v.P.Lang)
	if err != nil {
		return err
	}
	return v.Redirect("/dossier/" + id)
}
