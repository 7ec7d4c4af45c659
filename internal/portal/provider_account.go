package portal

import (
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
)

// linked is what a person's account page tells of the provider that opens it; nil where none is configured.
type linked struct {
	provider *web.Provider
	label    string
	id       string // of the identity, "" for none
	since    string
	password bool // opens the account as well
}

func (p *portal) linked(v *web.Visit) (*linked, error) {
	if p.provider == nil {
		return nil, nil
	}
	all, password, err := p.Accounts.Identities(v.R.Context(), v.Actor.AccountID)
	if err != nil {
		return nil, err
	}
	l := &linked{provider: p.provider, label: p.OpenID.Label.In(v.P.Lang), password: password}
	for _, i := range all {
		if i.Issuer == p.OpenID.Issuer {
			l.id, l.since = strconv.FormatInt(i.ID, 10), v.P.DateAt(i.Linked)
		}
	}
	return l, nil
}

// passwordRow tells of the password, or how to choose a first one.
func (l *linked) passwordRow(p text.Printer) (words, change string) {
	if l != nil && !l.password {
		return p.T("openid.account.no_password"), "/forgotten"
	}
	return p.T("portal.account.hidden"), passwordPath
}

func (p *portal) postUnlink(v *web.Visit) error {
	id, err := strconv.ParseInt(v.Param("identity"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	if err := p.Accounts.Unlink(v.R.Context(), v.Actor, id); err != nil {
		return err
	}
	if v.Via().Identity == id { // its sessions have ended, this one too
		if err := v.Unbind(); err != nil {
			return err
		}
	}
	v.Flash("openid.account.unlinked", "provider", p.OpenID.Label.In(v.P.Lang))
	return v.Redirect(accountPath)
}
