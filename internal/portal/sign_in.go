package portal

import (
	"github.com/a-h/templ"

	"guichet/internal/access"
	"guichet/internal/web"
	"guichet/web/components"
)

func (p *portal) getSignIn(v *web.Visit) error {
	next := web.ReturnPath(v.Query("next"))
	if v.SignedIn() {
		return v.Redirect(afterSignIn(next))
	}
	return v.Page(signInPage(v.Frame(v.P.T("portal.sign_in.title")), p, newEntry(v, map[string]string{"next": next})))
}

// postSignIn lets somebody in; who they are is proven in the account room, which says the same of a wrong password and of
// an unknown address.
func (p *portal) postSignIn(v *web.Visit) error {
	in, err := v.OneEach("email", "password", "next", "action", "kept")
	if err != nil {
		return err
	}
	page := func(e *entry) error {
		return p.again(v, e, "portal.sign_in.title", func(pg components.Page) templ.Component { return signInPage(pg, p, e) })
	}
	if switches(in) {
		return p.reopen(v, in["kept"], page)
	}
	in["next"] = web.ReturnPath(in["next"])
	arrival, problem, err := p.Accounts.SignIn(v.R.Context(), access.Person, in["email"], in["password"])
	if err != nil {
		return err
	}
	if problem != nil {
		return page(newEntry(v, in, problem))
	}
	return v.Admit(arrival, in["next"])
}

// afterSignIn leads to the page that was asked for, and else to the person's dossiers.
func afterSignIn(next string) string {
	if next == "/" {
		return dossiersPath
	}
	return next
}

func (p *portal) postSignOut(v *web.Visit) error {
	if v.SignedIn() {
		if err := p.Accounts.SignOut(v.R.Context(), v.Actor); err != nil {
			return err
		}
	}
	return p.leave(v)
}

// getSignedOut is where signing out leads; for somebody still signed in it leads home.
func (p *portal) getSignedOut(v *web.Visit) error {
	if v.SignedIn() {
		return v.Redirect("/")
	}
	return v.Page(signedOutPage(v.Frame(v.P.T("portal.sign_in.out_title"))))
}
