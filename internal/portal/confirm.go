package portal

import (
	"net/http"

	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// getConfirm shows the button and uses nothing up: programs that read mail follow links too (ASVS 6.5.1).
func (p *portal) getConfirm(v *web.Visit) error {
	works, err := p.Accounts.LinkWorks(v.R.Context(), account.ConfirmPath, v.Param("token"))
	if err != nil {
		return err
	}
	if !works {
		return deadLink(v, "/register", v.P.T("portal.register.again"))
	}
	return v.Page(confirmPage(v.Frame(v.P.T("portal.register.confirm_title")), p, v.Param("token"), v.R.URL.Path, newEntry(v, nil)))
}

func (p *portal) postConfirm(v *web.Visit) error {
	in, err := v.OneEach("password")
	if err != nil {
		return err
	}
	arrival, problem, err := p.Accounts.Confirm(v.R.Context(), v.Param("token"), in["password"])
	if fault.Of(err) == fault.NotFound {
		return deadLink(v, "/register", v.P.T("portal.register.again"))
	}
	if err != nil {
		return err
	}
	if problem != nil {
		e := newEntry(v, in, problem)
		return refused(v, v.Frame(v.P.T("portal.register.confirm_title")), func(pg components.Page) templ.Component {
			return confirmPage(pg, p, v.Param("token"), v.R.URL.Path, e)
		})
	}
	v.Flash("portal.register.confirmed")
	return v.Admit(arrival, dossiersPath)
}

// deadLink answers a link that was used, replaced or is too old, with the way to a new one.
func deadLink(v *web.Visit, href, label string) error {
	return v.PageStatus(http.StatusNotFound, deadLinkPage(v.Frame(v.P.T("portal.register.dead_title")), href, label))
}
