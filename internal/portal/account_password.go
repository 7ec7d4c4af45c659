package portal

import (
	"github.com/a-h/templ"

	"guichet/internal/web"
	"guichet/web/components"
)

const passwordPath = "/account/password"

func (p *portal) getPassword(v *web.Visit) error {
	return v.Page(passwordPage(passwordFrame(v), newEntry(v, nil)))
}

func passwordFrame(v *web.Visit) components.Page {
	pg := v.Frame(v.P.T("portal.account.change_password"))
	pg.Back = accountPath
	return pg
}

// postPassword changes the password of who knows the old one. Every other session ends; this one begins anew (ASVS 7.4.3).
func (p *portal) postPassword(v *web.Visit) error {
	in, err := v.OneEach("old", "password")
	if err != nil {
		return err
	}
	problem, err := p.Accounts.ChangePassword(v.R.Context(), v.Actor.AccountID, in["old"], in["password"])
	if err != nil {
		return err
	}
	if problem != nil {
		e := newEntry(v, in, problem)
		return refused(v, passwordFrame(v), func(pg components.Page) templ.Component { return passwordPage(pg, e) })
	}
	if err := v.SignInVia(v.Actor.AccountID, v.Via()); err != nil { // a provider that opened it may still end it
		return err
	}
	v.Flash("portal.account.password_kept")
	return v.Redirect(accountPath)
}
