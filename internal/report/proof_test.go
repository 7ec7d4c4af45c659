package report

import (
	"crypto/ed25519"
	"crypto/sha256"
	"strings"
	"testing"
	"time"
)

type key struct{ ed25519.PrivateKey }

func (k key) Sign(m []byte) []byte      { return ed25519.Sign(k.PrivateKey, m) }
func (k key) Public() ed25519.PublicKey { return k.PrivateKey.Public().(ed25519.PublicKey) }

func newKey(seed byte) key {
	b := make([]byte, ed25519.SeedSize)
	b[0] = seed
	return key{ed25519.NewKeyFromSeed(b)}
}

// A token holds for its key and to the letter: whatever is changed in it, or in whose name it is signed, it holds no more.
func TestTokenForgedOrAltered(t *testing.T) {
	ours, others := newKey(1), newKey(2)
	at := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	good := token(ours, at, sha256.Sum256([]byte("a receipt")))
	if got, ok := ReadToken(ours.Public(), good); !ok || !got.Equal(at) {
		t.Fatalf("our own token is read as %v, %v", got, ok)
	}
	if len(good) > 120 {
		t.Errorf("a token of %d letters makes a code too fine for a telephone", len(good))
	}
	bad := map[string]string{
		"empty": "", "words": "valid", "short": good[:40], "long": good + "AAAA", "padded": good + "=", "broken line": good[:50] + "\n" + good[50:],
		"another key's": token(others, at, sha256.Sum256([]byte("a receipt"))), "huge": strings.Repeat("A", 1<<20),
	}
	for i := range good { // one letter at a time, the last one's spare bits included
		swap := byte('A')
		if good[i] == swap {
			swap = 'B'
		}
		bad["letter "+string(rune('0'+i))] = good[:i] + string(swap) + good[i+1:]
	}
	for what, token := range bad {
		if _, ok := ReadToken(ours.Public(), token); ok {
			t.Errorf("%s: holds", what)
		}
	}
	raw, err := tokenForm.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	bare := tokenForm.EncodeToString(append(raw[:proofSize:proofSize], ours.Sign(raw[:proofSize])...))
	if _, ok := ReadToken(ours.Public(), bare); ok {
		t.Error("a signature made for something else holds as a receipt's")
	}
}
