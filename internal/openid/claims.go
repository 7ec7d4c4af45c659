package openid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Claims is what a provider says of somebody, after its word was checked. Who it is, is Issuer and Subject together
// (ASVS 6.8.1, 10.5.2); an e-mail address names nobody.
type Claims struct {
	Issuer, Subject string
	Session         string // at the provider (sid), "" when it does not say
	Email           string
	Verified        bool // the provider has proven that the address is the person's
	LastName        string
	FirstNames      string
	Groups          []string
	Hint            string // the token, to sign out there
	At              time.Time
}

// spoken is a token as it is written.
type spoken struct {
	Issuer    string          `json:"iss"`
	Subject   string          `json:"sub"`
	Audience  audience        `json:"aud"`
	Party     string          `json:"azp"`
	Expires   *float64        `json:"exp"`
	Issued    *float64        `json:"iat"`
	NotBefore *float64        `json:"nbf"`
	Nonce     *string         `json:"nonce"`
	Context   string          `json:"acr"`
	Session   string          `json:"sid"`
	Proven    *float64        `json:"auth_time"`
	ID        string          `json:"jti"`
	AtHash    *string         `json:"at_hash"`
	Events    json.RawMessage `json:"events"`
}

// person are the claims that fill in an account.
type person struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	Family   string `json:"family_name"`
	Given    string `json:"given_name"`
	Name     string `json:"name"`
}

// audience is one name or a list of them.
type audience []string

// UnmarshalJSON reads either.
func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// truth is a yes that some providers write as a word.
type truth bool

// UnmarshalJSON reads true and "true"; all else is no.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

const (
	leeway  = time.Minute // between the provider's clock and ours
	longest = 255         // characters of a subject (OpenID Connect Core, 2)
)

// verify checks who signed a token and of which type it is, and reads it. types are those its header may name, in small
// letters.
func (p *Provider) verify(ctx context.Context, k *known, raw string, types ...string) (t spoken, _ *oidc.IDToken, err error) {
	var header struct {
		Type      string `json:"typ"`
		Algorithm string `json:"alg"`
	}
	first, _, _ := strings.Cut(raw, ".")
	b, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || json.Unmarshal(b, &header) != nil {
		return t, nil, refuse("form")
	}
	if !slices.Contains(algorithms, header.Algorithm) {
		return t, nil, refuse("alg")
	}
	if !slices.Contains(types, strings.ToLower(header.Type)) {
		return t, nil, refuse("typ")
	}
	token, err := k.tokens.Verify(p.with(ctx), raw)
	if err != nil {
		return t, nil, refuse("signature") // the library's words quote the token
	}
	if token.Claims(&t) != nil {
		return t, nil, refuse("form")
	}
	return t, token, p.addressed(t)
}

// addressed checks that a token is from the provider, for us alone, and of now (ASVS 9.2.1, 9.2.3, 10.5.4).
func (p *Provider) addressed(t spoken) error {
	now := p.Now()
	at := func(seconds *float64) time.Time { return time.Unix(int64(*seconds), 0) }
	switch {
	case t.Issuer != p.Issuer:
		return refuse("iss")
	case len(t.Audience) != 1 || t.Audience[0] != p.Client:
		return refuse("aud")
	case t.Party != "" && t.Party != p.Client:
		return refuse("azp")
	case t.Expires == nil || !now.Before(at(t.Expires).Add(leeway)):
		return refuse("exp")
	case t.Issued == nil || at(t.Issued).After(now.Add(leeway)):
		return refuse("iat")
	case t.NotBefore != nil && at(t.NotBefore).After(now.Add(leeway)):
		return refuse("nbf")
	}
	return nil
}

// claims checks the token of a sign-in against its flow, and asks the provider what else it says of the person.
func (p *Provider) claims(ctx context.Context, k *known, f flow, token *oauth2.Token) (c Claims, err error) {
	raw, _ := token.Extra("id_token").(string)
	t, id, err := p.verify(ctx, k, raw, "", "jwt")
	if err != nil {
		return c, err
	}
	if err := p.fits(t, id, f, token.AccessToken); err != nil {
		return c, err
	}
	c = Claims{Issuer: t.Issuer, Subject: t.Subject, Session: t.Session, Hint: raw, At: p.Now()}
	var who person
	var all map[string]json.RawMessage
	if id.Claims(&who) != nil || id.Claims(&all) != nil {
		return c, refuse("form")
	}
	if k.UserInfoEndpoint() != "" {
		if who, err = p.ask(ctx, k, token, t.Subject, who, all); err != nil {
			return c, err
		}
	}
	c.Email, c.Verified = clean(who.Email, 254), bool(who.Verified)
	c.LastName, c.FirstNames = clean(who.Family, 200), clean(who.Given, 200)
	if c.LastName == "" && c.FirstNames == "" {
		c.LastName = clean(who.Name, 200)
	}
	if p.Groups != "" {
		c.Groups = list(all[p.Groups])
	}
	return c, nil
}

// fits checks that a token answers this flow and no other (ASVS 10.5.1, 6.8.4).
func (p *Provider) fits(t spoken, id *oidc.IDToken, f flow, access string) error {
	switch {
	case t.Events != nil:
		return refuse("typ") // a token that ends sessions opens none
	case t.Nonce == nil || *t.Nonce != f.Nonce:
		return refuse("nonce")
	case time.Unix(int64(*t.Issued), 0).Before(f.Began.Add(-leeway)):
		return refuse("iat")
	case f.Again && (t.Proven == nil || time.Unix(int64(*t.Proven), 0).Before(f.Began.Add(-leeway))):
		return refuse("auth_time") // what it remembers proves nothing (OpenID Connect Core, 3.1.2.1)
	case !subject(t.Subject):
		return refuse("sub")
	case t.AtHash != nil && id.VerifyAccessToken(access) != nil:
		return refuse("at_hash")
	case len(p.Contexts) > 0 && !slices.Contains(p.Contexts, t.Context):
		return refuse("acr")
	}
	return nil
}

func subject(s string) bool { return s != "" && len(s) <= longest && strings.TrimSpace(s) == s }

// ask reads what the provider says of the person beside the token. What the signed token says stands.
func (p *Provider) ask(ctx context.Context, k *known, token *oauth2.Token, subject string, who person, all map[string]json.RawMessage) (person, error) {
	info, err := k.UserInfo(p.with(ctx), oauth2.StaticTokenSource(token))
	if err != nil {
		return who, away(errors.New("the userinfo endpoint does not answer"))
	}
	if info.Subject != subject {
		return who, refuse("userinfo_sub")
	}
	var more person
	var others map[string]json.RawMessage
	if info.Claims(&more) != nil || info.Claims(&others) != nil {
		return who, refuse("form")
	}
	if who.Email == "" { // address and proof come from the same hand
		who.Email, who.Verified = more.Email, more.Verified
	}
	if who.Family == "" && who.Given == "" {
		who.Family, who.Given = more.Family, more.Given
	}
	if who.Name == "" {
		who.Name = more.Name
	}
	if _, said := all[p.Groups]; !said && p.Groups != "" {
		all[p.Groups] = others[p.Groups]
	}
	return who, nil
}

// list reads a claim that is one word or several.
func list(raw json.RawMessage) []string {
	var a audience
	if len(raw) == 0 || json.Unmarshal(raw, &a) != nil {
		return nil
	}
	return a
}

// clean takes away what no name and no address has, and what is longer than any.
func clean(s string, most int) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s))
	if runes := []rune(s); len(runes) > most {
		return ""
	}
	return s
}
