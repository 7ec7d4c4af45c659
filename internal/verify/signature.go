package verify

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// ParseKey reads the public key that a reader brings, in base64, as `guichet release --public-key` prints it.
func ParseKey(text string) (ed25519.PublicKey, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("a public key is %d bytes in base64, 44 characters", ed25519.PublicKeySize)
	}
	return b, nil
}

// checkSignature verifies what was signed, with the key the reader brought or else with the certificate's own.
func checkSignature(e *envelope, ours ed25519.PublicKey) Check {
	var f findings
	key := ed25519.PublicKey(e.Key)
	found := "valid, with the key in the certificate itself: whether it is the service's key is for the reader to know; --key takes the one to hold it to"
	if ours != nil {
		found = "valid, with the key that was given"
		if !bytes.Equal(ours, e.Key) {
			f.say("the certificate has another key than the one given")
		}
		key = ours
	}
	var signed bytes.Buffer
	switch err := json.Compact(&signed, e.Signed); {
	case err != nil || len(key) != ed25519.PublicKeySize || len(e.Signature) != ed25519.SignatureSize:
		f.say("the key or the signature is not one of Ed25519")
	case !ed25519.Verify(key, signed.Bytes(), e.Signature):
		f.say("the signature is not that of the signed part")
	}
	if !f.none() {
		found = "not valid"
	}
	return f.check("signature", found)
}

// checkDigest holds the file to the digest in the certificate.
func checkDigest(file []byte, sum string, c *certificate) Check {
	var f findings
	if c.File.SHA256 != sum {
		f.say("the file is not the one that was certified: its SHA-256 is another")
	}
	if c.File.Bytes != len(file) {
		f.say(fmt.Sprintf("the certificate says %d bytes", c.File.Bytes))
	}
	return f.check("digest", fmt.Sprintf("SHA-256 %s, %d bytes", sum, len(file)))
}

// AnotherSchema says which schema a certificate is for, when that is not this one; "" when it is, or when the certificate
// cannot be read. Nothing is believed of either yet.
func AnotherSchema(schemaYAML, certificate []byte) string {
	_, c, err := readCertificate(certificate)
	if err != nil || c.Schema.SHA256 == digest(schemaYAML) {
		return ""
	}
	return fmt.Sprintf("version %d of %s (SHA-256 %s)", c.Schema.Version, clean(c.Schema.Release), clean(c.Schema.SHA256))
}

// checkSchema holds the schema's file to the digest in the certificate.
func (s *schema) checkSchema(text []byte, c *certificate) Check {
	var f findings
	if sum := digest(text); c.Schema.SHA256 != sum {
		f.say("the certificate is for another schema, or another version of it: its SHA-256 is " + clean(c.Schema.SHA256))
	}
	if c.Schema.Release != s.Release || c.Schema.Version != s.Version {
		f.say("the certificate names another release or version than the schema")
	}
	return f.check("schema", fmt.Sprintf("%s version %d, SHA-256 %s", clean(s.Release), s.Version, digest(text)))
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
