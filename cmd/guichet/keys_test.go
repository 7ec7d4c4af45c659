package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/testkit"
)

// Keys are rotated, copied and brought back at the prompt; what is missing is said with its mend.
func TestKeysAtThePrompt(t *testing.T) {
	t.Setenv("DATABASE_URL", testkit.DSN(t))
	dir := filepath.Join(t.TempDir(), "keyring")
	t.Setenv("GUICHET_KEYRING", dir)
	copied := filepath.Join(t.TempDir(), "copy.tar")
	keys := func(words ...string) (string, error) {
		var out bytes.Buffer
		err := runKeys(t.Context(), words, &out, &out)
		return out.String(), err
	}
	says := func(want string, words ...string) {
		t.Helper()
		if out, err := keys(words...); err != nil || !strings.Contains(out, want) {
			t.Fatalf("%v: %v\n%s", words, err, out)
		}
	}
	refuses := func(want string, words ...string) {
		t.Helper()
		if out, err := keys(words...); err == nil || !strings.Contains(err.Error(), want) {
			t.Fatalf("%v: %v\n%s", words, err, out)
		}
	}
	refuses("guichet keys --help", "turn")
	says("master/0001  since")
	refuses("--backup", "rotate")
	refuses("in a folder that is", "rotate", "--backup", filepath.Join(dir, "no", "folder"))
	says("master/0002 wraps every data key; retired: master/0001", "rotate", "--backup", copied)
	refuses("not there yet", "backup", "--to", copied)
	says("retired")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	says("5 keys were brought back", "restore", "--from", copied)
	says("master/0002  since")
	refuses("GUICHET_KMS is not set", "wrap")
	for setting, want := range map[string]string{
		"vault://127.0.0.1:1/transit/guichet": "wants a token",
		"vault://127.0.0.1:1/guichet":         "names no key",
		"kms.example":                         "no key service is known",
	} {
		t.Setenv("GUICHET_KMS", setting)
		refuses(want)
	}
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("t\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GUICHET_KMS", "vault://127.0.0.1:1/transit/guichet")
	t.Setenv("GUICHET_KMS_TOKEN_FILE", token)
	refuses("GUICHET_KMS: ")
	t.Setenv("GUICHET_KMS", "")
	refuses("GUICHET_KMS is missing")
}
