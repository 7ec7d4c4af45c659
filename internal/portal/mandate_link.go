package portal

import (
	"net/http"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// getLinked shows what the link in the applicant's mail is about. It changes nothing: mail scanners fetch it too.
func (p *portal) getLinked(v *web.Visit) error {
	return p.showLinked(v, http.StatusOK, func(*mandateView) {})
}

func (p *portal) showLinked(v *web.Visit, status int, add func(*mandateView)) error {
	m, err := p.Office.LinkedMandate(v.R.Context(), v.Param("token"))
	if err != nil {
		return p.noLink(v, err)
	}
	s := p.linkedView(v, m)
	s.send = true
	add(s)
	return p.sendLinked(v, status, s)
}

func (p *portal) linkedView(v *web.Visit, m dossier.ByLink) *mandateView {
	s := &mandateView{
		text: v.P.T("portal.mandate.linked", "procedure", m.Procedure.In(v.P.Lang), "date", v.P.DateAt(m.Starts)), rows: p.mandateRows(v, nil, m.Mandated),
		action: dossier.MandatePath + v.Param("token"), confirm: m.State == access.Proposed, stranger: !m.Known,
	}
	if m.Near && m.State != access.Proposed {
		s.renew = v.P.T("portal.mandate.renew_link")
	}
	s.end = endWord(v, m.Mandated, true)
	return s
}

func (p *portal) sendLinked(v *web.Visit, status int, s *mandateView) error {
	v.W.Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	pg := v.Frame(v.P.T("portal.mandate.link_title"))
	pg.LangURL, pg.Error = langAt(v, dossier.MandatePath+v.Param("token")), len(s.summary) > 0
	return v.PageStatus(status, mandatePage(pg, s))
}

// noLink says that a link was used, replaced or is too old; which of them is nobody's business.
func (p *portal) noLink(v *web.Visit, err error) error {
	if fault.Of(err) != fault.NotFound {
		return err
	}
	return v.PageStatus(http.StatusNotFound, mandateAnswered(v.Frame(v.P.T("portal.mandate.no_link")), v.P.T("portal.mandate.no_link_text")))
}

// postLinked says yes or no: one click, which uses the link up.
func (p *portal) postLinked(v *web.Visit) error {
	do, err := v.Posted("do")
	if err != nil {
		return err
	}
	if do == string(dossier.TakeOver) {
		return fault.New(fault.Invalid, "error.form") // for an account alone
	}
	if err := p.Office.ByLinkAnswer(v.R.Context(), v.Param("token"), dossier.Entrusted(do)); err != nil {
		return p.noLink(v, err)
	}
	return v.Redirect("/mandate/answered/" + do)
}

// getAnswered confirms what was said by a link.
func (p *portal) getAnswered(v *web.Visit) error {
	switch do := v.Param("do"); dossier.Entrusted(do) {
	case dossier.Confirm, dossier.End, dossier.NotMine, dossier.Renew:
		return v.Page(mandateAnswered(v.Frame(v.P.T("portal.mandate.answered_"+do)), v.P.T("portal.mandate.answered_"+do+"_text")))
	}
	return fault.New(fault.NotFound, "")
}

// postWhoCode sends a code to the address the link went to.
func (p *portal) postWhoCode(v *web.Visit) error {
	if err := p.Office.SendMandateCode(v.R.Context(), v.Param("token")); err != nil {
		return p.noLink(v, err)
	}
	return p.showLinked(v, http.StatusOK, func(s *mandateView) { s.who, s.send = codeField(v, ""), false })
}

// postWho shows who acts, to whoever has the code; the link stays good.
func (p *portal) postWho(v *web.Visit) error {
	code, err := v.Posted("code")
	if err != nil {
		return err
	}
	m, err := p.Office.SeeMandate(v.R.Context(), v.Param("token"), code)
	if fault.Key(err) == "mandate.code" {
		return p.showLinked(v, http.StatusUnprocessableEntity, func(s *mandateView) {
			wrong := v.P.T("portal.mandate.wrong_code")
			s.who, s.summary = codeField(v, wrong), []components.Problem{{ID: "code", Text: wrong}}
		})
	}
	if err != nil {
		return p.noLink(v, err)
	}
	s := p.linkedView(v, m)
	if err := p.nameFirm(v, s, m.Mandated); err != nil {
		return err
	}
	return p.sendLinked(v, http.StatusOK, s)
}

func codeField(v *web.Visit, wrong string) *components.Field {
	return &components.Field{
		ID: "code", Name: "code", Label: v.P.T("portal.mandate.code"), Hint: v.P.T("portal.mandate.code_hint"), Error: wrong, Width: 10, Autocomplete: "one-time-code",
	}
}
