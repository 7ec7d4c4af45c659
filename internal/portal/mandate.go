package portal

import (
	"net/http"
	"slices"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// mandateView is a page about who acts for whom.
type mandateView struct {
	text     string
	notes    []string // what is out of the ordinary
	rows     []components.Row
	action   string // where the buttons lead
	confirm  bool
	end      string // what the button that ends it says; "" for none
	renew    string // until when it could go on, as the button says; "" for none
	stranger bool   // may say that they are somebody else
	take     bool
	renounce bool
	who      *components.Field // asks for the code that shows who it is; nil where it is shown, or cannot be
	send     bool              // a code can be asked for
	prove    []proofField      // asks who they are
	address  *components.Field // corrects where the applicant is told
	answers  string            // where the answers can be read
	summary  []components.Problem
}

const mandateSuffix = "/mandate"

// getMandate shows the signed in who acts on a dossier: to the applicant, with what they can do about it, or to who acts.
func (p *portal) getMandate(v *web.Visit) error {
	return p.showMandate(v, http.StatusOK, func(*mandateView) {})
}

func (p *portal) showMandate(v *web.Visit, status int, add func(*mandateView)) error {
	d, err := p.open(v)
	if fault.Of(err) == fault.NotFound {
		return p.showAsked(v, status, add)
	}
	if err != nil {
		return err
	}
	m, err := p.Office.MandateOf(v.R.Context(), v.Actor, d)
	if err != nil {
		return err
	}
	s := p.mandateOf(v, d, m)
	if err := p.nameFirm(v, s, m); err != nil {
		return err
	}
	add(s)
	pg := v.Frame(v.P.T("portal.mandate.title"))
	pg.Back, pg.Error, pg.LangURL = dossierPath(d), len(s.summary) > 0, langAt(v, s.action)
	if !access.Can(v.Actor, access.Own, d.Dossier, "") && d.StateKind == workflow.Draft {
		pg.Back = dossiersPath
	}
	return v.PageStatus(status, mandatePage(pg, s))
}

// nameFirm says whose members act too.
func (p *portal) nameFirm(v *web.Visit, s *mandateView, m dossier.Mandated) error {
	if m.FirmID == 0 || m.Holder == "" {
		return nil
	}
	names, err := p.Firms.Names(v.R.Context(), []int64{m.FirmID})
	if err == nil && names[m.FirmID] != "" {
		s.rows = slices.Insert(s.rows, 1, components.Row{Key: v.P.T("portal.mandate.firm"), Values: []string{names[m.FirmID]}})
	}
	return err
}

// showWhy shows who followed a mail, and may not read the dossier, why: who is asked at the applicant's address and has not shown yet
// that it is about them, and who lost a draft by a no from there. To everybody else there is nothing.
func (p *portal) showWhy(v *web.Visit, nothing error) error {
	err := p.showAsked(v, http.StatusForbidden, func(*mandateView) {})
	if fault.Of(err) == fault.NotFound {
		return nothing
	}
	return err
}

// showLost is the page to who lost a draft by a no from the address they gave: nothing of the draft, and how to get it back.
func (p *portal) showLost(v *web.Visit, status int, add func(*mandateView)) error {
	if err := p.Office.Lost(v.R.Context(), v.Actor, v.Param("dossier")); err != nil {
		return err
	}
	s := &mandateView{text: v.P.T("portal.mandate.lost"), action: "/dossier/" + v.Param("dossier") + mandateSuffix, address: addressField(v, "", "")}
	s.address.Hint = v.P.T("portal.mandate.lost_hint")
	add(s)
	pg := v.Frame(v.P.T("portal.mandate.title"))
	pg.Back, pg.Error, pg.LangURL = dossiersPath, len(s.summary) > 0, langAt(v, s.action)
	return v.PageStatus(status, mandatePage(pg, s))
}

// mandateOf is the page to who may read the dossier.
func (p *portal) mandateOf(v *web.Visit, d *dossier.Dossier, m dossier.Mandated) *mandateView {
	s := &mandateView{rows: p.mandateRows(v, d, m), action: dossierPath(d) + mandateSuffix, answers: dossierPath(d) + "/check"}
	live := d.Mandate.Live(v.Now)
	if v.Actor.UnderMandate(d.Dossier) {
		s.text, s.renounce = v.P.T("portal.mandate.yours"), live
		if m.SameAddress {
			s.text = v.P.T("portal.mandate.yours_same")
		}
		if m.Wrong {
			s.notes = append(s.notes, v.P.T("portal.mandate.wrong_yours"))
		}
		if m.Near {
			s.notes = append(s.notes, v.P.T("portal.mandate.near_yours", "date", v.P.DateAt(m.Ends)))
		}
		if p.Office.MayReaddress(v.Actor, d) {
			s.address = addressField(v, "", "")
		}
		return s
	}
	s.text = v.P.T("portal.mandate.theirs")
	s.confirm = live && m.State == access.Proposed && !m.SameAddress
	s.end, s.take = endWord(v, m, live), !m.Taken
	s.renew = p.renewWord(v, d, m, live)
	if !m.Taken && d.StateKind == workflow.Waiting {
		s.notes = append(s.notes, v.P.T("portal.mandate.asked_theirs"))
	}
	return s
}

// renewWord says until when who acts could go on, where the applicant can let them.
func (p *portal) renewWord(v *web.Visit, d *dossier.Dossier, m dossier.Mandated, live bool) string {
	rules := p.Office.MandateRules(d)
	ended := !live && m.EndedBy != "agent" && m.EndedBy != "holder" // who has stopped of their own will is not made to go on
	if rules == nil || rules.Of(m.Kind) == nil || m.HolderID == 0 || d.StateKind == workflow.Closed || m.State == access.Proposed || !m.Near && !ended || m.SameAddress {
		return ""
	}
	until := v.P.DateAt(workflow.Add(v.Now, rules.Of(m.Kind).Longer))
	if live {
		return v.P.T("portal.mandate.renew", "date", until)
	}
	return v.P.T("portal.mandate.again", "date", until)
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
	return p.afterMandate(v, id)
}

// afterMandate goes back to who acts, unless what ended was the way in.
func (p *portal) afterMandate(v *web.Visit, id string) error {
	_, err := p.Office.Open(v.R.Context(), v.Actor, id)
	if fault.Of(err) == fault.NotFound {
		if _, err = p.Office.AskedOf(v.R.Context(), v.Actor, id); fault.Of(err) == fault.NotFound {
			return v.Redirect(dossiersPath)
		}
	}
	return v.Redirect("/dossier/" + id + mandateSuffix)
}

// postMandateAddress corrects where the applicant is told.
func (p *portal) postMandateAddress(v *web.Visit) error {
	posted, err := v.OneEach("address")
	if err != nil {
		return err
	}
	err = p.Office.Readdress(v.R.Context(), v.Actor, v.Param("dossier"), posted["address"])
	if key := fault.Key(err); key == "mandate.address" || key == "mandate.same" || key == "mandate.said_no" {
		return p.showMandate(v, http.StatusUnprocessableEntity, func(s *mandateView) {
			s.address, s.summary = addressField(v, posted["address"], v.P.T(key)), []components.Problem{{ID: "address", Text: v.P.T(key)}}
		})
	}
	if err != nil {
		return err
	}
	v.Flash("portal.mandate.moved")
	return v.Redirect("/dossier/" + v.Param("dossier") + mandateSuffix)
}

func addressField(v *web.Visit, value, wrong string) *components.Field {
	return &components.Field{
		ID: "address", Name: "address", Label: v.P.T("portal.mandate.new_address"), Hint: v.P.T("portal.mandate.new_address_hint"), Type: "email", Value: value, Error: wrong,
	}
}

// mandateRows say who acts, in which capacity, with which right, from when until when, and where that stands.
func (p *portal) mandateRows(v *web.Visit, d *dossier.Dossier, m dossier.Mandated) []components.Row {
	var out []components.Row
	add := func(key string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			out = append(out, components.Row{Key: v.P.T(key), Values: values})
		}
	}
	add("portal.mandate.holder", m.Holder)
	if d != nil && p.Office.MandateRules(d) != nil {
		if f := d.Def.Form.Field(p.Office.MandateRules(d).Kind); f != nil {
			for _, o := range f.Options {
				if o.ID == m.Kind {
					add("portal.mandate.kind", o.Label.In(v.P.Lang))
				}
			}
		}
	}
	add("portal.mandate.told_at", m.Address)
	add("portal.mandate.scope", scopeWords(v, m)...)
	add("portal.mandate.from", v.P.DateAt(m.Starts))
	add("portal.mandate.until", v.P.DateAt(m.Ends))
	state := v.P.T("portal.mandate.state_" + string(m.State))
	if m.Wrong && m.State == access.Proposed {
		state = v.P.T("portal.mandate.state_wrong")
	}
	add("portal.mandate.state", state)
	return out
}

// scopeWords tell what a mandate covers, which holds until the applicant says no.
func scopeWords(v *web.Visit, m dossier.Mandated) []string {
	var out []string
	for _, s := range []string{access.MayFill, access.MaySubmit, access.MayReceive, access.MayWithdraw} {
		if slices.Contains(m.Scope, s) {
			out = append(out, v.P.T("portal.mandate.may_"+s))
		}
	}
	return out
}

// acting leads to the page that says who acts for whom; an empty label where nobody does.
func acting(v *web.Visit, d *dossier.Dossier) components.Link {
	switch {
	case d.Mandate.ID == 0:
		return components.Link{}
	case !v.Actor.UnderMandate(d.Dossier):
		return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_theirs")}
	case d.Mandate.Wrong:
		return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_wrong")}
	case d.Mandate.State == access.Proposed:
		return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_proposed")}
	}
	return components.Link{Href: dossierPath(d) + mandateSuffix, Label: v.P.T("portal.mandate.link_yours")}
}
