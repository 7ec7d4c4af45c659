package backoffice

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

// mandateView says who acts for the applicant, with what proves it and what the agent can say of it.
type mandateView struct {
	shown   bool
	rows    []components.Row
	ended   bool
	notes   []string
	verify  string // address to verify it; "" when there is nothing to verify
	renews  bool   // verifying makes it last its whole time again
	seen    string // the document that is read
	refuse  string
	reason  components.Field
	move    string // address to correct where the applicant is told; "" when it cannot be
	address components.Field
}

// mandateOf is shown to who may see how the applicant and the declarant are named.
func (b *desk) mandateOf(v *web.Visit, f *dossier.File, s sight) (mandateView, error) {
	rules := b.Office.MandateRules(f.Dossier)
	if f.Mandate.ID == 0 && rules != nil && s.field(rules.Kind) {
		return lapsedMandate(v, f), nil
	}
	if f.Mandate.ID == 0 || rules == nil || !s.field(rules.Kind) || slices.ContainsFunc(rules.Names, func(id string) bool { return !s.field(id) }) {
		return mandateView{}, nil
	}
	m, err := b.Office.MandateOf(v.R.Context(), v.Actor, f.Dossier)
	if err != nil {
		return mandateView{}, err
	}
	if !s.field(rules.Principal.Email) {
		m.Address = "" // it is an answer, hidden like one
	}
	x := mandateView{shown: true, rows: b.mandateRows(v, f, m), ended: !f.Mandate.Live(v.Now), seen: m.Proof}
	x.notes = mandateNotes(v, f, m, x.ended)
	if b.Office.MayReaddress(v.Actor, f.Dossier) && f.StateKind != workflow.Closed { // also once it was ended from an address that is not theirs
		x.move = dossierPath(f.PublicID) + "/mandate/address"
		x.address = components.Field{ID: "mandate-address", Name: "address", Label: v.P.T("desk.mandate.new_address"), Hint: v.P.T("desk.mandate.new_address_hint"), Type: "email"}
	}
	renewable := m.Near && f.StateKind != workflow.Closed
	if x.ended && !(renewable && m.State == access.Expired) || !access.Can(v.Actor, access.Process, f.Dossier.Dossier, "") {
		return x, nil
	}
	at := dossierPath(f.PublicID) + "/mandate"
	if m.State != access.Verified || renewable {
		x.renews = renewable
		x.verify = at + "/verify" // of a closed dossier too: until somebody has said yes, who acts cannot read the answer
	}
	if f.StateKind == workflow.Closed {
		return x, nil
	}
	if x.ended {
		return x, nil
	}
	x.refuse = at + "/refuse"
	x.reason = components.Field{ID: "mandate-reason", Name: "reason", Label: v.P.T("desk.mandate.reason"), Hint: v.P.T("desk.mandate.reason_hint"), Rows: 3, MaxLength: 1000}
	return x, nil
}

// lapsedMandate tells of somebody who first said that they acted for another, and then sent the dossier as their own.
func lapsedMandate(v *web.Visit, f *dossier.File) (x mandateView) {
	for _, e := range f.History {
		if e.Act == dossier.MandateLapsed {
			x = mandateView{shown: true, notes: []string{v.P.T("desk.mandate.lapsed", "date", v.P.DateAt(e.At))}}
		}
	}
	return x
}

// mandateNotes say what is out of the ordinary.
func mandateNotes(v *web.Visit, f *dossier.File, m dossier.Mandated, ended bool) []string {
	var out []string
	if m.Wrong {
		out = append(out, v.P.T("desk.mandate.wrong"))
	}
	if ended && !m.Known && !m.Taken && !m.SameAddress {
		out = append(out, v.P.T("desk.mandate.nobody"))
	}
	if m.SameAddress && m.State == access.Proposed {
		out = append(out, v.P.T("desk.mandate.same_verify"))
	}
	if m.Others > 0 {
		out = append(out, v.P.N("desk.mandate.others", m.Others, "date", v.P.DateAt(m.OthersUntil)))
	}
	return out
}

func (b *desk) mandateRows(v *web.Visit, f *dossier.File, m dossier.Mandated) []components.Row {
	var out []components.Row
	add := func(key string, values ...string) {
		if len(values) > 0 && values[0] != "" {
			out = append(out, components.Row{Key: v.P.T(key), Values: values})
		}
	}
	add("desk.mandate.state", v.P.T("desk.mandate.state_"+string(m.State)))
	add("desk.mandate.holder", m.Holder)
	if q := f.Def.Form.Field(b.Office.MandateRules(f.Dossier).Kind); q != nil {
		for _, o := range q.Options {
			if o.ID == m.Kind {
				add("desk.mandate.kind", o.Label.In(v.P.Lang))
			}
		}
	}
	var scope []string
	for _, s := range m.Scope {
		scope = append(scope, v.P.T("desk.mandate.may_"+s))
	}
	add("desk.mandate.scope", scope...)
	add("desk.mandate.dates", v.P.T("desk.mandate.from_to", "from", v.P.DateAt(m.Starts), "to", v.P.DateAt(m.Ends)))
	add("desk.mandate.told_at", m.Address)
	if m.SameAddress {
		add("desk.mandate.applicant", v.P.T("desk.mandate.same_address"))
	} else if m.Taken {
		add("desk.mandate.applicant", v.P.T("desk.mandate.taken"))
	} else if m.Known {
		add("desk.mandate.applicant", v.P.T("desk.mandate.known"))
	} else if m.ByLink {
		add("desk.mandate.applicant", v.P.T("desk.mandate.by_link"))
	}
	switch {
	case m.Proof == "":
		add("desk.mandate.proof", v.P.T("desk.mandate.no_proof"))
	case m.ProofKept != "" && !m.ProofSame:
		add("desk.mandate.proof", v.P.T("desk.mandate.other_proof"))
	default:
		add("desk.mandate.proof", v.P.T("desk.mandate.proof_there"))
	}
	return out
}

func (b *desk) postMandateVerify(v *web.Visit) error {
	seen, err := v.Posted("proof")
	if err != nil {
		return err
	}
	return b.saidOfMandate(v, b.Office.Verify(v.R.Context(), v.Actor, v.Param("dossier"), seen), "desk.mandate.verified")
}

// postMandateAddress corrects where the applicant is told.
func (b *desk) postMandateAddress(v *web.Visit) error {
	address, err := v.Posted("address")
	if err != nil {
		return err
	}
	return b.saidOfMandate(v, b.Office.Readdress(v.R.Context(), v.Actor, v.Param("dossier"), address), "desk.mandate.moved")
}

func (b *desk) postMandateRefuse(v *web.Visit) error {
	reason, err := v.Posted("reason")
	if err != nil {
		return err
	}
	return b.saidOfMandate(v, b.Office.RefuseMandate(v.R.Context(), v.Actor, v.Param("dossier"), reason), "desk.mandate.refused")
}

// saidOfMandate goes back to the dossier; what keeps it from being done is said on its page, with the rest as it was.
func (b *desk) saidOfMandate(v *web.Visit, err error, done string) error {
	switch {
	case fault.Of(err) == fault.Invalid, fault.Key(err) == "mandate.same", fault.Key(err) == "mandate.said_no", fault.Key(err) == "mandate.other_proof", fault.Key(err) == "mandate.many":
		problem := components.Problem{ID: "mandate", Text: v.P.T(fault.Key(err))}
		return b.sendDossier(v, http.StatusUnprocessableEntity, func(x *dossierView) { x.problems = append(x.problems, problem) })
	case err != nil:
		return err
	}
	v.Flash(done)
	return v.Redirect(dossierPath(v.Param("dossier")) + "#mandate")
}
