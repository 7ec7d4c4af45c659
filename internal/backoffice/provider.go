package backoffice

import (
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/web"
)

// providerRoutes let agents come from their administration's provider of identities, where one is configured (RP-167). Its
// groups give their rights; there is no page on which an agent makes an account.
func (b *desk) providerRoutes(d *web.Door) {
	if b.OpenID == nil {
		return
	}
	b.provider = &web.Provider{
		Provider: b.OpenID, Accounts: b.Accounts, Kind: access.Agent,
		Enter: func(v *web.Visit, o account.Opened, next string) error { return b.letIn(v, o.Account, o.Via, next) },
	}
	d.ServeProvider(b.provider)
}
