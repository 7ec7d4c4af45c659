package backoffice

import (
	"net/http"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// signInView is the page where an agent signs in.
type signInView struct {
	action   string
	next     string        // where to go after a sign-in at the provider, "" for the first page
	provider *web.Provider // nil where agents sign in here alone
	email    components.Field
	password components.Field
	problems []components.Problem
}

func (b *desk) newSignIn(v *web.Visit, email string, problem *account.Problem) signInView {
	s := signInView{
		action:   web.SignInPath,
		provider: b.provider,
		email:    components.Field{ID: "email", Name: "email", Label: v.P.T("desk.account.email"), Type: "email", Autocomplete: "username", InputMode: "email", Width: 30, Value: email},
		password: components.Field{ID: "password", Name: "password", Label: v.P.T("desk.account.password"), Type: "password", Autocomplete: "current-password", Width: 30},
	}
	if next := v.Query("next"); next != "" {
		s.next = web.ReturnPath(next)
		s.action += "?" + query("next", s.next)
	}
	s.problems = tell(v.P, problem, &s.email, &s.password)
	return s
}

func (b *desk) getSignIn(v *web.Visit) error {
	if v.SignedIn() {
		return v.Redirect(web.ReturnPath(v.Query("next")))
	}
	return v.Page(signInPage(v.Frame(v.P.T("desk.account.sign_in")), b.newSignIn(v, "", nil)))
}

func (b *desk) postSignIn(v *web.Visit) error {
	posted, err := v.OneEach("email", "password")
	if err != nil {
		return err
	}
	arrival, problem, err := b.Accounts.SignIn(v.R.Context(), access.Agent, posted["email"], posted["password"])
	if err != nil {
		return err
	}
	if problem != nil {
		pg := v.Frame(v.P.T("desk.account.sign_in"))
		pg.Error = true
		return v.PageStatus(http.StatusUnprocessableEntity, signInPage(pg, b.newSignIn(v, posted["email"], problem)))
	}
	return v.Admit(arrival, web.ReturnPath(v.Query("next")))
}

// letIn signs an agent in, however they proved who they are, and leads on: first to what they have to read, once (RP-041).
func (b *desk) letIn(v *web.Visit, id int64, via account.Via, next string) error {
	if err := v.SignInVia(id, via); err != nil {
		return err
	}
	a, err := b.Accounts.Entering(v.R.Context(), id, via, v.Now)
	if err != nil {
		return err
	}
	duties, err := b.Office.Duties(v.R.Context(), a)
	if err != nil {
		return err
	}
	v.Take(informedKey) // of whoever was signed in before
	if len(duties) > 0 {
		return v.Redirect("/duties?" + query("next", next))
	}
	v.Put(informedKey, "yes")
	return v.Redirect(next)
}

func (b *desk) postSignOut(v *web.Visit) error {
	if err := b.Accounts.SignOut(v.R.Context(), v.Self()); err != nil {
		return err
	}
	return b.leave(v)
}

// postEndSittings ends every session of the agent, on every server, and this one too.
func (b *desk) postEndSittings(v *web.Visit) error {
	if err := b.Accounts.SignOutEverywhere(v.R.Context(), v.Actor); err != nil {
		return err
	}
	return b.leave(v)
}

// leave ends the session here, and leads to the provider that opened it to end it there.
func (b *desk) leave(v *web.Visit) error {
	there := v.SignOutBy(b.provider)
	if err := v.SignOut(); err != nil {
		return err
	}
	if there != "" {
		return v.LeaveFor(there, b.OpenID.Label.In(v.P.Lang))
	}
	return v.Redirect(web.SignInPath)
}

// dead tells a link that was used, replaced or is out of time.
func dead(err error) bool { return fault.Of(err) == fault.NotFound }
