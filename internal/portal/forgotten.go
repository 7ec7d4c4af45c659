package portal

import (
	"github.com/a-h/templ"

	"guichet/internal/access"
	"guichet/internal/web"
	"guichet/web/components"
)

func (p *portal) getForgotten(v *web.Visit) error {
	return v.Page(forgottenPage(v.Frame(v.P.T("portal.reset.ask_title")), newEntry(v, nil)))
}

// postForgotten answers the same for an address without an account.
func (p *portal) postForgotten(v *web.Visit) error {
	in, err := v.OneEach("email")
	if err != nil {
		return err
	}
	problem, err := p.Accounts.Forgotten(v.R.Context(), access.Person, in["email"])
	if err != nil {
		return err
	}
	if problem != nil {
		e := newEntry(v, in, problem)
		return refused(v, v.Frame(v.P.T("portal.reset.ask_title")), func(pg components.Page) templ.Component { return forgottenPage(pg, e) })
	}
	return v.Redirect("/forgotten/sent")
}

func (p *portal) getForgottenSent(v *web.Visit) error {
	return v.Page(sentPage(v.Frame(v.P.T("portal.reset.sent_title")), sent{
		Text: v.P.T("portal.reset.sent_text"), Again: v.P.T("portal.reset.again"), Href: "/forgotten", Demo: p.DemoBox != nil,
	}))
}
