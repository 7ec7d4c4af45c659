package portal

import (
	"github.com/a-h/templ"

	"guichet/internal/access"
	"guichet/internal/web"
	"guichet/web/components"
)

func (p *portal) getForgotten(v *web.Visit) error {
	return v.Page(forgottenPage(v.Frame(v.P.T("portal.reset.ask_title")), p.unproven(newEntry(v, nil))))
}

// postForgotten answers the same for an address without an account.
func (p *portal) postForgotten(v *web.Visit) error {
	in, err := v.OneEach(append([]string{"email", "action", "kept"}, web.WorkNames...)...)
	if err != nil {
		return err
	}
	page := func(e *entry) error {
		return p.again(v, e, "portal.reset.ask_title", func(pg components.Page) templ.Component { return forgottenPage(pg, e) })
	}
	if switches(in) {
		return p.reopen(v, in["kept"], page)
	}
	if problem, err := v.TakeWork(p.Accounts, in); err != nil || problem != nil {
		return orAgain(err, func() error { return page(newEntry(v, in, problem)) })
	}
	problem, err := p.Accounts.Forgotten(v.R.Context(), access.Person, in["email"])
	if err != nil {
		return err
	}
	if problem != nil {
		return page(newEntry(v, in, problem))
	}
	return v.Redirect("/forgotten/sent")
}

func (p *portal) getForgottenSent(v *web.Visit) error {
	return v.Page(sentPage(v.Frame(v.P.T("portal.reset.sent_title")), sent{
		Text: v.P.T("portal.reset.sent_text"), Again: v.P.T("portal.reset.again"), Href: "/forgotten", Demo: p.DemoBox != nil,
	}))
}
