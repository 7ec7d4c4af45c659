package portal

import (
	"net/http"
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/firm"
	"guichet/internal/web"
	"guichet/web/components"
)

const firmPath = "/firm"

// firmView is the firm somebody is in, or how they come into one.
type firmView struct {
	own         *firm.Own // nil in none
	members     []memberView
	invitations []invitationView
	name        components.Field // of a firm to be
	email       components.Field // to invite
	leave       string
	problems    []components.Problem
}

// memberView is somebody in the firm, with what the reader can do about it.
type memberView struct {
	name, says      string
	action          string
	remove, promote string // words of the buttons; "" for none
}

type invitationView struct{ firm, says, action string }

// getFirm shows the reader's firm, or what they are invited to and how to begin one.
func (p *portal) getFirm(v *web.Visit) error {
	return p.showFirm(v, http.StatusOK, func(*firmView) {})
}

func (p *portal) showFirm(v *web.Visit, status int, add func(*firmView)) error {
	x, err := p.firmOf(v)
	if err != nil {
		return err
	}
	add(x)
	title := v.P.T("portal.firm.title")
	if x.own != nil {
		title = x.own.Name
	}
	pg := v.Frame(title)
	pg.Back, pg.Error, pg.LangURL = accountPath, len(x.problems) > 0, langAt(v, firmPath)
	return v.PageStatus(status, firmPage(pg, x))
}

func (p *portal) firmOf(v *web.Visit) (*firmView, error) {
	x := &firmView{
		name:  components.Field{ID: "name", Name: "name", Label: v.P.T("portal.firm.name"), MaxLength: 120, Autocomplete: "organization"},
		email: components.Field{ID: "email", Name: "email", Label: v.P.T("portal.firm.email"), Hint: v.P.T("portal.firm.email_hint"), Type: "email"},
	}
	own, err := p.Firms.Of(v.R.Context(), v.Actor)
	if fault.Of(err) == fault.NotFound {
		return x, p.invitations(v, x)
	}
	if err != nil {
		return nil, err
	}
	x.own = &own
	var ids []int64
	for _, m := range own.Members {
		if m.AccountID != 0 {
			ids = append(ids, m.AccountID)
		}
	}
	names, err := p.Accounts.Names(v.R.Context(), ids)
	if err != nil {
		return nil, err
	}
	for _, m := range own.Members {
		x.members = append(x.members, memberOf(v, own, m, names[m.AccountID]))
	}
	x.leave = firmPath + "/member/" + strconv.FormatInt(own.Member, 10)
	return x, nil
}

func (p *portal) invitations(v *web.Visit, x *firmView) error {
	all, err := p.Firms.Invitations(v.R.Context(), v.Actor)
	for _, i := range all {
		x.invitations = append(x.invitations, invitationView{i.Firm, v.P.T("portal.firm.invited_on", "date", v.P.DateAt(i.At)), firmPath + "/invitation/" + strconv.FormatInt(i.ID, 10)})
	}
	return err
}

func memberOf(v *web.Visit, own firm.Own, m firm.Member, name string) memberView {
	out := memberView{name: m.Email, action: firmPath + "/member/" + strconv.FormatInt(m.ID, 10)}
	if name != "" && name != m.Email {
		out.name = name + " (" + m.Email + ")"
	}
	switch {
	case m.Since.IsZero():
		out.says = v.P.T("portal.firm.invited_on", "date", v.P.DateAt(m.Invited))
	case m.Head:
		out.says = v.P.T("portal.firm.head_since", "date", v.P.DateAt(m.Since))
	default:
		out.says = v.P.T("portal.firm.since", "date", v.P.DateAt(m.Since))
	}
	if !own.Head || m.ID == own.Member {
		return out
	}
	out.remove = v.P.T("portal.firm.remove")
	if m.Since.IsZero() {
		out.remove = v.P.T("portal.firm.uninvite")
	} else if !m.Head {
		out.promote = v.P.T("portal.firm.promote")
	}
	return out
}

// postFirm begins a firm.
func (p *portal) postFirm(v *web.Visit) error {
	posted, err := v.OneEach("name")
	if err != nil {
		return err
	}
	err = p.Firms.Found(v.R.Context(), v.Actor, posted["name"])
	if fault.Key(err) == "firm.name" {
		return p.showFirm(v, http.StatusUnprocessableEntity, func(x *firmView) {
			x.name.Value, x.name.Error = posted["name"], v.P.T("firm.name")
			x.problems = []components.Problem{{ID: "name", Text: x.name.Error}}
		})
	}
	return p.firmDone(v, err)
}

// postInvite asks somebody in.
func (p *portal) postInvite(v *web.Visit) error {
	posted, err := v.OneEach("email")
	if err != nil {
		return err
	}
	err = p.Firms.Invite(v.R.Context(), v.Actor, posted["email"])
	switch key := fault.Key(err); key {
	case "firm.email", "firm.member", "firm.many":
		return p.showFirm(v, http.StatusUnprocessableEntity, func(x *firmView) {
			x.email.Value, x.email.Error = posted["email"], v.P.T(key)
			x.problems = []components.Problem{{ID: "email", Text: x.email.Error}}
		})
	}
	return p.firmDone(v, err)
}

// memberAt is the number in the address.
func memberAt(v *web.Visit) (int64, error) {
	id, err := strconv.ParseInt(v.Param("member"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.NotFound, "")
	}
	return id, nil
}

// postInvitation answers an invitation.
func (p *portal) postInvitation(v *web.Visit) error {
	id, err := memberAt(v)
	if err != nil {
		return err
	}
	do, err := v.Posted("do")
	if err != nil {
		return err
	}
	if do != "yes" && do != "no" {
		return fault.New(fault.Invalid, "error.form")
	}
	return p.firmDone(v, p.Firms.Answer(v.R.Context(), v.Actor, id, do == "yes"))
}

// postMember takes somebody out, or makes them a head.
func (p *portal) postMember(v *web.Visit) error {
	id, err := memberAt(v)
	if err != nil {
		return err
	}
	do, err := v.Posted("do")
	if err != nil {
		return err
	}
	switch do {
	case "remove":
		err = p.Firms.Remove(v.R.Context(), v.Actor, id)
	case "head":
		err = p.Firms.Promote(v.R.Context(), v.Actor, id)
	default:
		err = fault.New(fault.Invalid, "error.form")
	}
	return p.firmDone(v, err)
}

func (p *portal) firmDone(v *web.Visit, err error) error {
	if err != nil {
		return err
	}
	v.Flash("portal.firm.done")
	return v.Redirect(firmPath)
}
