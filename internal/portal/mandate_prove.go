package portal

import (
	"net/http"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/web/components"
)

// proofField is a question by which somebody shows that the dossier is about them.
type proofField struct {
	components.Field
	date bool
}

// showAsked is the page to the account of the applicant's address, which may be a stranger's: that somebody says to act for them, what
// they can say to it, and how they show that the dossier is about them.
func (p *portal) showAsked(v *web.Visit, status int, add func(*mandateView)) error {
	m, err := p.Office.AskedOf(v.R.Context(), v.Actor, v.Param("dossier"))
	if fault.Of(err) == fault.NotFound {
		return p.showLost(v, status, add)
	}
	if err != nil {
		return err
	}
	s := &mandateView{
		text: v.P.T("portal.mandate.asked", "procedure", m.Procedure.In(v.P.Lang), "date", v.P.DateAt(m.Starts)), rows: p.mandateRows(v, nil, m.Mandated),
		action: "/dossier/" + v.Param("dossier") + mandateSuffix, confirm: m.Live && m.State == access.Proposed && !m.SameAddress, end: endWord(v, m.Mandated, m.Live), stranger: true,
	}
	for _, f := range m.Proves {
		x := proofField{components.Field{ID: f.ID, Name: f.ID, Label: f.Label.In(v.P.Lang), Hint: f.Hint.In(v.P.Lang)}, f.Kind == form.Date}
		if !x.date {
			x.Autocomplete = "off"
		}
		s.prove = append(s.prove, x)
	}
	if err := p.nameFirm(v, s, m.Mandated); err != nil {
		return err
	}
	add(s)
	pg := v.Frame(v.P.T("portal.mandate.link_title"))
	pg.Back, pg.Error, pg.LangURL = dossiersPath, len(s.summary) > 0, langAt(v, s.action)
	return v.PageStatus(status, mandatePage(pg, s))
}

// postProve compares what was typed with the dossier's own answers.
func (p *portal) postProve(v *web.Visit) error {
	m, err := p.Office.AskedOf(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	typed, dates, err := bindProof(v, m)
	if err != nil {
		return err
	}
	err = p.Office.Prove(v.R.Context(), v.Actor, v.Param("dossier"), typed)
	switch key := fault.Key(err); {
	case (key == "mandate.unproven" || key == "mandate.early") && len(m.Proves) > 0:
		return p.showAsked(v, http.StatusUnprocessableEntity, func(s *mandateView) {
			for i, f := range s.prove {
				s.prove[i].Date = dates[f.ID]
				if len(typed[f.ID]) == 1 {
					s.prove[i].Value = typed[f.ID][0]
				}
			}
			s.prove[0].Error, s.summary = v.P.T(key), []components.Problem{{ID: s.prove[0].ID, Text: v.P.T(key)}}
		})
	case err != nil:
		return err
	}
	v.Flash("portal.mandate.known")
	return v.Redirect("/dossier/" + v.Param("dossier") + mandateSuffix)
}

// bindProof reads what was typed, by question.
func bindProof(v *web.Visit, m dossier.Asked) (form.Raw, map[string][3]string, error) {
	var names []string
	for _, f := range m.Proves {
		if f.Kind == form.Date {
			names = append(names, f.ID+".day", f.ID+".month", f.ID+".year")
		} else {
			names = append(names, f.ID)
		}
	}
	posted, err := v.OneEach(names...)
	if err != nil {
		return nil, nil, err
	}
	typed, dates := form.Raw{}, map[string][3]string{}
	for _, f := range m.Proves {
		if f.Kind != form.Date {
			typed[f.ID] = []string{posted[f.ID]}
			continue
		}
		dates[f.ID] = [3]string{posted[f.ID+".day"], posted[f.ID+".month"], posted[f.ID+".year"]}
		d := dates[f.ID]
		typed[f.ID] = d[:]
	}
	return typed, dates, nil
}
