package exchange

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	hexa "encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"guichet/internal/seal"
)

// SignatureHeader bears the detached signature of a message: a JWS in compact form (RFC 7515, appendix F) without its payload,
// which is the body of the request or answer, byte for byte.
const SignatureHeader = "X-JWS-Signature"

// signer signs messages with a key of the keyring's own for this purpose: what signs certificates signs no message, and the other way round.
type signer struct {
	key ed25519.PrivateKey
	id  string
}

func signerOf(k *seal.Keyring) signer {
	s := signer{key: ed25519.NewKeyFromSeed(k.Derive("exchange signature 1"))}
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + s.x() + `"}`)) // RFC 7638, RFC 8037
	s.id = b64(sum[:])
	return s
}

func (s signer) x() string { return b64(s.key.Public().(ed25519.PublicKey)) }

// detached signs a body.
func (s signer) detached(body []byte) string {
	head := b64([]byte(`{"alg":"EdDSA","kid":"` + s.id + `"}`))
	return head + ".." + b64(ed25519.Sign(s.key, []byte(head+"."+b64(body))))
}

// KeySet is the public key that messages are checked with, as a JSON Web Key Set (RFC 7517).
func (h *House) KeySet() ([]byte, error) {
	s := signerOf(h.Keys)
	return json.Marshal(map[string]any{"keys": []map[string]string{
		{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": s.id, "x": s.x()},
	}})
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func hex(b []byte) string { return hexa.EncodeToString(b) }

func money(euros float64) string { return strconv.FormatFloat(euros, 'f', 2, 64) }

// newID is 128 random bits.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}
