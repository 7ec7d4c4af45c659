package openid

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/url"
	"time"

	"guichet/internal/fault"
)

// SignOutURL is where the person signs out at the provider too and comes back from; "" when the provider offers no such
// page or does not answer. hint is [Claims.Hint].
func (p *Provider) SignOutURL(ctx context.Context, hint string) string {
	k, err := p.learn(ctx)
	if err != nil || k.signOut == "" || hint == "" {
		return ""
	}
	u, err := url.Parse(k.signOut)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("id_token_hint", hint)
	q.Set("client_id", p.Client)
	q.Set("post_logout_redirect_uri", p.SignedOut)
	u.RawQuery = q.Encode()
	return u.String()
}

// Ended is whose sessions the provider wants ended: the one of Session, or all of Subject where Session is "".
// Once is the key of the token, to be remembered until Until together with what it ends: a second use is [Used].
type Ended struct {
	Issuer, Subject, Session string
	Once                     []byte
	Until                    time.Time
}

// Used refuses a token that was used before.
func Used() error { return refuse("used") }

const (
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
	logoutLife  = 5 * time.Minute // a token is believed no longer than that after it was made
)

// Ends checks a token that the provider sent by itself (OpenID Connect Back-Channel Logout 1.0, 2.6; ASVS 10.5.5). It is
// Forbidden with a [Refused] when it is not what it must be.
func (p *Provider) Ends(ctx context.Context, raw string) (e Ended, err error) {
	defer fault.Wrap(&err, "openid.Ends")
	k, err := p.learn(ctx)
	if err != nil {
		return e, err
	}
	t, _, err := p.verify(ctx, k, raw, "logout+jwt")
	if err != nil {
		return e, err
	}
	var events map[string]map[string]any
	_ = json.Unmarshal(t.Events, &events) // what cannot be read has no event
	_, named := events[logoutEvent]
	switch {
	case !named:
		return e, refuse("events")
	case t.Nonce != nil:
		return e, refuse("nonce")
	case t.Session == "" && t.Subject == "", t.Subject != "" && !subject(t.Subject):
		return e, refuse("sub")
	case t.ID == "":
		return e, refuse("jti")
	case p.Now().Sub(time.Unix(int64(*t.Issued), 0)) > logoutLife:
		return e, refuse("iat")
	}
	key := sha256.Sum256([]byte("jti " + p.Issuer + " " + t.ID))
	return Ended{t.Issuer, t.Subject, t.Session, key[:], p.Now().Add(2 * logoutLife)}, nil
}
