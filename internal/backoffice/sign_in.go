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
	email    components.Field
	password components.Field
	problems []components.Problem
}

func newSignIn(v *web.Visit, email string, problem *account.Problem) signInView {
	s := signInView{
		action:   web.SignInPath,
		email:    components.Field{ID: "email", Name: "email", Label: v.P.T("desk.account.email"), Type: "email", Autocomplete: "username", InputMode: "email", Width: 30, Value: email},
		password: components.Field{ID: "password", Name: "password", Label: v.P.T("desk.account.password"), Type: "password", Autocomplete: "current-password", Width: 30},
	}
	if next := v.Query("next"); next != "" {
		s.action += "?" + query("next", web.ReturnPath(next))
	}
	s.problems = tell(v.P, problem, &s.email, &s.password)
	return s
}

func (b *desk) getSignIn(v *web.Visit) error {
	if v.SignedIn() {
		return v.Redirect(web.ReturnPath(v.Query("next")))
	}
	return v.Page(signInPage(v.Frame(v.P.T("desk.account.sign_in")), newSignIn(v, "", nil)))
}

func (b *desk) postSignIn(v *web.Visit) error {
	posted, err := v.OneEach("email", "password")
	if err != nil {
		return err
	}
	id, problem, err := b.Accounts.SignIn(v.R.Context(), access.Agent, posted["email"], posted["password"])
	if err != nil {
		return err
	}
	if problem != nil {
		pg := v.Frame(v.P.T("desk.account.sign_in"))
		pg.Error = true
		return v.PageStatus(http.StatusUnprocessableEntity, signInPage(pg, newSignIn(v, posted["email"], problem)))
	}
	if err := v.SignIn(id); err != nil {
		return err
	}
	return b.enter(v, id)
}

// enter leads on after sign-in: first to what the agent has to read, once (RP-041).
func (b *desk) enter(v *web.Visit, id int64) error {
	a, err := b.Accounts.Actor(v.R.Context(), id, v.Now)
	if err != nil {
		return err
	}
	duties, err := b.Office.Duties(v.R.Context(), a)
	if err != nil {
		return err
	}
	next := web.ReturnPath(v.Query("next"))
	v.Take(informedKey) // of whoever was signed in before
	if len(duties) > 0 {
		return v.Redirect("/duties?" + query("next", next))
	}
	v.Put(informedKey, "yes")
	return v.Redirect(next)
}

func (b *desk) postSignOut(v *web.Visit) error {
	if err := b.Accounts.SignOut(v.R.Context(), v.Actor); err != nil {
		return err
	}
	if err := v.SignOut(); err != nil {
		return err
	}
	return v.Redirect(web.SignInPath)
}

// dead tells a link that was used, replaced or is out of time.
func dead(err error) bool { return fault.Of(err) == fault.NotFound }
