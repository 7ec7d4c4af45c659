package web

import (
	"net/http"
	"strconv"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/web/components"
)

func (f *Factors) getSecond(v *Visit) error {
	h, ok := v.halfIn()
	if !ok {
		return f.tooLate(v)
	}
	return f.askSecond(v, h, "", nil)
}

// tooLate leads back to sign-in: the password was right too long ago, or in another browser.
func (f *Factors) tooLate(v *Visit) error {
	if v.Take(halfKey) != "" {
		v.Flash("factor.late")
	}
	return v.Redirect(SignInPath)
}

func (f *Factors) askSecond(v *Visit, h half, kept string, problem *account.Problem) error {
	w, err := f.Accounts.Ways(v.R.Context(), h.Account)
	if err != nil {
		return err
	}
	x := &proofView{title: v.P.T("factor.second.title"), action: SecondPath, contact: f.Contact, code: codeField(v, w)}
	if kept != "" {
		x.hidden = []components.Hidden{{Name: "kept", Value: kept}}
	}
	if x.passkey, err = f.askPasskey(v, h.Account, w.Passkey); err != nil {
		return err
	}
	x.blame(v, problem)
	pg := v.Frame(x.title)
	if kept == "" {
		pg.LangURL = SecondPath + "?lang=" + string(v.P.Lang.Other())
	} else {
		pg.LangForm = "language"
	}
	status := http.StatusOK
	if problem != nil {
		pg.Error, status = true, http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, v.Door.within(pg, secondPage(pg, x)))
}

func (f *Factors) postSecond(v *Visit) error {
	in, err := v.OneEach("code", "passkey", "kept", "action")
	if err != nil {
		return err
	}
	h, ok := v.halfIn()
	if !ok {
		return f.tooLate(v)
	}
	if v.switchLang(in["action"]) {
		return f.askSecond(v, h, in["kept"], nil)
	}
	answer := account.Answer{Code: in["code"], Passkey: in["passkey"], Ceremony: v.Take(ceremonyKey)}
	by, problem, err := f.Accounts.Second(v.R.Context(), h.Arrival, answer)
	if fault.Of(err) == fault.Unauthenticated {
		return f.tooLate(v)
	}
	if err != nil {
		return err
	}
	if problem != nil {
		return f.askSecond(v, h, in["kept"], problem)
	}
	if err := f.recovered(v, h.Account, by); err != nil {
		return err
	}
	o := account.Opened{Account: h.Account, Via: account.Via{Mark: h.Mark, Second: by}}
	if in["kept"] == "" {
		return f.Enter(v, o, ReturnPath(h.Next))
	}
	if err := v.SignInVia(o.Account, o.Via); err != nil {
		return err
	}
	if v.Actor, err = f.Accounts.Entering(v.R.Context(), o.Account, o.Via, v.Now); err != nil {
		return err
	}
	return v.takeUp(in["kept"])
}

// recovered says how many recovery codes are left to who has used one.
func (f *Factors) recovered(v *Visit, id int64, by string) error {
	if by != account.Recovery {
		return nil
	}
	w, err := f.Accounts.Ways(v.R.Context(), id)
	v.Flash("factor.recovery_used", "n", strconv.Itoa(w.Codes))
	return err
}

// getPasskey leads to the question to a passkey with a press: a question is kept in a session, and reading a page begins none.
func (f *Factors) getPasskey(v *Visit) error {
	x := &proofView{title: v.P.T("factor.enter.title"), action: PasskeyPath, hidden: []components.Hidden{{Name: "next", Value: ReturnPath(v.Query("next"))}}}
	pg := v.Frame(x.title)
	pg.Back = SignInPath
	return v.Page(v.Door.within(pg, enterPage(pg, x)))
}

// askWho asks for a passkey of whoever comes: it says itself who that is.
func (f *Factors) askWho(v *Visit, next string, problem *account.Problem) (err error) {
	x := &proofView{title: v.P.T("factor.enter.title"), action: PasskeyPath, hidden: []components.Hidden{{Name: "next", Value: next}}}
	if x.passkey, err = f.askPasskey(v, 0, true); err != nil {
		return err
	}
	x.blame(v, problem)
	pg := v.Frame(x.title)
	pg.Back, pg.LangURL = SignInPath, passkeyIn(v.P.Lang.Other(), next)
	status := http.StatusOK
	if problem != nil {
		pg.Error, status = true, http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, v.Door.within(pg, enterPage(pg, x)))
}

func (f *Factors) postPasskey(v *Visit) error {
	in, err := v.OneEach("passkey", "next")
	if err != nil {
		return err
	}
	if in["passkey"] == "" {
		return f.askWho(v, ReturnPath(in["next"]), nil)
	}
	id, problem, err := f.Accounts.EnterByPasskey(v.R.Context(), f.Kind, v.Take(ceremonyKey), in["passkey"])
	if err != nil {
		return err
	}
	if problem != nil {
		return f.askWho(v, ReturnPath(in["next"]), problem)
	}
	return f.Enter(v, account.Opened{Account: id, Via: account.Via{Second: account.Passkey}}, ReturnPath(in["next"]))
}
