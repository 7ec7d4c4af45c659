package portal

import (
	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

const emailPath = "/account/email"

// emailView is the address of an account, and the one that waits to be proven.
type emailView struct {
	present string
	waiting account.EmailChange
	*entry
}

func (p *portal) emailView(v *web.Visit, e *entry) (*emailView, error) {
	ctx := v.R.Context()
	profile, _, err := p.Accounts.Profile(ctx, v.Actor.AccountID)
	if err != nil {
		return nil, err
	}
	waiting, err := p.Accounts.EmailChange(ctx, v.Actor.AccountID)
	return &emailView{profile.Email, waiting, e}, err
}

func emailFrame(v *web.Visit) components.Page {
	pg := v.Frame(v.P.T("portal.account.move.title"))
	pg.Back = accountPath
	return pg
}

func (e *emailView) next() components.Field {
	f := e.field("email", e.pr.T("portal.account.move.next"))
	f.Type, f.InputMode, f.Autocomplete = "email", "email", "email"
	return f
}

func (p *portal) getEmail(v *web.Visit) error {
	view, err := p.emailView(v, newEntry(v, nil))
	if err != nil {
		return err
	}
	return v.Page(emailPage(emailFrame(v), view))
}

// postEmail sends a link to the address that the account is to have.
func (p *portal) postEmail(v *web.Visit) error {
	in, err := v.OneEach("email")
	if err != nil {
		return err
	}
	problem, err := p.Accounts.ChangeEmail(v.R.Context(), v.Actor.AccountID, in["email"])
	if err != nil {
		return err
	}
	if problem == nil {
		v.Flash("portal.account.move.sent")
		return v.Redirect(emailPath)
	}
	view, err := p.emailView(v, newEntry(v, in, problem))
	if err != nil {
		return err
	}
	return refused(v, emailFrame(v), func(pg components.Page) templ.Component { return emailPage(pg, view) })
}

// postForgoEmail gives up the address that waits.
func (p *portal) postForgoEmail(v *web.Visit) error {
	if err := p.Accounts.ForgoEmail(v.R.Context(), v.Actor.AccountID); err != nil {
		return err
	}
	v.Flash("portal.account.move.forgone")
	return v.Redirect(accountPath)
}

// emailLink is one of the two links by mail: GET shows a button and uses nothing up, since programs that read mail follow links too.
type emailLink struct {
	path, title, text, button string
}

var (
	provesEmail = emailLink{account.MovePath, "portal.account.move.confirm", "portal.account.move.confirm_text", "portal.account.move.confirm_button"}
	keepsEmail  = emailLink{account.KeepPath, "portal.account.move.keep", "portal.account.move.keep_text", "portal.account.move.keep_button"}
)

func (p *portal) getEmailLink(l emailLink) web.Handler {
	return func(v *web.Visit) error {
		works, err := p.Accounts.LinkWorks(v.R.Context(), l.path, v.Param("token"))
		if err != nil {
			return err
		}
		if !works {
			return deadEmail(v)
		}
		return v.Page(emailLinkPage(v.Frame(v.P.T(l.title)), l, v.R.URL.Path))
	}
}

func deadEmail(v *web.Visit) error { return deadLink(v, accountPath, v.P.T("portal.account.title")) }

// postMoveEmail gives the account its new address. Every session ends; this one begins anew (ASVS 7.4.3).
func (p *portal) postMoveEmail(v *web.Visit) error {
	err := p.Accounts.MoveEmail(v.R.Context(), v.Actor.AccountID, v.Param("token"))
	if fault.Of(err) == fault.NotFound {
		return deadEmail(v)
	}
	if err != nil {
		return err
	}
	if err := v.SignInVia(v.Actor.AccountID, v.Via()); err != nil {
		return err
	}
	v.Flash("portal.account.move.moved")
	return v.Redirect(accountPath)
}

// postKeepEmail keeps the address that the account has, or had.
func (p *portal) postKeepEmail(v *web.Visit) error {
	back, err := p.Accounts.KeepEmail(v.R.Context(), v.Param("token"))
	if fault.Of(err) == fault.NotFound {
		return deadEmail(v)
	}
	if err != nil {
		return err
	}
	said := v.P.T("portal.account.move.stopped")
	if back {
		said = v.P.T("portal.account.move.taken_back")
	}
	return v.Page(emailKeptPage(v.Frame(v.P.T("portal.account.move.kept")), said))
}
