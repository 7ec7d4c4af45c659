package backoffice

import (
	"context"
	"net/http"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/web"
	"guichet/web/components"
)

func forgottenField(v *web.Visit, email string) components.Field {
	return components.Field{
		ID: "email", Name: "email", Label: v.P.T("desk.account.email"), Type: "email", Autocomplete: "username", InputMode: "email", Width: 30, Value: email,
	}
}

func (b *desk) getForgotten(v *web.Visit) error {
	return v.Page(forgottenPage(v.Frame(v.P.T("desk.account.forgotten")), forgottenField(v, ""), b.Accounts.OpenForm(), nil))
}

func (b *desk) postForgotten(v *web.Visit) error {
	posted, err := v.OneEach(append([]string{"email"}, web.WorkNames...)...)
	if err != nil {
		return err
	}
	problem, err := v.TakeWork(b.Accounts, posted)
	if err == nil && problem == nil {
		problem, err = b.Accounts.Forgotten(v.R.Context(), access.Agent, posted["email"])
	}
	if err != nil {
		return err
	}
	if problem != nil {
		field := forgottenField(v, posted["email"])
		problems := tell(v.P, problem, &field)
		pg := v.Frame(v.P.T("desk.account.forgotten"))
		pg.Error = true
		return v.PageStatus(http.StatusUnprocessableEntity, forgottenPage(pg, field, posted[web.OpenedName], problems))
	}
	v.Flash("desk.account.sent")
	return v.Redirect(web.SignInPath)
}

// chooseView is the page where an agent chooses a password, by a link that works once.
type chooseView struct {
	action   string
	intro    string
	dead     string // why the link does not work; "" while it may
	goesOn   bool   // the password is chosen already
	password components.Field
	problems []components.Problem
}

// choosing is one of the two ways to a password.
type choosing struct {
	path, title, intro, dead string
	choose                   func(ctx context.Context, token, password string) (ticket string, _ *account.Problem, _ error)
}

func (b *desk) resetting() choosing {
	return choosing{
		account.ResetPath, "desk.account.reset", "desk.account.reset_intro", "desk.account.reset_dead",
		func(ctx context.Context, token, password string) (string, *account.Problem, error) {
			problem, err := b.Accounts.Reset(ctx, token, password)
			return "", problem, err
		},
	}
}

func (b *desk) accepting() choosing {
	return choosing{account.InvitePath, "desk.account.welcome", "desk.account.welcome_intro", "desk.account.invite_dead", b.Accounts.AcceptInvite}
}

func (c choosing) view(v *web.Visit) chooseView {
	return chooseView{
		action: c.path + v.Param("token"), intro: v.P.T(c.intro),
		password: web.NewPassword(components.Field{
			ID: "password", Name: "password", Label: v.P.T("desk.account.new_password"), Hint: v.P.T("desk.account.password_hint"), Width: 30,
		}),
	}
}

func (c choosing) get(v *web.Visit) error {
	return v.Page(choosePage(v.Frame(v.P.T(c.title)), c.view(v)))
}

func (c choosing) post(v *web.Visit) error {
	password, err := v.Posted("password")
	if err != nil {
		return err
	}
	ticket, problem, err := c.choose(v.R.Context(), v.Param("token"), password)
	page, pg := c.view(v), v.Frame(v.P.T(c.title))
	if dead(err) {
		page.dead, pg.Error = v.P.T(c.dead), true
		return v.PageStatus(http.StatusNotFound, choosePage(pg, page))
	}
	if err != nil {
		return err
	}
	if problem != nil {
		page.problems, pg.Error = tell(v.P, problem, &page.password), true
		return v.PageStatus(http.StatusUnprocessableEntity, choosePage(pg, page))
	}
	if ticket != "" {
		if err := v.Invited(ticket); err != nil {
			return err
		}
	}
	v.Flash("desk.account.chosen")
	return v.Redirect(web.SignInPath)
}

func (b *desk) getReset(v *web.Visit) error  { return b.resetting().get(v) }
func (b *desk) postReset(v *web.Visit) error { return b.resetting().post(v) }

// getInvite is where a password is chosen; whoever has done so and was interrupted goes on here to the second proof.
func (b *desk) getInvite(v *web.Visit) error {
	goesOn, err := b.Accounts.InviteGoesOn(v.R.Context(), v.Param("token"))
	if err != nil {
		return err
	}
	c := b.accepting()
	if !goesOn {
		return c.get(v)
	}
	return v.Page(choosePage(v.Frame(v.P.T(c.title)), c.again(v)))
}

func (b *desk) postInvite(v *web.Visit) error {
	c := b.accepting()
	posted, err := v.Form()
	if err != nil {
		return err
	}
	if posted.Has(presentName) {
		return b.goOnInvite(v, c)
	}
	goesOn, err := b.Accounts.InviteGoesOn(v.R.Context(), v.Param("token"))
	if err != nil {
		return err
	}
	if goesOn { // sent twice, or gone back to
		return v.Redirect(c.path + v.Param("token"))
	}
	return c.post(v)
}

// presentName is the field of a password that was chosen already.
const presentName = "present"

// again is the page of who has chosen the password and not made the second proof.
func (c choosing) again(v *web.Visit) chooseView {
	return chooseView{
		action: c.path + v.Param("token"), intro: v.P.T("desk.account.welcome_again"), goesOn: true,
		password: components.Field{ID: presentName, Name: presentName, Label: v.P.T("desk.account.password"), Type: "password", Autocomplete: "current-password", Width: 30},
	}
}

func (b *desk) goOnInvite(v *web.Visit, c choosing) error {
	password, err := v.Posted(presentName)
	if err != nil {
		return err
	}
	ticket, problem, err := b.Accounts.ResumeInvite(v.R.Context(), v.Param("token"), password)
	page, pg := c.again(v), v.Frame(v.P.T(c.title))
	switch {
	case dead(err):
		page.dead, pg.Error = v.P.T(c.dead), true
		return v.PageStatus(http.StatusNotFound, choosePage(pg, page))
	case err != nil:
		return err
	case problem != nil:
		page.password.Error = problem.Say(v.P)
		page.problems, pg.Error = []components.Problem{{ID: presentName, Text: page.password.Error}}, true
		return v.PageStatus(http.StatusUnprocessableEntity, choosePage(pg, page))
	}
	if err := v.Invited(ticket); err != nil {
		return err
	}
	v.Flash("desk.account.goes_on")
	return v.Redirect(web.SignInPath)
}
