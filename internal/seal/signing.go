package seal

import (
	"crypto/ed25519"
	"fmt"
	"io"

	"guichet/internal/fault"
)

// Signer signs what the house certifies, with an Ed25519 key that stands in the keyring as sign/0001, made at first use.
// It prints as "[key]" whatever the verb.
type Signer struct{ private ed25519.PrivateKey }

// Format keeps the key out of every log and error.
func (s Signer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[key]") }

// Signer opens the signing key, or makes it; servers that share a keyring share the key.
func (k *Keyring) Signer() (_ Signer, err error) {
	defer fault.Wrap(&err, "seal.Signer")
	seed, err := k.chest.make("sign/0001")
	if err != nil {
		return Signer{}, err
	}
	return Signer{private: ed25519.NewKeyFromSeed(seed)}, nil
}

// Public is the key that others check signatures with.
func (s Signer) Public() ed25519.PublicKey { return s.private.Public().(ed25519.PublicKey) }

// Sign signs the message; the same message always has the same signature.
func (s Signer) Sign(message []byte) []byte { return ed25519.Sign(s.private, message) }
