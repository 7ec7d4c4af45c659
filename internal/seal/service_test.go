package seal

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"guichet/internal/fault"
)

// transitServer is a key service that speaks the transit protocol, over a real AEAD of Tink's.
func transitServer(t *testing.T) *httptest.Server {
	t.Helper()
	key, err := subtle.NewAESGCM(bytes.Repeat([]byte{7}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	serve := func(path string, do func(in transitBody) (transitBody, error)) {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			var in transitBody
			if r.Header.Get("X-Vault-Token") != "secret" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				t.Error(err)
			}
			out, err := do(in)
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"data": out})
		})
	}
	serve("/v1/transit/encrypt/guichet", func(in transitBody) (transitBody, error) {
		sealed, err := key.Encrypt(in.Plaintext, in.Place)
		return transitBody{Ciphertext: "vault:v1:" + string(mustJSON(sealed))}, err
	})
	serve("/v1/transit/decrypt/guichet", func(in transitBody) (transitBody, error) {
		var sealed []byte
		if err := json.Unmarshal([]byte(strings.TrimPrefix(in.Ciphertext, "vault:v1:")), &sealed); err != nil {
			return transitBody{}, err
		}
		plain, err := key.Decrypt(sealed, in.Place)
		return transitBody{Plaintext: plain}, err
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// A keyring is made and opened behind a service that is spoken to over the network; what is wrong with the service is said at
// the start, and one that is away later is a moment's fault.
func TestTransitService(t *testing.T) {
	s := transitServer(t)
	at := "vault://" + strings.TrimPrefix(s.URL, "http://")
	remote, err := Remote(Service{URI: at + "/transit/guichet", Token: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	k, err := Create(dir, Behind(remote))
	if err != nil {
		t.Fatal(err)
	}
	if clear, err := k.Clear("master/0001"); err != nil || clear {
		t.Errorf("in the clear: %v", err)
	}
	_, wrapped, by, err := k.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		s    Service
		want string
	}{
		"wrong token": {Service{URI: at + "/transit/guichet", Token: "x"}, "403: its token may not encrypt with the key guichet"},
		"no such key": {Service{URI: at + "/transit/other", Token: "secret"}, "404: it has no key other"},
		"no token":    {Service{URI: at + "/transit/guichet"}, "wants a token"},
		"a query":     {Service{URI: at + "/transit/guichet?x=1", Token: "secret"}, "no address of a key"},
		"a password":  {Service{URI: "vault://u:p@" + strings.TrimPrefix(at, "vault://") + "/transit/guichet", Token: "secret"}, "no address of a key"},
	} {
		if _, err := Remote(c.s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.Close()
	if _, err := k.Unwrap(wrapped, by); err != nil {
		t.Errorf("a key that was opened needs no service: %v", err)
	}
	if _, err := Open(dir, Behind(remote)); fault.Of(err) != fault.Unavailable {
		t.Errorf("away: %v", err)
	}
}
