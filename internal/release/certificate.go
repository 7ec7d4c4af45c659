package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/seal"
)

// Certificate says what a file was found to hold before it was kept, signed, in a file of its own (docs/release.md).
type Certificate struct {
	Signed    json.RawMessage `json:"signed"` // a Statement
	Key       []byte          `json:"key"`    // Ed25519, in base64
	Signature []byte          `json:"signature"`
}

// Statement is the signed part.
type Statement struct {
	Certificate string          `json:"certificate"`
	Procedure   string          `json:"procedure"`
	Issued      time.Time       `json:"issued"`
	Schema      StatedSchema    `json:"schema"`
	File        StatedFile      `json:"file"`
	Bounds      StatedBounds    `json:"bounds"`
	Cohorts     []StatedCohort  `json:"cohorts"`
	HeldBack    string          `json:"held_back"`
	Attacker    string          `json:"attacker"`
	Tests       []StatedFinding `json:"tests"`
	NotPromised []string        `json:"not_promised"`
}

// StatedSchema names the schema by its content.
type StatedSchema struct {
	Release string `json:"release"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
}

// StatedFile names the workbook by its content, as it is before a password is set.
type StatedFile struct {
	Name    string   `json:"name"`
	SHA256  string   `json:"sha256"`
	Bytes   int      `json:"bytes"`
	Rows    int      `json:"rows"`
	Columns []string `json:"columns"`
	Lang    string   `json:"lang"`
}

// StatedBounds are what the schema promises.
type StatedBounds struct {
	K       int     `json:"k"`
	M       int     `json:"m"`
	Diverse int     `json:"diverse"`
	Share   float64 `json:"share"`
}

// StatedCohort is one month's rows, in their place in the file.
type StatedCohort struct {
	Month    string             `json:"month"`
	Rows     int                `json:"rows"`
	SHA256   string             `json:"sha256"`
	Smallest anonymise.Smallest `json:"smallest"` // households and filers are told as k: at least that many
}

// StatedFinding is one test with what it found; From says whether the file shows it, or only the freeze did.
type StatedFinding struct {
	ID     string `json:"id"`
	Claim  string `json:"claim"`
	Found  string `json:"found"`
	Passed bool   `json:"passed"`
	From   string `json:"from"`
}

const attacker = "Somebody who holds the full register of residents, knows who applied, knows the program and its definitions, has seen every file released before, and may be the neighbour. No allowance is made for their not knowing who is in the file."

var notPromised = []string{
	"That a block of dossiers which was judged and of which nothing appears tells nothing: it was too uniform or too scattered, and a reader who knows its members may reason from that.",
	"That somebody who applies again after the erasure of an earlier dossier is recognised as the same person: the service no longer knows, so they may count twice.",
}

// state says what is certified of a file; what fails a test is never certified, so the caller looks at Tests first.
func state(f frozen, t *tally, file StatedFile, issued time.Time, hygiene error) Statement {
	r := f.v.p.Release
	s := Statement{
		Certificate: "guichet-release/1", Procedure: f.v.p.ID, Issued: issued.UTC().Truncate(time.Second),
		Schema: StatedSchema{r.Release, r.Version, hex.EncodeToString(f.v.row.Sha256)}, File: file,
		Bounds: StatedBounds{r.K, r.M, r.Diverse, r.Share}, HeldBack: heldBackWords(f.table.Proof()),
		Attacker: attacker, NotPromised: notPromised, Tests: findings(f, t, hygiene),
	}
	sums := digests(f)
	for i, c := range f.cohorts {
		s.Cohorts = append(s.Cohorts, StatedCohort{f.months[i].Format("2006-01"), c.Len(), sums[i], told(c.Smallest(), r.K)})
	}
	return s
}

// told is a smallest cell as it may be published: its rows stand in the file, but of households and filers only that they
// reach k. An exact number under that of the rows says that people of one household share the cell, and a neighbour may
// know which.
func told(s anonymise.Smallest, k int) anonymise.Smallest {
	return anonymise.Smallest{Rows: s.Rows, Households: min(s.Households, k), Filers: min(s.Filers, k)}
}

func heldBackWords(p anonymise.Proof) string {
	switch {
	case p.HeldBack.None():
		return "none"
	case p.HeldBack.FewerThanK():
		return "fewer than k"
	}
	return fmt.Sprintf("about %d", p.HeldBack.About())
}

// digests are of each cohort's rows as they stand in the file.
func digests(f frozen) []string {
	sums := make([]hash.Hash, len(f.cohorts))
	for i := range sums {
		sums[i] = sha256.New()
	}
	for i, row := range f.rows() {
		_, _ = sums[i].Write([]byte(cellText(row) + "\n")) // a hash never fails
	}
	out := make([]string, len(sums))
	for i, sum := range sums {
		out[i] = hex.EncodeToString(sum.Sum(nil))
	}
	return out
}

// certify signs a statement without spaces; the same statement always gives the same bytes.
func certify(s Statement, signer seal.Signer) ([]byte, error) {
	signed, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	out, err := json.MarshalIndent(Certificate{signed, signer.Public(), signer.Sign(signed)}, "", "  ")
	return append(out, '\n'), err
}
