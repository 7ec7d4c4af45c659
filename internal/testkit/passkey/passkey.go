// Package passkey is a device that makes passkeys and answers with them, for tests. It can lie.
package passkey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Device holds passkeys of ES256 for one origin, as the browser shows it.
type Device struct {
	Origin string
	Keys   []*Key
}

// Key is one passkey.
type Key struct {
	ID, Handle []byte
	RP         string // address of the party it was made for
	Count      uint32
	private    *ecdsa.PrivateKey
}

// Lie changes what a device answers; the zero value tells the truth.
type Lie struct {
	Origin, RP, Challenge, Type string
	Unverified                  bool   // its owner was not verified
	Absent                      bool   // nor present
	Count                       uint32 // of uses, when it is not zero
	Handle                      []byte
	Signer                      *Key // signs in place of the key asked for
}

// asked is what a page asks: of a new passkey, or of one there is.
type asked struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
		Selection struct {
			Verification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		Verification string `json:"userVerification"`
	} `json:"publicKey"`
}

func read(options string) (a asked, err error) {
	if err := json.Unmarshal([]byte(options), &a); err != nil {
		return a, err
	}
	if a.PublicKey.Verification != "required" && a.PublicKey.Selection.Verification != "required" {
		return a, fmt.Errorf("the page does not want its owner verified: %s", options)
	}
	return a, nil
}

const (
	present  = 0x01
	verified = 0x04
	attested = 0x40
)

func (l Lie) flags() byte {
	f := byte(present | verified)
	if l.Unverified {
		f &^= verified
	}
	if l.Absent {
		f &^= present
	}
	return f
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (d *Device) clientData(kind, challenge string, l Lie) []byte {
	b, _ := json.Marshal(map[string]any{"type": or(l.Type, kind), "challenge": or(l.Challenge, challenge), "origin": or(l.Origin, d.Origin), "crossOrigin": false})
	return b
}

func authData(rp string, flags byte, count uint32) []byte {
	hash := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), count)
}

// Make makes a passkey and gives what the page posts of it.
func (d *Device) Make(options string, l Lie) (*Key, string, error) {
	a, err := read(options)
	if err != nil {
		return nil, "", err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	k := &Key{ID: make([]byte, 32), RP: a.PublicKey.RP.ID, private: private}
	_, _ = rand.Read(k.ID) // never fails (crypto/rand)
	if k.Handle, err = base64.RawURLEncoding.DecodeString(a.PublicKey.User.ID); err != nil {
		return nil, "", err
	}
	point, err := private.PublicKey.Bytes() // 0x04, x, y
	if err != nil {
		return nil, "", err
	}
	data := authData(or(l.RP, k.RP), l.flags()|attested, l.Count)
	data = append(data, make([]byte, 16)...) // of no known make
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.ID)))
	data = append(append(data, k.ID...), publicKey(point[1:33], point[33:])...)
	d.Keys = append(d.Keys, k)
	return k, posted(k.ID, map[string]string{
		"clientDataJSON": base64.RawURLEncoding.EncodeToString(d.clientData("webauthn.create", a.PublicKey.Challenge, l)), "attestationObject": base64.RawURLEncoding.EncodeToString(attestation(data)),
	}), nil
}

// Answer gives what the page posts of a passkey that is used.
func (d *Device) Answer(options string, k *Key, l Lie) (string, error) {
	a, err := read(options)
	if err != nil {
		return "", err
	}
	k.Count++
	count := k.Count
	if l.Count != 0 {
		count = l.Count
	}
	client, data := d.clientData("webauthn.get", a.PublicKey.Challenge, l), authData(or(l.RP, k.RP), l.flags(), count)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signer, handle := k, k.Handle
	if l.Signer != nil {
		signer = l.Signer
	}
	if l.Handle != nil {
		handle = l.Handle
	}
	signature, err := ecdsa.SignASN1(rand.Reader, signer.private, digest[:])
	if err != nil {
		return "", err
	}
	enc := base64.RawURLEncoding.EncodeToString
	return posted(k.ID, map[string]string{"clientDataJSON": enc(client), "authenticatorData": enc(data), "signature": enc(signature), "userHandle": enc(handle)}), nil
}

func posted(id []byte, response map[string]string) string {
	name := base64.RawURLEncoding.EncodeToString(id)
	b, _ := json.Marshal(map[string]any{"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	return string(b)
}

// publicKey is the key in COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.
func publicKey(x, y []byte) []byte {
	b := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20}
	b = append(append(b, x...), 0x22, 0x58, 0x20)
	return append(b, y...)
}

// attestation says nothing of the device: {"fmt": "none", "attStmt": {}, "authData": data}, in CBOR.
func attestation(data []byte) []byte {
	b := append([]byte{0xa3, 0x63}, "fmt"...)
	b = append(append(b, 0x64), "none"...)
	b = append(append(b, 0x67), "attStmt"...)
	b = append(append(b, 0xa0, 0x68), "authData"...)
	b = append(b, 0x59, byte(len(data)>>8), byte(len(data)))
	return append(b, data...)
}
