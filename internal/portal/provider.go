package portal

import (
	"time"

	"github.com/a-h/templ"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/openid"
	"guichet/internal/web"
	"guichet/web/components"
)

// providerRoutes let people come from the state's account service, where one is configured (RP-166).
func providerRoutes(d *web.Door, p *portal) {
	if p.OpenID == nil {
		return
	}
	p.provider = &web.Provider{
		Provider: p.OpenID, Accounts: p.Accounts, Kind: access.Person, Join: p.join, Confirm: p.confirmBy,
		Enter: func(v *web.Visit, o account.Opened, next string) error { return p.letIn(v, o.Account, o.Via, next) },
	}
	d.ServeProvider(p.provider)
	d.Post(web.ProviderNew, web.Public, p.postJoin, web.PerIP(30, 5*time.Minute))
	d.Post(accountPath+"/unlink/{identity}", web.SignedIn, p.postUnlink, web.Sensitive)
}

// letIn signs somebody in, however they proved who they are, and leads on.
func (p *portal) letIn(v *web.Visit, id int64, via account.Via, next string) error {
	if err := v.SignInVia(id, via); err != nil {
		return err
	}
	return v.Redirect(afterSignIn(next))
}

// leave ends the session here, and leads to the provider that opened it to end it there.
func (p *portal) leave(v *web.Visit) error {
	there := v.SignOutBy(p.provider)
	if err := v.SignOut(); err != nil {
		return err
	}
	if there != "" {
		return v.LeaveFor(there, p.OpenID.Label.In(v.P.Lang))
	}
	return v.Redirect(web.SignOutPath)
}

// join asks somebody new for their name and address, as the provider knows them, and for the terms (RP-035, RP-036).
func (p *portal) join(v *web.Visit, c openid.Claims) error {
	e := newEntry(v, map[string]string{"email": c.Email, "last_name": c.LastName, "first_names": c.FirstNames})
	return v.Page(joinPage(v.Frame(v.P.T("openid.join.title")), p, e))
}

func (p *portal) postJoin(v *web.Visit) error {
	terms := p.terms()
	names := []string{"email", "last_name", "first_names", "action", "kept"}
	for i, t := range terms {
		names = append(names, t.name(i))
	}
	in, err := v.OneEach(names...)
	if err != nil {
		return err
	}
	page := func(e *entry) error {
		return p.again(v, e, "openid.join.title", func(pg components.Page) templ.Component { return joinPage(pg, p, e) })
	}
	if switches(in) {
		return p.reopen(v, in["kept"], page)
	}
	c, ok, err := p.provider.Pending(v)
	if err != nil {
		return err
	}
	if !ok { // too late: the provider is asked again
		return v.Redirect(web.SignInPath)
	}
	if len(in["last_name"]) > longestName || len(in["first_names"]) > longestName {
		return fault.New(fault.TooLarge, "portal.account.name_long")
	}
	n := account.Newcomer{Email: in["email"], LastName: tidy(in["last_name"]), FirstNames: tidy(in["first_names"]), Lang: v.P.Lang}
	if allTicked(in, terms) {
		n.Terms = p.accepted(v, terms)
	}
	o, problems, err := p.Accounts.Join(v.R.Context(), c, n)
	switch {
	case fault.Key(err) == "openid.known_address":
		return p.provider.Known(v, c)
	case err != nil:
		return err
	case len(problems) > 0:
		return page(newEntry(v, in, problems...))
	}
	next := p.provider.Settle(v)
	if o.Account == 0 {
		return v.Redirect("/register/sent")
	}
	v.Flash("openid.join.done")
	return p.letIn(v, o.Account, o.Via, next)
}

// confirmBy proves the address of a new account: by the link of the mail, and by the provider that vouched for its person.
func (p *portal) confirmBy(v *web.Visit, c openid.Claims, token string) error {
	o, err := p.Accounts.ConfirmBy(v.R.Context(), token, c)
	if fault.Of(err) == fault.NotFound {
		return deadLink(v, "/register", v.P.T("portal.register.again"))
	}
	if err != nil {
		return err
	}
	v.Flash("portal.register.confirmed")
	return p.letIn(v, o.Account, o.Via, dossiersPath)
}
