package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/core/registry"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Service says where the key is that wraps the keyring's own.
type Service struct {
	URI   string         // vault://host:8200/transit/key, or one of a client that was registered with Tink
	Token string         // that opens the service
	Roots *x509.CertPool // nil: the system's
}

// Remote finds the key of a service through Tink's interface, and tries it once: what is misspelt, refused or unreachable is
// said at the start.
func Remote(s Service) (tink.AEAD, error) {
	var client registry.KMSClient = &transit{token: s.Token, roots: s.Roots}
	if !client.Supported(s.URI) {
		other, err := registry.GetKMSClient(s.URI)
		if err != nil {
			return nil, fmt.Errorf("no key service is known for %q: write vault://host:8200/MOUNT/KEY", s.URI)
		}
		client = other
	}
	key, err := client.GetAEAD(s.URI)
	if err != nil {
		return nil, err
	}
	probe, place := []byte(rand.Text()), []byte("probe")
	sealed, err := key.Encrypt(probe, place)
	if err != nil {
		return nil, err
	}
	back, err := key.Decrypt(sealed, place)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(back, probe) || bytes.Contains(sealed, probe) {
		return nil, errors.New("the key service gives back something else than it was given")
	}
	if _, err := key.Decrypt(sealed, []byte("elsewhere")); err == nil {
		return nil, errors.New("the key service does not bind what it wraps to its place: use a key of type aes256-gcm96")
	}
	return key, nil
}

// transit is a client of key services that speak the transit protocol (OpenBao, Vault): POST /v1/MOUNT/encrypt/KEY and
// decrypt/KEY.
type transit struct {
	token string
	roots *x509.CertPool
}

const transitScheme = "vault://"

// Supported tells whether the address is one of a transit service.
func (t *transit) Supported(uri string) bool { return strings.HasPrefix(uri, transitScheme) }

// GetAEAD gives the key of the address. A service that is not on this machine is spoken to by TLS only.
func (t *transit) GetAEAD(uri string) (tink.AEAD, error) {
	const form = "write vault://host:8200/MOUNT/KEY"
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.User != nil || u.Fragment != "" {
		return nil, fmt.Errorf("%q is no address of a key: %s", uri, form)
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 || parts[0] == "" || parts[len(parts)-1] == "" {
		return nil, fmt.Errorf("%q names no key: %s", uri, form)
	}
	if t.token == "" {
		return nil, errors.New("the key service wants a token: write it into a file, and name the file")
	}
	scheme := "https"
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		scheme = "http"
	}
	wire := http.DefaultTransport.(*http.Transport).Clone()
	wire.TLSClientConfig = &tls.Config{RootCAs: t.roots, MinVersion: tls.VersionTLS12}
	if t.roots != nil { // who names authorities has a certificate, also on this machine
		scheme = "https"
	}
	last := len(parts) - 1
	return &transitKey{
		base: scheme + "://" + u.Host + "/v1/" + strings.Join(parts[:last], "/"), key: parts[last], token: t.token,
		client: &http.Client{Transport: wire, Timeout: answerTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// answerTime is how long a key service may take: a page waits for it.
const answerTime = 5 * time.Second

type transitKey struct {
	base, key, token string
	client           *http.Client
}

// transitBody is a question or an answer; byte slices travel in base64.
type transitBody struct {
	Plaintext  []byte `json:"plaintext,omitempty"`
	Ciphertext string `json:"ciphertext,omitempty"`
	Place      []byte `json:"associated_data,omitempty"`
}

// Encrypt has the service wrap plaintext, bound to its place.
func (k *transitKey) Encrypt(plaintext, place []byte) ([]byte, error) {
	out, err := k.ask("encrypt", transitBody{Plaintext: plaintext, Place: place})
	return []byte(out.Ciphertext), err
}

// Decrypt has the service unwrap what it wrapped for the same place.
func (k *transitKey) Decrypt(ciphertext, place []byte) ([]byte, error) {
	out, err := k.ask("decrypt", transitBody{Ciphertext: string(ciphertext), Place: place})
	return out.Plaintext, err
}

func (k *transitKey) ask(what string, in transitBody) (out transitBody, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, k.base+"/"+what+"/"+k.key, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	req.Header.Set("X-Vault-Token", k.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := k.client.Do(req)
	if err != nil {
		return out, err
	}
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode == http.StatusForbidden:
		return out, fmt.Errorf("the key service answers 403: its token may not %s with the key %s", what, k.key)
	case res.StatusCode == http.StatusNotFound:
		return out, fmt.Errorf("the key service answers 404: it has no key %s there", k.key)
	case res.StatusCode != http.StatusOK:
		return out, fmt.Errorf("the key service answers %d to %s", res.StatusCode, what)
	}
	var answer struct {
		Data transitBody `json:"data"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&answer); err != nil {
		return out, fmt.Errorf("the key service’s answer cannot be read: %w", err)
	}
	return answer.Data, nil
}
