package backoffice

import (
	"errors"
	"net/http"

	"guichet/internal/dossier"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

// heldView says who is deciding a dossier, and until when nobody else can.
type heldView struct {
	words   string
	release string // address at which the agent lets go of it; "" when it is a colleague's
}

// holder is what to say of the hold on a dossier, nil when there is none.
func (b *desk) holder(v *web.Visit, d *dossier.Dossier) (*heldView, error) {
	h, err := b.Office.Holder(v.R.Context(), v.Actor, d)
	if h == nil || err != nil {
		return nil, err
	}
	if h.AccountID == v.Actor.AccountID {
		return &heldView{v.P.T("work.lock.mine", "until", v.P.TimeAt(h.Until)), dossierPath(d.PublicID) + "/release"}, nil
	}
	words, err := b.heldWords(v, h)
	return &heldView{words: words}, err
}

func (b *desk) heldWords(v *web.Visit, h *dossier.Held) (string, error) {
	names, err := b.names(v, []int64{h.AccountID})
	if err != nil {
		return "", err
	}
	who := orWords(names[h.AccountID], v.P.T("work.lock.colleague"))
	return v.P.T("work.lock.theirs", "who", who, "until", v.P.TimeAt(h.Until)), nil
}

// sendHeld answers 409: who is deciding the dossier, until when, and all that was typed still in its place.
func (b *desk) sendHeld(v *web.Visit, m *workflow.Move, t typed, h *dossier.Held) error {
	words, err := b.heldWords(v, h)
	if err != nil {
		return err
	}
	return b.sendMove(v, http.StatusConflict, m, t, []problem{{"held", "", words}})
}

// take holds the dossier for the agent who opens a decision; a colleague's hold is a 409 on the dossier's page, which says so.
func (b *desk) take(v *web.Visit, d *dossier.Dossier, m *workflow.Move) (sent bool, err error) {
	err = b.Office.Hold(v.R.Context(), v.Actor, d, m)
	if _, held := errors.AsType[*dossier.Held](err); held {
		return true, b.sendDossier(v, http.StatusConflict, func(*dossierView) {})
	}
	return false, err
}

func (b *desk) postRelease(v *web.Visit) error {
	if err := b.Office.Release(v.R.Context(), v.Actor, v.Param("dossier")); err != nil {
		return err
	}
	v.Flash("work.lock.released")
	return v.Redirect(dossierPath(v.Param("dossier")))
}
