package portal

import (
	"net/http"
	"slices"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// mandateView is a page about who acts for whom.
type mandateView struct {
	text     string
	rows     []components.Row
	action   string // where the buttons lead
	confirm  bool
	end      string // what the button that ends it says; "" for none
	take     bool
	renounce bool
	who      *components.Field // asks for the code that shows who it is; nil where it is shown, or cannot be
	send     bool              // a code can be asked for
	answers  string            // where the answers can be read
	summary  []components.Problem
}

const mandateSuffix = "/mandate"

// getMandate shows the signed in who acts on a dossier: to the applicant, with what they can do about it, or to who acts.
func (p *portal) getMandate(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	m, err := p.Office.MandateOf(v.R.Context(), v.Actor, d)
	if err != nil {
		return err
	}
	s := &mandateView{rows: mandateRows(v, d, m), action: dossierPath(d) + mandateSuffix, answers: dossierPath(d) + "/check"}
	live := d.Mandate.Live(v.Now)
	if v.Actor.UnderMandate(d.Dossier) {
		s.text, s.renounce = v.P.T("portal.mandate.yours"), live
	} else {
		s.text = v.P.T("portal.mandate.theirs")
		s.confirm = live && m.State == access.Proposed && !m.SameAddress
		s.end = endWord(v, m, live)
		s.take = !m.Taken
	}
	pg := v.Frame(v.P.T("portal.mandate.title"))
	pg.Back = dossierPath(d)
	if !access.Can(v.Actor, access.Own, d.Dossier, "") && d.StateKind == "draft" {
		pg.Back = dossiersPath
	}
	return v.Page(mandatePage(pg, s))
}

func endWord(v *web.Visit, m dossier.Mandated, live bool) string {
	switch {
	case !live:
		return ""
	case m.State == access.Proposed:
		return v.P.T("portal.mandate.deny")
	}
	return v.P.T("portal.mandate.revoke")
}

// postMandate does one of them.
func (p *portal) postMandate(v *web.Visit) error {
	do, err := v.Posted("do")
	if err != nil {
		return err
	}
	id := v.Param("dossier")
	if do == "renounce" {
		err = p.Office.Renounce(v.R.Context(), v.Actor, id)
	} else {
		err = p.Office.ByPrincipal(v.R.Context(), v.Actor, id, dossier.Entrusted(do))
	}
	if err != nil {
		return err
	}
	v.Flash("portal.mandate.done")
	if _, err := p.Office.Open(v.R.Context(), v.Actor, id); fault.Of(err) == fault.NotFound {
		return v.Redirect(dossiersPath) // what ended was the way in
	}
	return v.Redirect("/dossier/" + id + mandateSuffix)
}

// mandateRows say who acts, in which capacity, with which right, from when until when, and where that stands.
func mandateRows(v *web.Visit, d *dossier.Dossier, m dossier.Mandated) []components.Row {
	var out []components.Row
	add := func(key string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			out = append(out, components.Row{Key: v.P.T(key), Values: values})
		}
	}
	add("portal.mandate.holder", m.Holder)
	if d != nil && d.Def.Flow.Mandate != nil {
		if f := d.Def.Form.Field(d.Def.Flow.Mandate.Kind); f != nil {
			for _, o := range f.Options {
				if o.ID == m.Kind {
					add("portal.mandate.kind", o.Label.In(v.P.Lang))
				}
			}
		}
	}
	add("portal.mandate.scope", scopeWords(v, m)...)
	add("portal.mandate.from", v.P.DateAt(m.Starts))
	add("portal.mandate.until", v.P.DateAt(m.Ends))
	add("portal.mandate.state", v.P.T("portal.mandate.state_"+string(m.State)))
	return out
}

// scopeWords tell what a mandate covers; until somebody has said yes, only what is given at once.
func scopeWords(v *web.Visit, m dossier.Mandated) []string {
	var out []string
	for _, s := range []string{access.MayFill, access.MaySubmit, access.MayReceive, access.MayWithdraw} {
		if slices.Contains(m.Scope, s) {
			out = append(out, v.P.T("portal.mandate.may_"+s))
		}
	}
	return out
}

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
		text: v.P.T("portal.mandate.linked", "procedure", m.Procedure.In(v.P.Lang), "date", v.P.DateAt(m.Starts)), rows: mandateRows(v, nil, m.Mandated),
		action: dossier.MandatePath + v.Param("token"), confirm: m.State == access.Proposed,
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
	case dossier.Confirm, dossier.End:
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
	return p.sendLinked(v, http.StatusOK, p.linkedView(v, m))
}

func codeField(v *web.Visit, wrong string) *components.Field {
	return &components.Field{
		ID: "code", Name: "code", Label: v.P.T("portal.mandate.code"), Hint: v.P.T("portal.mandate.code_hint"), Error: wrong, Width: 10, Autocomplete: "one-time-code",
	}
}

// acting leads to the page that says who acts for whom; an empty label where nobody does.
func acting(v *web.Visit, d *dossier.Dossier) components.Link {
	switch {
	case d.Mandate.ID == 0:
		return components.Link{}
	case !v.Actor.UnderMandate(d.Dossier):
		return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_theirs")}
	case d.Mandate.State == access.Proposed:
		return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_proposed")}
	}
	return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_yours")}
}
