package report

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
)

// Signer signs what the house vouches for (see seal.Signer).
type Signer interface {
	Sign(message []byte) []byte
	Public() ed25519.PublicKey
}

// The statement a receipt bears: a version, the moment of what it proves in seconds, and the first half of the hash of what is
// written on it; then the signature. It names nobody and nothing, and needs no row of a database to be checked.
const (
	proofVersion = 1
	proofHash    = 16
	proofSize    = 1 + 4 + proofHash
)

// proofContext keeps a signature of a receipt from being one of anything else the same key signs.
const proofContext = "guichet receipt\x00"

// VerifyPath is where the applicants' door tells whether a receipt is genuine, before its token.
const VerifyPath = "/verify/"

var tokenForm = base64.RawURLEncoding.Strict()

// token states that what hashes to content was said of the moment at.
func token(s Signer, at time.Time, content [sha256.Size]byte) string {
	b := binary.BigEndian.AppendUint32([]byte{proofVersion}, uint32(at.Unix()))
	b = append(b, content[:proofHash]...)
	return tokenForm.EncodeToString(append(b, s.Sign(append([]byte(proofContext), b...))...))
}

// ReadToken gives the moment that a receipt's token states; ok is false for one that was forged, altered, or signed by
// another key.
func ReadToken(public ed25519.PublicKey, token string) (at time.Time, ok bool) {
	if len(token) > 2*(proofSize+ed25519.SignatureSize) || strings.ContainsAny(token, "\r\n") {
		return time.Time{}, false
	}
	b, err := tokenForm.DecodeString(token)
	if err != nil || len(b) != proofSize+ed25519.SignatureSize || b[0] != proofVersion {
		return time.Time{}, false
	}
	if !ed25519.Verify(public, append([]byte(proofContext), b[:proofSize]...), b[proofSize:]) {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint32(b[1:5])), 0).UTC(), true
}
