// Package openid is the relying party of OpenID Connect: it sends people to a provider of identities, and believes what
// comes back as far as it is proven.
//
// It knows no account and no database. What must be remembered of a sign-in on its way stands in the browser's session
// ([Keep]), what may be used once is remembered by [Config.Once].
package openid

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"guichet/internal/fault"
	"guichet/internal/text"
)

// Config is one provider, and what is registered with it about one door.
type Config struct {
	Issuer    string // exactly as the provider writes it in its tokens
	Client    string
	Secret    string
	Redirect  string // where the provider sends people back to
	SignedOut string // where it sends them after signing out
	Label     text.Words
	Roots     *x509.CertPool // nil: the system's
	Scopes    []string       // beside openid; no more than is used (ASVS 10.2.3)
	Contexts  []string       // authentication contexts (acr), one of which is required; none: any will do
	Groups    string         // claim that holds the groups of an agent, "" for none
	Now       func() time.Time
	// Once tells whether a key is seen for the first time; it is remembered at least until then, for all servers.
	Once func(ctx context.Context, key []byte, until time.Time) (bool, error)
}

// Provider is a provider of identities. What it publishes is read when it is first needed.
type Provider struct {
	Config
	client *http.Client

	mu     sync.Mutex
	known  *known
	failed atomic.Int64 // when it last failed to answer, in Unix seconds
}

// known is what the provider publishes of itself.
type known struct {
	*oidc.Provider
	at      time.Time
	oauth   oauth2.Config
	tokens  *oidc.IDTokenVerifier
	signOut string // end_session_endpoint, "" for none
	issSent bool   // RFC 9207: each answer tells who it is from
}

const (
	patience   = 5 * time.Second  // for one answer of the provider
	freshness  = time.Hour        // what it publishes is read again after that: keys it took back are then forgotten
	retryAfter = 10 * time.Second // nobody waits for it again so soon after it failed
	largest    = 1 << 20          // bytes of one answer
)

// algorithms are the signatures that are believed: none that whoever checks could have made (ASVS 9.1.2).
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// New makes a provider; nothing is asked of it yet. An issuer must be https, or on this machine.
func New(cfg Config) (_ *Provider, err error) {
	defer fault.Wrap(&err, "openid.New")
	u, err := url.Parse(cfg.Issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || !secure(u) {
		return nil, fault.New(fault.Invalid, "openid.issuer")
	}
	if cfg.Client == "" || cfg.Secret == "" {
		return nil, fault.New(fault.Invalid, "openid.client")
	}
	p := &Provider{Config: cfg}
	p.client = &http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &brake{now: cfg.Now, next: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, MaxResponseHeaderBytes: 32 << 10, MaxIdleConns: 4, IdleConnTimeout: time.Minute,
			ForceAttemptHTTP2: true,
		}},
	}
	return p, nil
}

// secure tells an address that only the provider can answer for.
func secure(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
}

// Down tells whether the provider failed to answer just now; it asks nothing.
func (p *Provider) Down() bool {
	return p.Now().Unix()-p.failed.Load() < int64(3*retryAfter/time.Second)
}

// learn gives what the provider publishes, read again once an hour. A provider that is away stays known.
func (p *Provider) learn(ctx context.Context) (*known, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.Now()
	if p.known != nil && now.Sub(p.known.at) < freshness {
		return p.known, nil
	}
	if now.Unix()-p.failed.Load() < int64(retryAfter/time.Second) {
		return p.orKnown(errors.New("it failed a moment ago"))
	}
	k, err := p.discover(ctx)
	if err != nil {
		p.failed.Store(now.Unix())
		return p.orKnown(err)
	}
	k.at = now
	p.known = k
	p.failed.Store(0)
	return k, nil
}

func (p *Provider) orKnown(err error) (*known, error) {
	if p.known != nil && p.Now().Sub(p.known.at) < 24*freshness {
		return p.known, nil
	}
	return nil, away(err)
}

func away(err error) error { return fault.From(fault.Unavailable, "openid.away", err) }

// discover reads the provider's page about itself, which must be of the issuer that is configured (ASVS 10.5.3).
func (p *Provider) discover(ctx context.Context) (*known, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	op, err := oidc.NewProvider(p.with(ctx), p.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Keys          string   `json:"jwks_uri"`
		UserInfo      string   `json:"userinfo_endpoint"`
		SignOut       string   `json:"end_session_endpoint"`
		Auth          []string `json:"token_endpoint_auth_methods_supported"`
		IssSent       bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := op.Claims(&more); err != nil {
		return nil, err
	}
	for _, address := range []string{more.Authorization, more.Token, more.Keys, more.UserInfo, more.SignOut} {
		if u, err := url.Parse(address); err != nil || address != "" && !secure(u) || strings.HasPrefix(p.Issuer, "https:") && u.Scheme == "http" {
			return nil, errors.New("an address of the provider is not https")
		}
	}
	end := op.Endpoint()
	end.AuthStyle = oauth2.AuthStyleInHeader
	if len(more.Auth) > 0 && !slices.Contains(more.Auth, "client_secret_basic") {
		end.AuthStyle = oauth2.AuthStyleInParams
	}
	return &known{
		Provider: op, signOut: more.SignOut, issSent: more.IssSent,
		oauth: oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: end, RedirectURL: p.Redirect, Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...)},
		// The library checks the signature. What the token says is checked in claims.go, more strictly and reason by reason.
		tokens: op.VerifierContext(p.with(context.WithoutCancel(ctx)), &oidc.Config{
			SupportedSigningAlgs: algorithms, SkipClientIDCheck: true, SkipExpiryCheck: true, SkipIssuerCheck: true,
		}),
	}, nil
}

func (p *Provider) with(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// brake bounds what the provider may send, and how often tokens with keys that nobody knows make us ask for its keys.
type brake struct {
	next http.RoundTripper
	now  func() time.Time

	mu   sync.Mutex
	keys map[string]kept
}

type kept struct {
	at     time.Time
	body   string
	header http.Header
}

const keysAtMost = 5 * time.Second

// RoundTrip asks the provider; a page that was read a moment ago without credentials is not asked for again.
func (b *brake) RoundTrip(r *http.Request) (*http.Response, error) {
	plain := r.Method == http.MethodGet && r.Header.Get("Authorization") == ""
	b.mu.Lock()
	k, ok := b.keys[r.URL.String()]
	b.mu.Unlock()
	if plain && ok && b.now().Sub(k.at) < keysAtMost {
		return answer(r, k), nil
	}
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, largest+1))
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	if len(body) > largest {
		return nil, errors.New("the provider's answer is too large")
	}
	k = kept{b.now(), string(body), res.Header}
	if plain && res.StatusCode == http.StatusOK {
		b.mu.Lock()
		if b.keys == nil || len(b.keys) > 10 {
			b.keys = map[string]kept{}
		}
		b.keys[r.URL.String()] = k
		b.mu.Unlock()
	}
	fresh := answer(r, k)
	fresh.StatusCode, fresh.Status = res.StatusCode, res.Status
	return fresh, nil
}

func answer(r *http.Request, k kept) *http.Response {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: k.header.Clone(),
		Body: io.NopCloser(strings.NewReader(k.body)), ContentLength: int64(len(k.body)), Request: r,
	}
}
