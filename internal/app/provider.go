package app

import (
	"guichet/internal/openid"
	"guichet/internal/web"
)

// openProvider makes a door's provider of identities, with the addresses that are registered there; nil for none.
func (a *App) openProvider(cfg *openid.Config, origin, signedOut string) (*openid.Provider, error) {
	if cfg == nil {
		return nil, nil
	}
	c := *cfg
	c.Redirect, c.SignedOut, c.Now, c.Once = origin+web.ProviderBack, origin+signedOut, a.Store.Now, a.Accounts.Once
	return openid.New(c)
}
