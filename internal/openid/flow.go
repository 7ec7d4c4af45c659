package openid

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"guichet/internal/fault"
	"guichet/internal/text"
)

// Keep is the session of one browser.
type Keep interface {
	Put(key, value string)
	Take(key string) string
}

// Carry is what a sign-in brings back to the page it began on.
type Carry struct {
	Next  string `json:"next,omitempty"`  // where to go
	Token string `json:"token,omitempty"` // of a link that confirms an address
	Again bool   `json:"again,omitempty"` // whoever is signed in proves once more who they are, whatever the provider remembers
}

// flow is a sign-in on its way. It stands in the session of the browser that began it, and nowhere else: a code that
// another browser brings fits no flow (ASVS 10.1.2, 10.2.1).
type flow struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Began    time.Time `json:"began"`
	Carry
}

const (
	flowKey  = "openid.flow"
	flowLife = 15 * time.Minute // to sign in there
)

// Begin gives the address at the provider where the person signs in. Unavailable: the provider does not answer.
func (p *Provider) Begin(ctx context.Context, keep Keep, lang text.Lang, carry Carry) (address string, err error) {
	defer fault.Wrap(&err, "openid.Begin")
	k, err := p.learn(ctx)
	if err != nil {
		return "", err
	}
	f := flow{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Began: p.Now(), Carry: carry}
	raw, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	keep.Put(flowKey, string(raw))
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(f.Verifier), oauth2.SetAuthURLParam("nonce", f.Nonce), oauth2.SetAuthURLParam("ui_locales", string(lang)),
	}
	if carry.Again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if len(p.Contexts) > 0 {
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(p.Contexts, " ")))
	}
	return k.oauth.AuthCodeURL(f.State, options...), nil
}

func random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Refused is a sign-in that is not believed. Its reason is one word, for the log.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "refused: " + r.Reason }

// Cancelled is the reason of a sign-in that the person or the provider broke off.
const Cancelled = "cancelled"

func refuse(reason string) error {
	return fault.From(fault.Forbidden, "openid.refused", &Refused{reason})
}

// Reason is why err refused a sign-in, "" when it is another error.
func Reason(err error) string {
	if r, ok := errors.AsType[*Refused](err); ok {
		return r.Reason
	}
	return ""
}

// Finish takes the answer that a browser brings back. It is Forbidden with a [Refused] when anything about it is not as it
// must be, and Unavailable when the provider does not answer. The flow is used up either way.
func (p *Provider) Finish(ctx context.Context, keep Keep, answer url.Values) (c Claims, _ Carry, err error) {
	defer fault.Wrap(&err, "openid.Finish")
	f, err := p.resume(ctx, keep, answer)
	if err != nil {
		return c, f.Carry, err
	}
	k, err := p.learn(ctx)
	if err != nil {
		return c, f.Carry, err
	}
	if err := p.from(k, answer); err != nil {
		return c, f.Carry, err
	}
	if answer.Has("error") {
		return c, f.Carry, refuse(Cancelled)
	}
	token, err := k.oauth.Exchange(p.with(ctx), answer.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		if denied, ok := errors.AsType[*oauth2.RetrieveError](err); ok && denied.Response.StatusCode < 500 {
			return c, f.Carry, refuse("code")
		}
		p.failed.Store(p.Now().Unix())
		return c, f.Carry, away(errors.New("the token endpoint does not answer")) // the library's words quote the answer
	}
	c, err = p.claims(ctx, k, f, token)
	return c, f.Carry, err
}

// resume finds the flow that the answer is for: this browser's, begun a moment ago, and not used before by any request on
// any server.
func (p *Provider) resume(ctx context.Context, keep Keep, answer url.Values) (f flow, err error) {
	raw := keep.Take(flowKey)
	if raw == "" || len(answer["state"]) != 1 || len(answer["code"]) > 1 || len(answer["iss"]) > 1 || json.Unmarshal([]byte(raw), &f) != nil {
		return f, refuse("state")
	}
	if subtle.ConstantTimeCompare([]byte(f.State), []byte(answer.Get("state"))) != 1 {
		return f, refuse("state")
	}
	if p.Now().Sub(f.Began) > flowLife {
		return f, refuse("late")
	}
	key := sha256.Sum256([]byte("state " + f.State))
	first, err := p.Once(ctx, key[:], f.Began.Add(2*flowLife))
	if err == nil && !first {
		err = refuse("used")
	}
	return f, err
}

// from checks who the answer says it is from (RFC 9207; ASVS 10.2.2): an answer that does not say so is refused where the
// provider always does.
func (p *Provider) from(k *known, answer url.Values) error {
	if k.issSent && !answer.Has("iss") || answer.Has("iss") && answer.Get("iss") != p.Issuer {
		return refuse("iss_parameter")
	}
	return nil
}
