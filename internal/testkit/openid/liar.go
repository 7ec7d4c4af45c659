package openid

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Client and Secret are what both providers know of the service.
const (
	Client = "guichet"
	Secret = "s3cret-of-the-client"
)

// Map is a token's header or claims, or a page of the provider.
type Map = map[string]any

// Liar is a provider that does as it should until a test tells it to lie.
type Liar struct {
	URL     string
	Key     *rsa.PrivateKey // published
	Subject string
	Person  Map                              // claims of the userinfo page, beside sub
	Publish func(page Map)                   // changes what it says of itself
	Token   func(header, claims Map)         // changes the token of a sign-in
	Sign    func(header, claims Map) string  // signs it; nil: with Key
	Info    func(claims Map)                 // changes the userinfo page
	Answer  func(w http.ResponseWriter) bool // of the token endpoint; true: it has answered
	Swap    func(answer Map)                 // changes the token endpoint's answer
	Reuse   bool                             // takes a code any number of times
	Silent  bool                             // does not answer at all
	now     func() time.Time
	t       testing.TB
	mu      sync.Mutex
	codes   map[string]url.Values
	given   int
	Fetched map[string]int // pages asked for, by path
}

var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// NewLiar starts a provider on loopback that ends with the test.
func NewLiar(t testing.TB, now func() time.Time) *Liar {
	l := &Liar{t: t, now: now, Key: signingKey(), Subject: "subject-1", codes: map[string]url.Values{}, Fetched: map[string]int{}}
	s := httptest.NewServer(l)
	t.Cleanup(s.Close)
	l.URL = s.URL
	return l
}

// Honest makes it stop lying.
func (l *Liar) Honest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Publish, l.Token, l.Sign, l.Info, l.Answer, l.Swap, l.Reuse, l.Silent = nil, nil, nil, nil, nil, nil, false, false
}

// ServeHTTP is the provider's own server.
func (l *Liar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/auth" { // a real browser
		http.Redirect(w, r, r.FormValue("redirect_uri")+"?"+l.Authorize(l.URL+r.URL.RequestURI()).Encode(), http.StatusSeeOther)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Fetched[r.URL.Path]++
	if l.Silent {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		page := Map{
			"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"userinfo_endpoint": l.URL + "/me", "end_session_endpoint": l.URL + "/end", "authorization_response_iss_parameter_supported": true,
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		}
		if l.Publish != nil {
			l.Publish(page)
		}
		write(w, page)
	case "/keys":
		write(w, Map{"keys": []any{l.JWK("k1")}})
	case "/token":
		l.token(w, r)
	case "/me":
		claims := Map{"sub": l.Subject}
		for k, v := range l.Person {
			claims[k] = v
		}
		if l.Info != nil {
			l.Info(claims)
		}
		write(w, claims)
	default:
		http.NotFound(w, r)
	}
}

// Authorize signs the person in, as the page at the address would, and gives what the browser brings back.
func (l *Liar) Authorize(address string) url.Values {
	l.t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, l.URL+"/auth?") {
		l.t.Fatalf("%s is not where one signs in: %v", address, err)
	}
	q := u.Query()
	if q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("nonce") == "" || len(q.Get("state")) < 40 {
		l.t.Fatalf("a sign-in is asked for with %v", q)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given++
	code := "code-" + strconv.Itoa(l.given)
	l.codes[code] = q
	return url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {l.URL}}
}

func (l *Liar) token(w http.ResponseWriter, r *http.Request) {
	if l.Answer != nil && l.Answer(w) {
		return
	}
	id, secret, _ := r.BasicAuth()
	asked, ok := l.codes[r.FormValue("code")]
	proof := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || id != Client || secret != url.QueryEscape(Secret) || asked.Get("code_challenge") != b64(proof[:]) || asked.Get("redirect_uri") != r.FormValue("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		write(w, Map{"error": "invalid_grant", "error_description": "private words"})
		return
	}
	if !l.Reuse {
		delete(l.codes, r.FormValue("code"))
	}
	access := "access-" + r.FormValue("code")
	half := sha256.Sum256([]byte(access))
	header := Map{"alg": "RS256", "kid": "k1", "typ": "JWT"}
	claims := Map{
		"iss": l.URL, "sub": l.Subject, "aud": Client, "exp": l.now().Add(5 * time.Minute).Unix(), "iat": l.now().Unix(),
		"nonce": asked.Get("nonce"), "at_hash": b64(half[:16]), "sid": "session-" + r.FormValue("code"),
	}
	if l.Token != nil {
		l.Token(header, claims)
	}
	sign := l.Signed
	if l.Sign != nil {
		sign = l.Sign
	}
	answer := Map{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": sign(header, claims)}
	if l.Swap != nil {
		l.Swap(answer)
	}
	write(w, answer)
}

// Signed signs with the published key.
func (l *Liar) Signed(header, claims Map) string { return SignedBy(l.Key, header, claims) }

// SignedBy signs with any key.
func SignedBy(key *rsa.PrivateKey, header, claims Map) string {
	body := Unsigned(header, claims)
	hash := sha256.Sum256([]byte(body))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash[:])
	if err != nil {
		panic(err)
	}
	return body + "." + b64(sig)
}

// WithPublicKey signs with the published key's public half as if it were a shared secret.
func (l *Liar) WithPublicKey(header, claims Map) string {
	header["alg"] = "HS256"
	der, err := x509.MarshalPKIXPublicKey(&l.Key.PublicKey)
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	body := Unsigned(header, claims)
	mac.Write([]byte(body))
	return body + "." + b64(mac.Sum(nil))
}

// Unsigned is a token without its signature.
func Unsigned(header, claims Map) string { return part(header) + "." + part(claims) }

// JWK is the published key as pages write it.
func (l *Liar) JWK(id string) Map { return JWKOf(l.Key, id) }

// JWKOf writes a key's public half.
func JWKOf(key *rsa.PrivateKey, id string) Map {
	return Map{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": id, "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}
}

// Logout is a token that ends sessions, as it should be.
func (l *Liar) Logout(change func(header, claims Map)) string {
	header := Map{"alg": "RS256", "kid": "k1", "typ": "logout+jwt"}
	l.mu.Lock()
	l.given++
	claims := Map{
		"iss": l.URL, "aud": Client, "iat": l.now().Unix(), "exp": l.now().Add(2 * time.Minute).Unix(), "jti": "jti-" + strconv.Itoa(l.given), "sub": l.Subject,
		"events": Map{"http://schemas.openid.net/event/backchannel-logout": Map{}},
	}
	l.mu.Unlock()
	if change != nil {
		change(header, claims)
	}
	return l.Signed(header, claims)
}

func part(m Map) string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b64(b)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func write(w http.ResponseWriter, page Map) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(page)
}
