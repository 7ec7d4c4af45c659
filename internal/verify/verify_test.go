package verify

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"guichet/internal/testkit"
)

// find is a check by its id; one that was not made has no outcome.
func find(r Report, id string) (c Check) {
	if i := slices.IndexFunc(r.Checks, func(c Check) bool { return c.ID == id }); i >= 0 {
		c = r.Checks[i]
	}
	return c
}

func TestHonestReleasePasses(t *testing.T) {
	testkit.Covers(t, "RP-177")
	r := newSample().verify(t)
	if len(r.Checks) != len(claims) {
		t.Errorf("%d checks, %d claims", len(r.Checks), len(claims))
	}
	for _, c := range r.Checks {
		if c.Claim == "" {
			t.Errorf("%s claims nothing", c.ID)
		}
		if c.Outcome == Failed || c.Outcome == NotChecked && c.ID != "P2h" {
			t.Errorf("%s: %s, %s %v", c.ID, c.Outcome, c.Found, c.Findings)
		}
	}
	if !r.Passed() || r.Rows != 132 || !slices.Equal(r.Columns, []string{"age", "origin", "reason"}) || !r.Certified || r.KeyOurs {
		t.Errorf("report %+v", r)
	}
	if c := find(r, "P2"); !strings.Contains(c.Found, "smallest 11, k 5; over all 7 sets") {
		t.Errorf("P2 found %q", c.Found)
	}
	if c := find(r, "P3"); !strings.HasPrefix(c.Found, "at least 3 values (3 wanted), none above 0.333333 (0.8 at most)") {
		t.Errorf("P3 found %q", c.Found)
	}
	if c := find(r, "P7"); c.Found != "6 cohorts and differences, the smallest cell in any counts 5" {
		t.Errorf("P7 found %q", c.Found)
	}
	if c := find(r, "P2h"); !strings.Contains(c.Found, "not verifiable from the file") {
		t.Errorf("P2h found %q", c.Found)
	}
}

func TestWithoutCertificateTheSchemaIsLeft(t *testing.T) {
	file, _ := newSample().build(t)
	r, err := File(file, []byte(sampleSchema), nil)
	if err != nil || !r.Passed() || r.Certified {
		t.Fatal(err, r)
	}
	for _, id := range []string{"certificate", "signature", "digest", "schema", "cohorts", "P7", "P2h", "figures", "tests"} {
		if c := find(r, id); c.Outcome != NotChecked || c.Found != "no certificate" {
			t.Errorf("%s: %s, %s", id, c.Outcome, c.Found)
		}
	}
	for _, id := range []string{"P1", "P2", "P3", "P4", "P5", "P6", "P10.parts", "P10.content", "P10.strings", "P10.formulas", "dictionary"} {
		if c := find(r, id); c.Outcome != Passed {
			t.Errorf("%s: %s, %s", id, c.Outcome, c.Found)
		}
	}
}

func TestTrustedKey(t *testing.T) {
	key, err := ParseKey(base64.StdEncoding.EncodeToString(sampleKey.Public().(ed25519.PublicKey)) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if r := newSample().verify(t, TrustKey(key)); !r.Passed() || !r.KeyOurs {
		t.Errorf("the right key is refused: %+v", r)
	}
	other := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	r := newSample().verify(t, TrustKey(other))
	if c := find(r, "signature"); c.Outcome != Failed || len(c.Findings) != 2 {
		t.Errorf("another key is admitted: %+v", c)
	}
	for _, bad := range []string{"", "x", "AAAA", strings.Repeat("A", 88)} {
		if _, err := ParseKey(bad); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}

func TestWorkbookBehindPassword(t *testing.T) {
	file, certificate := newSample().build(t)
	closed, err := excelize.Encrypt(file, &excelize.Options{Password: "plot 12"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := File(closed, []byte(sampleSchema), certificate); !errors.Is(err, ErrProtected) {
		t.Fatalf("got %v", err)
	}
	if _, err := Decrypt(closed, "plot 13"); err == nil {
		t.Error("a wrong password opens it")
	}
	if _, err := Decrypt(file, "plot 12"); err == nil {
		t.Error("an open workbook was opened")
	}
	open, err := Decrypt(closed, "plot 12")
	if err != nil || !bytes.Equal(open, file) {
		t.Fatalf("%v, %d of %d bytes", err, len(open), len(file))
	}
}

// A bad schema is an error: there is nothing to verify against.
func TestSchemaMustBeOne(t *testing.T) {
	file, certificate := newSample().build(t)
	for _, text := range []string{
		"", "release: x", "- a", "release: x\ncolumns: [{id: a, level: 2, levels: [{cuts: [3]}]}]", "release: x\ncolumns: [{id: a, level: 0, levels: [{}]}]",
		"release: x\ncolumns: [{id: a, level: 0, levels: [{cuts: [3, 2]}]}]", "release: x\nshare: 0.9.1\ncolumns: [{id: a, level: 0, levels: [{cuts: [3]}]}]",
		"release: x\ncolumns: [{id: a, level: 0, levels: [{groups: [{id: b}, {id: b}]}]}]", strings.Repeat("#", mostSchema+1),
	} {
		if _, err := File(file, []byte(text), certificate); err == nil {
			t.Errorf("taken for a schema: %.60q", text)
		}
	}
}

func TestReportInWords(t *testing.T) {
	s := newSample()
	s.months[0].rows[3][2] = "secret-word"
	r := s.verify(t)
	var words bytes.Buffer
	if err := r.Write(&words); err != nil {
		t.Fatal(err)
	}
	machine, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"FAIL P1", "a value of column reason is not one of the frozen level (sheet Data, row 5)", "not what it claims to be"} {
		if !strings.Contains(words.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &words)
		}
	}
	// P13: a report names rows, never values.
	if strings.Contains(words.String(), "secret-word") || bytes.Contains(machine, []byte("secret-word")) {
		t.Error("the report tells a value")
	}
}
