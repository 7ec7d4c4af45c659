package portal

import (
	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

func (p *portal) getReset(v *web.Visit) error {
	works, err := p.Accounts.LinkWorks(v.R.Context(), account.ResetPath, v.Param("token"))
	if err != nil {
		return err
	}
	if !works {
		return deadLink(v, "/forgotten", v.P.T("portal.reset.again"))
	}
	return v.Page(resetPage(v.Frame(v.P.T("portal.reset.title")), v.R.URL.Path, newEntry(v, nil)))
}

// postReset sets the password; signing in is a step of its own, since a mailbox alone opens nothing.
func (p *portal) postReset(v *web.Visit) error {
	in, err := v.OneEach("password")
	if err != nil {
		return err
	}
	problem, err := p.Accounts.Reset(v.R.Context(), v.Param("token"), in["password"])
	if fault.Of(err) == fault.NotFound {
		return deadLink(v, "/forgotten", v.P.T("portal.reset.again"))
	}
	if err != nil {
		return err
	}
	if problem != nil {
		e := newEntry(v, in, problem)
		return refused(v, v.Frame(v.P.T("portal.reset.title")), func(pg components.Page) templ.Component { return resetPage(pg, v.R.URL.Path, e) })
	}
	v.Flash("portal.reset.done")
	return v.Redirect(web.SignInPath)
}
