package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Kind is what a certificate says it is.
const Kind = "guichet-release/1"

// envelope is the certificate's file: what was signed, as bytes, and by which key.
type envelope struct {
	Signed    json.RawMessage `json:"signed"`
	Key       []byte          `json:"key"`
	Signature []byte          `json:"signature"`
}

// certificate is what was signed.
type certificate struct {
	Kind        string       `json:"certificate"`
	Procedure   string       `json:"procedure"`
	Issued      time.Time    `json:"issued"`
	Schema      certSchema   `json:"schema"`
	File        certFile     `json:"file"`
	Bounds      certBounds   `json:"bounds"`
	Cohorts     []certCohort `json:"cohorts"`
	HeldBack    string       `json:"held_back"`
	Attacker    string       `json:"attacker"`
	Tests       []certTest   `json:"tests"`
	NotPromised []string     `json:"not_promised"`
}

type certSchema struct {
	Release string `json:"release"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
}

type certFile struct {
	Name    string   `json:"name"`
	SHA256  string   `json:"sha256"`
	Bytes   int      `json:"bytes"`
	Rows    int      `json:"rows"`
	Columns []string `json:"columns"`
	Lang    string   `json:"lang"`
}

type certBounds struct {
	K       int         `json:"k"`
	M       int         `json:"m"`
	Diverse int         `json:"diverse"`
	Share   json.Number `json:"share"`
}

type certCohort struct {
	Month    string       `json:"month"`
	Rows     int          `json:"rows"`
	SHA256   string       `json:"sha256"`
	Smallest certSmallest `json:"smallest"`
}

type certSmallest struct {
	Rows       int `json:"rows"`
	Households int `json:"households"`
	Filers     int `json:"filers"`
}

type certTest struct {
	ID     string `json:"id"`
	Claim  string `json:"claim"`
	Found  string `json:"found"`
	Passed bool   `json:"passed"`
	From   string `json:"from"`
}

const (
	mostCertificate = 1 << 20 // bytes
	mostCohorts     = 600     // fifty years
)

// readCertificate reads a certificate strictly: a key that stands twice, or one that is not known, could tell two readers two things.
func readCertificate(text []byte) (*envelope, *certificate, error) {
	if len(text) > mostCertificate {
		return nil, nil, errors.New("the certificate is larger than 1 MiB")
	}
	if err := eachKeyOnce(text); err != nil {
		return nil, nil, err
	}
	e, c := &envelope{}, &certificate{}
	if err := strictly(text, e); err != nil {
		return nil, nil, err
	}
	if err := strictly(e.Signed, c); err != nil {
		return nil, nil, err
	}
	if c.Kind != Kind {
		return nil, nil, fmt.Errorf("the certificate is of the kind %q, not %s", clean(c.Kind), Kind)
	}
	return e, c, c.holdTogether()
}

// Procedure is what a certificate names as its procedure, before anything of it is believed; "" when it cannot be read.
func Procedure(certificate []byte) string {
	if _, c, err := readCertificate(certificate); err == nil {
		return c.Procedure
	}
	return ""
}

func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("the certificate is not in its form: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the certificate")
	}
	return nil
}

// holdTogether refuses figures that no file can have.
func (c *certificate) holdTogether() error {
	before := ""
	total := 0
	if len(c.Cohorts) > mostCohorts {
		return fmt.Errorf("the certificate has more than %d cohorts", mostCohorts)
	}
	for _, x := range c.Cohorts {
		if _, err := time.Parse("2006-01", x.Month); err != nil || x.Month < before { // two versions of a schema may each have frozen some of a month
			return errors.New("the months of the certificate's cohorts do not follow each other")
		}
		if x.Rows < 0 || x.Rows > mostSheetRows {
			return errors.New("a cohort of the certificate has an impossible number of rows")
		}
		before, total = x.Month, total+x.Rows
	}
	return nil
}

// eachKeyOnce walks the text and refuses an object that has a key twice.
func eachKeyOnce(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var open []map[string]bool // nil for a list
	name := false              // the next string is a key
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the certificate is not JSON: %w", err)
		}
		switch t := t.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			name = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if name {
				keys := open[len(open)-1]
				if keys[t] {
					return fmt.Errorf("the certificate has the key %q twice in one place", clean(t))
				}
				keys[t], name = true, false
				continue
			}
		}
		name = len(open) > 0 && open[len(open)-1] != nil
	}
}
