package portal

import (
	"errors"
	"net/http"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// moveLink is a move that is confirmed on a page of its own.
type moveLink struct {
	Href, Label string
	Danger      bool
}

// moveForm is a move that is made by its button.
type moveForm struct {
	Action, State, Label, Help string
}

// moves are what the owner could do now, or who acts for them as far as their mandate goes. What is done when leaving the service stands on the page of the account.
func moves(v *web.Visit, d *dossier.Dossier) []*workflow.Move {
	var out []*workflow.Move
	for _, m := range d.Def.Flow.Moves(d.State, d.Def.Flow.Owner().ID) {
		if !m.Leaves && d.MayMove(v.Actor, m) {
			out = append(out, m)
		}
	}
	return offered(v, d, out)
}

func (p *portal) links(v *web.Visit, d *dossier.Dossier) []moveLink {
	var out []moveLink
	for _, m := range moves(v, d) {
		if m.Confirm {
			out = append(out, moveLink{movePath(d, m), m.Label.In(v.P.Lang), m.Danger})
		}
	}
	return out
}

func (p *portal) forms(v *web.Visit, d *dossier.Dossier) []moveForm {
	var out []moveForm
	for _, m := range moves(v, d) {
		if !m.Confirm {
			out = append(out, moveForm{movePath(d, m), d.State, m.Label.In(v.P.Lang), p.say(m.Help, v.P.Lang)})
		}
	}
	return out
}

func movePath(d *dossier.Dossier, m *workflow.Move) string { return dossierPath(d) + "/move/" + m.ID }

// getMove asks "are you sure".
func (p *portal) getMove(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	for _, m := range moves(v, d) {
		if m.ID == v.Param("move") && m.Confirm {
			pg := v.Frame(m.Label.In(v.P.Lang))
			pg.Back = dossierPath(d)
			return v.Page(movePage(pg, moveForm{movePath(d, m), d.State, m.Label.In(v.P.Lang), p.say(m.Help, v.P.Lang)}, m.Danger, d.Reference))
		}
	}
	if d.Def.Flow.Move(v.Param("move")) == nil {
		return fault.New(fault.NotFound, "")
	}
	return v.Redirect(dossierPath(d))
}

// postMove makes the move; what it lacks is shown on the page it came from.
func (p *portal) postMove(v *web.Visit) error {
	act, err := bindMove(v)
	if err != nil {
		return err
	}
	d, err := p.open(v)
	if err != nil {
		return err
	}
	m := d.Def.Flow.Move(act.Move)
	err = p.Office.Move(v.R.Context(), v.Actor, d.PublicID, act)
	if err == nil {
		return p.moved(v, d, m)
	}
	if m != nil && fault.Of(err) == fault.Conflict && p.madeAlready(v, d, m) {
		return p.moved(v, d, m) // sent twice: the first one counts, and this is its answer
	}
	if _, unmet := errors.AsType[*workflow.Unmet](err); unmet {
		return p.refuseMove(v, d, act)
	}
	return err
}

// madeAlready tells whether the owner's dossier stands where the move leads: of several sendings at once one is made, and the
// others saw the dossier as it was before.
func (p *portal) madeAlready(v *web.Visit, d *dossier.Dossier, m *workflow.Move) bool {
	now, err := p.Office.Open(v.R.Context(), v.Actor, d.PublicID)
	return err == nil && now.State == m.To && (v.Actor.Stands(now.Dossier) || now.AtCounter() && v.Actor.Kind == access.Agent)
}

// bindMove reads the state the person saw, and the boxes ticked on the page.
func bindMove(v *web.Visit) (dossier.Act, error) {
	posted, err := v.Form()
	if err != nil {
		return dossier.Act{}, err
	}
	act := dossier.Act{Move: v.Param("move")}
	for name, values := range posted {
		notice, ticks := strings.CutPrefix(name, "notice.")
		switch {
		case len(values) != 1:
			return act, fault.New(fault.Invalid, "error.form")
		case name == "state":
			act.State = values[0]
		case ticks && values[0] == "yes":
			act.Accepted = append(act.Accepted, notice)
		case name == "action" || strings.HasPrefix(name, "_"):
		default:
			return act, fault.New(fault.Invalid, "error.form")
		}
	}
	return act, nil
}

// moved leads to where the dossier now stands; one that was erased is no more.
func (p *portal) moved(v *web.Visit, d *dossier.Dossier, m *workflow.Move) error {
	for _, e := range m.Do {
		if e.Erase != "" {
			v.Flash("portal.move.erased")
			return v.Redirect(listPath(v, d))
		}
	}
	if v.Actor.UnderMandate(d.Dossier) {
		if _, err := p.open(v); fault.Of(err) == fault.NotFound {
			v.Flash("portal.move.done")
			return v.Redirect(listPath(v, d)) // what comes of it is not theirs to read
		}
	}
	if d.StateKind == workflow.Draft {
		return v.Redirect(dossierPath(d) + "?done=1")
	}
	if d.StateKind == workflow.Waiting || m.Danger {
		v.Flash("portal.move.done")
	}
	return v.Redirect(dossierPath(d))
}

// refuseMove shows what is still missing: a draft's on the check page, else on the page of the state.
func (p *portal) refuseMove(v *web.Visit, d *dossier.Dossier, act dossier.Act) error {
	if d.StateKind == workflow.Draft {
		c, err := p.check(v, d)
		if err != nil {
			return err
		}
		c.refuse(v, act)
		return v.PageStatus(http.StatusUnprocessableEntity, checkPage(c.frame(v, d), c))
	}
	return p.showState(v, d.PublicID, []components.Problem{{ID: "asked", Text: v.P.T("portal.state.still_asked")}})
}
