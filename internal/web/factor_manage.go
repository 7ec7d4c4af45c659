package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/web/components"
)

// factorsView is the list of somebody's second proofs.
type factorsView struct {
	factors []account.Factor
	codes   int
	totp    bool // one of them is an app
	must    bool // who has none gets no further
	bare    bool // and was not invited to make one
	only    bool // the last one cannot be removed

	sittings []account.Sitting
}

func (f *Factors) getFactors(v *Visit) error {
	factors, codes, err := f.Accounts.Factors(v.R.Context(), v.Self().AccountID)
	if err != nil {
		return err
	}
	x := &factorsView{factors: factors, codes: codes, must: !v.SignedIn(), bare: !v.makesProofs()}
	w, err := f.Accounts.Ways(v.R.Context(), v.Self().AccountID)
	if err != nil {
		return err
	}
	x.only = len(factors) == 1 && w.Password && f.Accounts.WantsSecond(f.Kind) // as RemoveFactor judges
	for _, one := range factors {
		x.totp = x.totp || one.Kind == account.TOTP
	}
	if !x.must {
		if x.sittings, err = f.Accounts.Sittings(v.R.Context(), v.Actor, v.held.known.Hash); err != nil {
			return err
		}
	}
	pg := v.Frame(v.P.T("factor.list.title"))
	switch {
	case x.bare:
		pg.Title = v.P.T("factor.uninvited.title")
		return v.Page(v.Door.within(pg, uninvitedPage(pg, f.Contact)))
	case x.must:
		pg.Title = v.P.T("factor.must.title")
	default:
		pg.Back = f.Back
	}
	return v.Page(v.Door.within(pg, factorsPage(pg, x)))
}

// postTOTP begins to set up an app.
func (f *Factors) postTOTP(v *Visit) error {
	begun, err := f.Accounts.BeginTOTP(v.R.Context(), v.Self())
	if err != nil {
		return err
	}
	v.Put(pendingTOTP, strconv.FormatInt(begun, 10))
	return v.Redirect(FactorsPath + "/totp")
}

// begun is the app that was begun in this session: another session of the account sees nothing of it.
func begun(v *Visit) int64 {
	id, err := strconv.ParseInt(v.Get(pendingTOTP), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// getTOTP shows the secret to who has just proven who they are, and nobody later.
func (f *Factors) getTOTP(v *Visit) error {
	if !v.Fresh() {
		return v.Redirect(FactorsPath)
	}
	return f.askTOTP(v, nil)
}

func (f *Factors) askTOTP(v *Visit, problem *account.Problem) error {
	secret, _, err := f.Accounts.PendingTOTP(v.R.Context(), v.Self(), begun(v))
	if fault.Of(err) == fault.NotFound {
		return v.Redirect(FactorsPath)
	}
	if err != nil {
		return err
	}
	x := &proofView{title: v.P.T("factor.totp.title"), action: FactorsPath + "/totp/confirm"}
	x.code = &components.Field{ID: "code", Name: "code", Label: v.P.T("factor.totp.code"), Hint: v.P.T("factor.totp.code_hint"), Autocomplete: "one-time-code", InputMode: "numeric", Width: 10}
	x.blame(v, problem)
	pg := v.Frame(x.title)
	pg.Back, pg.LangURL = FactorsPath, FactorsPath+"/totp?lang="+string(v.P.Lang.Other())
	status := http.StatusOK
	if problem != nil {
		pg.Error, status = true, http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, v.Door.within(pg, totpPage(pg, x, secret)))
}

// getPicture is what an app reads, as an image of this origin.
func (f *Factors) getPicture(v *Visit) error {
	if !v.Fresh() {
		return fault.New(fault.NotFound, "")
	}
	_, picture, err := f.Accounts.PendingTOTP(v.R.Context(), v.Self(), begun(v))
	if err != nil {
		return err
	}
	return v.Data("image/png", picture)
}

func (f *Factors) postConfirm(v *Visit) error {
	in, err := v.OneEach("code")
	if err != nil {
		return err
	}
	codes, problem, err := f.Accounts.ConfirmTOTP(v.R.Context(), v.Self(), begun(v), in["code"])
	switch {
	case fault.Of(err) == fault.NotFound: // pressed twice, or an hour later
		return v.Redirect(FactorsPath)
	case err != nil:
		return err
	case problem != nil:
		return f.askTOTP(v, problem)
	}
	return f.made(v, account.TOTP, codes, "factor.totp.done")
}

// made goes on in a new session, now that every other one has ended, and shows the recovery codes that came with a first proof.
func (f *Factors) made(v *Visit, by string, codes []string, done string) error {
	v.Take(invitedKey)
	if err := v.provedAnew(by); err != nil {
		return err
	}
	if len(codes) == 0 {
		v.Flash(done)
		return v.Redirect(FactorsPath)
	}
	return f.showCodes(v, codes, done)
}

func (f *Factors) showCodes(v *Visit, codes []string, done string) error {
	pg := v.Frame(v.P.T("factor.codes.title"))
	pg.Notice, pg.LangURL = v.P.T(done), "" // another page would not show them again
	onward := "/"
	if v.SignedIn() {
		onward = FactorsPath
	}
	return v.Page(v.Door.within(pg, codesPage(pg, codes, onward)))
}

// getNewPasskey wants the proof that the act wants before the device makes anything: what it made would be lost on the way.
func (f *Factors) getNewPasskey(v *Visit) error {
	if v.Fresh() {
		return f.askNewPasskey(v, "", nil)
	}
	kept, err := v.carry(v.Self().AccountID, carried{Path: FactorsPath + "/passkey", Form: url.Values{}, At: v.Now, Page: true})
	if err != nil {
		return err
	}
	return f.askAgain(v, kept, nil)
}

func (f *Factors) askNewPasskey(v *Visit, name string, problem *account.Problem) error {
	options, kept, err := f.Accounts.BeginPasskey(v.R.Context(), v.Self())
	if err != nil {
		return err
	}
	v.Put(addingKey, kept)
	x := &proofView{title: v.P.T("factor.passkey.title"), action: FactorsPath + "/passkey", passkey: options}
	x.name = &components.Field{ID: "name", Name: "name", Label: v.P.T("factor.passkey.name"), Hint: v.P.T("factor.passkey.name_hint"), Value: name, Width: 20, MaxLength: account.LongestName, Autocomplete: "off"}
	x.blame(v, problem)
	pg := v.Frame(x.title)
	pg.Back, pg.LangURL = FactorsPath, FactorsPath+"/passkey?lang="+string(v.P.Lang.Other())
	status := http.StatusOK
	if problem != nil {
		pg.Error, status = true, http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, v.Door.within(pg, newPasskeyPage(pg, x)))
}

func (f *Factors) postNewPasskey(v *Visit) error {
	in, err := v.OneEach("passkey", "name")
	if err != nil {
		return err
	}
	if in["passkey"] == "" { // past the proof
		return f.askNewPasskey(v, in["name"], nil)
	}
	if strings.TrimSpace(in["name"]) == "" { // the device has made it already
		in["name"] = v.P.T("factor.kind.passkey")
	}
	codes, problem, err := f.Accounts.AddPasskey(v.R.Context(), v.Self(), v.Take(addingKey), in["passkey"], in["name"])
	if err != nil {
		return err
	}
	if problem != nil {
		return f.askNewPasskey(v, in["name"], problem)
	}
	return f.made(v, account.Passkey, codes, "factor.passkey.done")
}

func (f *Factors) postCodes(v *Visit) error {
	codes, err := f.Accounts.RenewCodes(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	if err := v.provedAnew(""); err != nil {
		return err
	}
	return f.showCodes(v, codes, "factor.codes.done")
}

func (f *Factors) postRemove(v *Visit) error {
	id, err := strconv.ParseInt(v.Param("factor"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	err = f.Accounts.RemoveFactor(v.R.Context(), v.Actor, id)
	if fault.Of(err) == fault.NotFound { // pressed twice
		return v.Redirect(FactorsPath)
	}
	if err != nil {
		return err
	}
	if err := v.provedAnew(""); err != nil {
		return err
	}
	v.Flash("factor.removed")
	return v.Redirect(FactorsPath)
}

// postSitting ends one session; the one that asks ends by signing out.
func (f *Factors) postSitting(v *Visit) error {
	in, err := v.OneEach("session")
	if err != nil {
		return err
	}
	err = f.Accounts.EndSitting(v.R.Context(), v.Actor, in["session"])
	if fault.Of(err) != fault.NotFound { // it has ended by itself
		if err != nil {
			return err
		}
		v.Flash("factor.sitting.ended")
	}
	return v.Redirect(FactorsPath)
}
