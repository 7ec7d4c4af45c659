package web

import (
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/openid"
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
	pg := v.Frame(v.P.T("openid.link.title", "provider", p.Label.In(v.P.Lang)))
	who := account.Profile{Email: c.Email, LastName: c.LastName, FirstNames: c.FirstNames}
	return v.Page(v.Door.within(pg, linkPage(v.P, pg.Title, p.Label.In(v.P.Lang), who, v.Person())))
}

// postLink lets the provider open the account of whoever is signed in, who has just proven it to be theirs.
func (p *Provider) postLink(v *Visit) error {
	in, err := v.OneEach("action")
	if err != nil {
		return err
	}
	c, ok, err := p.Pending(v)
	if err != nil {
		return err
	}
	next := p.Settle(v)
	if !ok || in["action"] != "link" {
		return v.Redirect(next)
	}
	o, err := p.Accounts.Link(v.R.Context(), access.Actor{AccountID: v.Actor.AccountID, Kind: p.Kind}, c)
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
