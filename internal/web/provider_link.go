package web

import (
	"net/http"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/openid"
	"guichet/web/components"
)

// Where a session keeps who came from a provider and is not known here yet, and where they wanted to go.
const pendingKey, pendingNext = "openid.pending", "openid.next"

// stranger is somebody whom the provider knows and this door does not. Whoever is signed in is asked whether it is them.
func (p *Provider) stranger(v *Visit, c openid.Claims, next string) error {
	sealed, err := p.Accounts.KeepPending(c)
	if err != nil {
		return err
	}
	if err := v.Renew(); err != nil {
		return err
	}
	v.Put(pendingKey, sealed)
	v.Put(pendingNext, next)
	if v.SignedIn() {
		return v.Redirect(ProviderLink)
	}
	return v.Redirect(ProviderNew)
}

// Pending is who came from the provider to this browser a moment ago and has not said yet who they are here.
func (p *Provider) Pending(v *Visit) (openid.Claims, bool, error) {
	return p.Accounts.Pending(v.Get(pendingKey))
}

// Settle forgets who was pending and gives where they wanted to go.
func (p *Provider) Settle(v *Visit) (next string) {
	v.Take(pendingKey)
	return ReturnPath(v.Take(pendingNext))
}

// getNew asks somebody new who they are. The owner of an account proves that it is theirs: an address that the provider
// tells opens nothing.
func (p *Provider) getNew(v *Visit) error {
	c, ok, err := p.Pending(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.Redirect(SignInPath)
	}
	known := p.Join == nil
	if !known && c.Verified { // to others it is not said who has an account
		if known, err = p.Accounts.HasAccount(v.R.Context(), p.Kind, c.Email); err != nil {
			return err
		}
	}
	if known {
		return p.Known(v, c)
	}
	return p.Join(v, c)
}

// Known says that the provider's address has an account, and how its owner lets the provider open it.
func (p *Provider) Known(v *Visit, c openid.Claims) error {
	pg := v.Frame(v.P.T("openid.known.title"))
	return v.Page(v.Door.within(pg, knownPage(v.P, pg.Title, p.Label.In(v.P.Lang), c.Email)))
}

func (p *Provider) getLink(v *Visit) error {
	c, ok, err := p.Pending(v)
	if err != nil {
		return err
	}
	if !ok {
		return v.Redirect("/")
	}
	return p.askLink(v, c, nil)
}

// askLink asks whether the provider may open the account, with the password where signing in with it is not of this moment.
func (p *Provider) askLink(v *Visit, c openid.Claims, problem *account.Problem) error {
	pg := v.Frame(v.P.T("openid.link.title", "provider", p.Label.In(v.P.Lang)))
	l := linkView{title: pg.Title, provider: p.Label.In(v.P.Lang), person: v.Person()}
	l.who = account.Profile{Email: c.Email, LastName: c.LastName, FirstNames: c.FirstNames}
	if !v.Fresh() {
		l.password = &components.Field{ID: "password", Name: "password", Label: v.P.T("openid.link.password"), Type: "password", Autocomplete: "current-password", Width: 30}
	}
	if problem == nil || l.password == nil {
		return v.Page(v.Door.within(pg, linkPage(v.P, l)))
	}
	l.password.Error = problem.Say(v.P)
	l.problems = []components.Problem{{ID: "password", Text: l.password.Error}}
	pg.Error = true
	return v.PageStatus(http.StatusUnprocessableEntity, v.Door.within(pg, linkPage(v.P, l)))
}

// linkView is what the page asks that lets a provider open an account.
type linkView struct {
	title, provider string
	who             account.Profile // as the provider says
	person          string          // as the account is named here
	password        *components.Field
	problems        []components.Problem
}

// postLink lets the provider open the account of whoever is signed in and has proven again that it is theirs.
func (p *Provider) postLink(v *Visit) error {
	in, err := v.OneEach("action", "password")
	if err != nil {
		return err
	}
	c, ok, err := p.Pending(v)
	if err != nil {
		return err
	}
	if !ok || in["action"] != "link" {
		return v.Redirect(p.Settle(v))
	}
	o, problem, err := p.Accounts.Link(v.R.Context(), access.Actor{AccountID: v.Actor.AccountID, Kind: p.Kind}, c, v.Fresh(), in["password"])
	if problem != nil {
		return p.askLink(v, c, problem)
	}
	next := p.Settle(v)
	if err != nil {
		return p.tell(v, err)
	}
	v.Flash("openid.link.done", "provider", p.Label.In(v.P.Lang))
	return p.Enter(v, o, next)
}

func named(who account.Profile) []string {
	if who.LastName == "" && who.FirstNames == "" {
		return nil
	}
	return lines(who.Shown())
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
