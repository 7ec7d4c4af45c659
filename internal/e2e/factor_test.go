package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"guichet/internal/access"
	"guichet/internal/app"
	"guichet/internal/openid"
	provider "guichet/internal/testkit/openid"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
	"guichet/internal/web"
)

// token gives the browser a device that makes passkeys and verifies its owner.
func (t *tab) token() {
	t.t.Helper()
	_, err := chromedp.Call(t.ctx, webauthn.Enable, webauthn.EnableParams{})
	must(t.t, err)
	_, err = chromedp.Call(t.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	must(t.t, err)
}

// A person adds a passkey in a real browser, and signs in with it and nothing else.
func TestPasskeyInABrowser_ASVS_6_3_3(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person("lea@example.org")
	b := h.browse(mouse{script: true})
	b.token()
	b.speak(h.applicants, "fr")
	b.signIn(h.applicants, "lea@example.org", stage.Password)
	b.visit(h.applicants + web.FactorsPath + "/passkey")
	b.type_("name", "Mon téléphone")
	b.send("#passkey button")
	b.says("Codes de secours")
	b.turns(func() { b.hand.press(b, `form[action="/sign-out"] button`) })
	b.visit(h.applicants + web.SignInPath)
	b.send("#passkey-ask button")
	b.send("#passkey button")
	b.visit(h.applicants + "/account")
	b.says("lea@example.org")
	b.turns(func() { b.hand.press(b, `form[action="/sign-out"] button`) })
	b.signIn(h.applicants, "lea@example.org", stage.Password)
	b.says("Seconde preuve")
	b.send("#passkey button")
	b.visit(h.applicants + "/account")
	b.says("Mon compte")
}

// factorPages are those on which somebody makes, gives and takes away second proofs.
func (c *checker) factorPages(door, email, lang string) {
	c.t.Helper()
	c.speak(door, lang)
	c.see(door, web.PasskeyPath)
	c.send("#passkey-ask button")
	c.check("a passkey asked for")
	c.signIn(door, email, stage.Password)
	c.speak(door, lang)
	c.see(door, web.FactorsPath, web.FactorsPath+"/passkey")
	c.visit(door + web.FactorsPath)
	c.send("#totp button")
	c.until(`document.querySelector("main img").naturalWidth === 280`)
	c.check("an app to set up")
	c.left.strike(web.FactorsPath + "/totp/code.png")
	secret := strings.ReplaceAll(look[string](c.tab, `document.querySelector("main code").textContent`), " ", "")
	c.empty("an app to set up", "#confirm-totp button")
	code, err := totp.GenerateCode(secret, c.Clock.Now())
	must(c.t, err)
	c.type_("code", code)
	c.send("#confirm-totp button")
	c.check("recovery codes")
	c.see(door, web.FactorsPath)
	c.Clock.Advance(6 * time.Minute)
	c.send("#codes button")
	c.check("proven again")
	c.empty("proven again", "#again button")
	c.turns(func() { c.hand.press(c.tab, `form[action="/sign-out"] button`) })
	c.signIn(door, email, stage.Password)
	c.check("the second proof")
	c.empty("the second proof", "#second button.govuk-button")
	c.left.strike(web.AgainPath) // leads on; TestProviderIsAccessible looks at it
}

// bareAgent is an agent who must make a second proof before anything else: first as who was not invited to, then by an invitation.
func (c *checker) bareAgent() {
	c.t.Helper()
	c.desk(agentsEmail)
	c.Accounts.AgentsBare = false
	c.signIn(c.agents, agentsEmail, stage.Password)
	c.see(c.agents, web.FactorsPath)
	link, err := c.Accounts.ResetFactorsHere(c.t.Context(), access.Agent, agentsEmail)
	must(c.t, err)
	c.visit(link)
	c.type_("password", stage.Password)
	c.send("main form button.govuk-button")
	c.factorPages(c.agents, agentsEmail, "en")
}

// The pages between a door and a provider of identities: who is new, who has an account, and who proves again who they are.
func TestProviderIsAccessible(t *testing.T) {
	t.Parallel()
	h := &house{t: t}
	liar := provider.NewLiar(t, func() time.Time { return h.Clock.Now() })
	liar.Person = provider.Map{"email": "chiara@example.org", "email_verified": true, "family_name": "Bianchi", "given_name": "Chiara"}
	liar.Token = func(_, claims provider.Map) { claims["auth_time"] = h.Clock.Now().Unix() }
	h.start(func(c *app.Config) {
		c.People = &openid.Config{Issuer: liar.URL, Client: provider.Client, Secret: provider.Secret, Label: text.Words{FR: "MConnect", EN: "MConnect"}, Scopes: []string{"email", "profile"}}
	})
	h.watch.origins = append(h.watch.origins, liar.URL)
	h.person("lea@example.org")
	c := h.checker(h.Site.Applicants, new(tally))
	come := func() {
		c.visit(h.applicants + web.SignInPath)
		c.send(`form[action="` + web.ProviderPath + `"] button`)
	}
	for _, lang := range []string{"fr", "en"} {
		c.speak(h.applicants, lang)
		come()
		c.until(`location.pathname === "` + web.ProviderNew + `"`)
		c.check("somebody new")
		c.empty("somebody new", "#join button.govuk-button")
	}
	c.visit(h.applicants + web.ProviderNew)
	look[bool](c.tab, `!document.querySelectorAll("#join [type=checkbox]").forEach(b => b.checked = true)`)
	c.send("#join button.govuk-button")
	for _, lang := range []string{"en", "fr"} {
		c.speak(h.applicants, lang)
		c.visit(h.applicants + "/account/leave")
		c.send("main form button.govuk-button")
		c.check("proven again by the provider")
		c.send("#again-provider button")
		c.until(`location.pathname === "` + web.AgainPath + `"`)
		c.check("proven by the provider")
		c.Clock.Advance(6 * time.Minute)
	}
}
