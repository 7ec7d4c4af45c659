// Package seal makes and wraps data keys, and seals answers, messages and files under them.
package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	stream "github.com/tink-crypto/tink-go/v2/streamingaead/subtle"

	"guichet/internal/fault"
)

const keySize = 32 // AES-256

// Key seals the data of one dossier under one retention rule (or of one account). Its zero value seals nothing.
// It prints as "[key]" whatever the verb.
type Key struct {
	b []byte
	c *subtle.AESGCM // of b, made once: a page opens a dozen steps under one key
}

func newKey() (Key, error) {
	b := make([]byte, keySize)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return keyOf(b)
}

func keyOf(b []byte) (Key, error) {
	c, err := subtle.NewAESGCM(b)
	return Key{b, c}, err
}

var errNoKey = errors.New("the zero key seals nothing")

// Format keeps a key out of every log and error.
func (k Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "[key]") }

// Seal encrypts plain with AES-256-GCM; ad says where it belongs (dossier, step, version), and opens nowhere else.
func (k Key) Seal(plain []byte, ad ...string) ([]byte, error) {
	if k.c == nil {
		return nil, errNoKey
	}
	return k.c.Encrypt(plain, bind(ad))
}

// Open decrypts what Seal made with the same ad.
func (k Key) Open(sealed []byte, ad ...string) ([]byte, error) {
	if k.c == nil {
		return nil, errNoKey
	}
	plain, err := k.c.Decrypt(sealed, bind(ad))
	if err != nil {
		return nil, fault.From(fault.Internal, "", fmt.Errorf("sealed data does not open here: %w", err))
	}
	return plain, nil
}

// Writer seals a stream into w, in segments of 64 KB; it must be closed.
func (k Key) Writer(w io.Writer, ad ...string) (io.WriteCloser, error) {
	s, err := stream.NewAESGCMHKDF(k.b, "SHA256", keySize, 64<<10, 0)
	if err != nil {
		return nil, err
	}
	return s.NewEncryptingWriter(w, bind(ad))
}

// Reader opens a stream that Writer sealed.
func (k Key) Reader(r io.Reader, ad ...string) (io.Reader, error) {
	s, err := stream.NewAESGCMHKDF(k.b, "SHA256", keySize, 64<<10, 0)
	if err != nil {
		return nil, err
	}
	return s.NewDecryptingReader(r, bind(ad))
}

// bind joins the parts so that no two lists of parts give the same bytes.
func bind(parts []string) []byte {
	n := 0
	for _, p := range parts {
		n += len(p) + 2
	}
	b := make([]byte, 0, n)
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// Commit is a salted commitment to plain: it proves the text to who has the salt, and tells nothing without.
func Commit(salt, plain []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(plain)
	return h.Sum(nil)
}

// Salt is 16 random bytes.
func Salt() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return b
}
