package web

import (
	"net/http"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/openid"
)

// Addresses of a door whose people may sign in at a provider of identities. ProviderBack and ProviderSignOut are registered
// with the provider.
const (
	ProviderPath    = SignInPath + "/provider"
	ProviderBack    = SignInPath + "/back"
	ProviderSignOut = SignOutPath + "/back-channel"
	ProviderNew     = SignInPath + "/new"  // who is not known here says who they are
	ProviderLink    = SignInPath + "/link" // who has an account lets the provider open it
)

// Provider is how people sign in at a provider of identities and out again. The door says what follows.
type Provider struct {
	*openid.Provider
	Accounts *account.Desk
	Kind     access.Kind
	// Enter signs somebody in by [Visit.SignInVia] and leads on to next.
	Enter func(v *Visit, o account.Opened, next string) error
	// Join shows the page on which somebody new says who they are; nil where nobody can.
	Join func(v *Visit, c openid.Claims) error
	// Confirm follows the link of a mail with its token; nil where no mail has any.
	Confirm func(v *Visit, c openid.Claims, token string) error
}

// ServeProvider registers the addresses that signing in at a provider needs.
func (d *Door) ServeProvider(p *Provider) {
	d.provider = p
	d.Post(ProviderPath, Public, p.begin, PerIP(30, 5*time.Minute), Slow(20*time.Second))
	d.Get(ProviderBack, Public, p.back, PerIP(60, 5*time.Minute), Slow(30*time.Second))
	d.Post(ProviderSignOut, Public, p.ends, PerIP(600, time.Minute), Machine)
	d.Get(ProviderNew, Public, p.getNew)
	d.Get(ProviderLink, SignedIn, p.getLink)
	d.Post(ProviderLink, SignedIn, p.postLink, AsksPassword)
}

// begin sends the person to the provider: by a page, since the content policy lets no form lead elsewhere.
func (p *Provider) begin(v *Visit) error {
	in, err := v.OneEach("next", "token")
	if err != nil {
		return err
	}
	return p.send(v, openid.Carry{Next: ReturnPath(in["next"]), Token: in["token"]})
}

// Send sends somebody to the provider from a page of the door, to come back signed in at next.
func (p *Provider) Send(v *Visit, next string) error { return p.send(v, openid.Carry{Next: next}) }

func (p *Provider) send(v *Visit, carry openid.Carry) error {
	if err := v.Renew(); err != nil {
		return err
	}
	address, err := p.Begin(v.R.Context(), v, v.P.Lang, carry)
	if err != nil {
		return p.turnAway(v, err)
	}
	return v.LeaveFor(address, p.Label.In(v.P.Lang))
}

// back takes what the provider sends back by the browser. Whatever is wrong with it, nobody is signed in.
func (p *Provider) back(v *Visit) error {
	c, carry, err := p.Finish(v.R.Context(), v, v.R.URL.Query())
	if err != nil {
		return p.turnAway(v, err)
	}
	if carry.Again {
		return p.provedThere(v, c)
	}
	if carry.Token != "" && p.Confirm != nil {
		return p.tell(v, p.Confirm(v, c, carry.Token))
	}
	o, err := p.Accounts.Recognise(v.R.Context(), p.Kind, v.P.Lang, c)
	switch {
	case err != nil:
		return p.tell(v, err)
	case v.SignedIn() && o.Account != 0 && o.Account != v.Actor.AccountID:
		return p.tell(v, fault.New(fault.Conflict, "openid.taken"))
	case o.Account == 0:
		return p.stranger(v, c, carry.Next)
	}
	return p.Enter(v, o, carry.Next)
}

// tell shows what an account says against a sign-in on the page that begins another.
func (p *Provider) tell(v *Visit, err error) error {
	if err == nil || fault.Key(err) == "" {
		return err
	}
	return p.turnAway(v, err)
}

// turnAway answers a sign-in that came to nothing with the ways that remain. The log has one word of why.
func (p *Provider) turnAway(v *Visit, err error) error {
	kind := fault.Of(err)
	if kind != fault.Forbidden && kind != fault.Unavailable && kind != fault.Conflict {
		return err
	}
	key, reason := fault.Key(err), openid.Reason(err)
	if reason == openid.Cancelled {
		key = "openid.cancelled"
	}
	label := p.Label.In(v.P.Lang)
	v.Log("kind", kind.String(), "key", key)
	if reason != "" {
		v.Log("reason", reason)
	}
	if kind == fault.Unavailable {
		v.W.Header().Set("Retry-After", "10")
	}
	pg := v.Frame(v.P.T(titleOf(kind), "provider", label))
	return v.PageStatus(answers[kind].status, v.Door.within(pg, turnedAwayPage(v.P, pg.Title, v.P.T(key, "provider", label), label, v.SignedIn())))
}

func titleOf(kind fault.Kind) string {
	if kind == fault.Unavailable {
		return "openid.title.away"
	}
	return "openid.title.refused"
}

// LeaveFor sends the person to another site by a page that says so and goes on by itself.
func (v *Visit) LeaveFor(address, name string) error {
	v.W.Header().Set("Refresh", "0; url="+address)
	pg := v.Frame(v.P.T("openid.leaving.title", "provider", name))
	return v.PageStatus(http.StatusOK, v.Door.within(pg, leavingPage(v.P, pg.Title, address, name)))
}

// SignOutBy is the address that signs the person out at the provider too, "" when a provider did not open the session. It is
// to be asked before SignOut.
func (v *Visit) SignOutBy(p *Provider) string {
	if p == nil {
		return ""
	}
	hint, err := p.Accounts.Hint(v.Get(hintKey))
	if err != nil {
		v.Log("error", err.Error())
		return ""
	}
	return p.SignOutURL(v.R.Context(), hint)
}

// ends takes the provider's own word that sessions have ended (ASVS 10.5.5).
func (p *Provider) ends(v *Visit) error {
	in, err := v.OneEach("logout_token")
	if err == nil {
		var e openid.Ended
		if e, err = p.Ends(v.R.Context(), in["logout_token"]); err == nil {
			err = p.Accounts.EndSessions(v.R.Context(), p.Kind, e)
		}
	}
	switch fault.Of(err) {
	case fault.Forbidden, fault.Invalid, fault.TooLarge:
		v.Log("kind", fault.Of(err).String(), "reason", openid.Reason(err))
		return v.Empty(http.StatusBadRequest)
	default:
	}
	if err != nil {
		return err
	}
	return v.Empty(http.StatusOK)
}
