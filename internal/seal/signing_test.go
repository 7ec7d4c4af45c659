package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/seal"
)

// The key is made once, is the same for every server of the keyring, is readable by its owner alone, and prints as nothing.
func TestSignerIsTheKeyrings(t *testing.T) {
	dir := t.TempDir()
	one, err := seal.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, err := one.Signer()
	if err != nil {
		t.Fatal(err)
	}
	two, err := seal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := two.Signer()
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("a certificate")
	if !bytes.Equal(a.Sign(message), b.Sign(message)) || !ed25519.Verify(b.Public(), message, a.Sign(message)) {
		t.Error("two servers sign differently")
	}
	if ed25519.Verify(a.Public(), []byte("another"), a.Sign(message)) {
		t.Error("a signature holds for another message")
	}
	info, err := os.Stat(filepath.Join(dir, "sign", "0001"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info.Mode(), err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, a); got != "[key]" {
			t.Errorf("%s prints %q", verb, got)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "sign", "0001"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := two.Signer(); err == nil {
		t.Error("a damaged key is replaced in silence")
	}
}
