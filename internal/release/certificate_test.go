package release_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/verify"
)

// The certificate is signed by the keyring's key over exactly what it says, names the file by its bytes, and holds for the
// verifier; with one digit changed it does not.
func TestCertificate(t *testing.T) {
	w := newHouse(t)
	id, book := w.made()
	_, text, err := w.Releases.Certificate(t.Context(), w.agent, id)
	w.must(err)
	var c release.Certificate
	w.must(json.Unmarshal(text, &c))
	signer, err := w.App.App.Keys.Signer()
	w.must(err)
	var signed bytes.Buffer
	w.must(json.Compact(&signed, c.Signed))
	if !bytes.Equal(c.Key, signer.Public()) || !ed25519.Verify(c.Key, signed.Bytes(), c.Signature) {
		t.Fatal("the signature is not of what is signed")
	}
	var s release.Statement
	w.must(json.Unmarshal(c.Signed, &s))
	sum := sha256.Sum256(book)
	schema := sha256.Sum256(w.Definition().Release.Source)
	if s.File.SHA256 != hex.EncodeToString(sum[:]) || s.File.Bytes != len(book) || s.Schema.SHA256 != hex.EncodeToString(schema[:]) {
		t.Errorf("%+v %+v", s.File, s.Schema)
	}
	var ids []string
	for _, x := range s.Tests {
		ids = append(ids, x.ID)
		if !x.Passed || x.Found == "" || x.Claim == "" {
			t.Errorf("%+v", x)
		}
	}
	if strings.Join(ids, " ") != "P2 P2h P3 P4 P5 P6 P7 P10" {
		t.Errorf("tests %v", ids)
	}
	rows := 0
	for _, m := range s.Cohorts {
		rows += m.Rows
		if m.Rows > 0 && (m.Smallest.Rows < s.Bounds.K || m.Smallest.Households != s.Bounds.K || m.Smallest.Filers != s.Bounds.K) { // never an exact number
			t.Errorf("%+v", m)
		}
	}
	if len(s.Cohorts) != 6 || rows != s.File.Rows || s.HeldBack == "" || s.Attacker == "" || len(s.NotPromised) == 0 {
		t.Errorf("%d months, %d rows of %d, %q held back", len(s.Cohorts), rows, s.File.Rows, s.HeldBack)
	}
	forged := bytes.Replace(text, []byte(`"rows": `), []byte(`"rows": 1`), 1)
	report, err := verify.File(book, w.Definition().Release.Source, forged)
	if err == nil && report.Passed() {
		t.Error("a forged certificate holds")
	}
}

// A password closes the copy that is handed over; what is kept, and what is certified, is the file without.
func TestPassword(t *testing.T) {
	w := newHouse(t)
	id, book := w.made()
	for _, bad := range []string{"court", strings.Repeat("x", 256)} {
		if _, _, err := w.Releases.Book(t.Context(), w.agent, id, bad); fault.Key(err) != "release.password" {
			t.Errorf("%d characters: %v", len(bad), err)
		}
	}
	name, closed, err := w.Releases.Book(t.Context(), w.agent, id, "quatre chevaux")
	w.must(err)
	if bytes.HasPrefix(closed, []byte("PK")) || !strings.HasSuffix(name, "-2026-10-fr.xlsx") {
		t.Error("the file is open")
	}
	open, err := excelize.Decrypt(closed, &excelize.Options{Password: "quatre chevaux"})
	w.must(err)
	if !bytes.HasPrefix(open, book) { // the cipher fills its last block
		t.Error("the password changed the file")
	}
	if _, err := excelize.OpenReader(bytes.NewReader(closed), excelize.Options{Password: "autre chose"}); err == nil {
		t.Error("another password opens it")
	}
	if strings.Contains(testkit.Dump(t, w.Store), "quatre chevaux") {
		t.Error("the password is kept")
	}
	testkit.Covers(t, "RP-145")
}
