// Package verify recomputes, from the bytes of a release and its schema alone, what its certificate claims.
//
// It shares no code with the rooms that make a release: the archive, its XML, the schema's YAML, the written values, the groups
// and the certificate are read and counted here a second time (RP-021, RP-176 to RP-178; the protections P1 to P7 and P10).
// What a file cannot show is said so: households and filers are counted when a cohort is frozen, from the open dossiers.
package verify

import (
	"bytes"
	"crypto/ed25519"
	"errors"
)

// ErrProtected is a workbook behind a password: what was certified is the workbook within. See Decrypt.
var ErrProtected = errors.New("the workbook is protected by a password; what was certified is the workbook within: give the password in a file with --password-file")

// Option changes how a file is verified.
type Option func(*verifier)

// TrustKey holds the signature to this key instead of the one the certificate brings.
func TrustKey(key ed25519.PublicKey) Option {
	return func(v *verifier) { v.key = key; v.report.KeyOurs = key != nil }
}

// File verifies a workbook against its schema and, when there is one, its certificate (nil: its checks end as NotChecked).
// What is wrong with file or certificate stands in the report; an error means that nothing could be verified: a schema
// that is none, or a workbook behind a password.
func File(file, schemaYAML, certificate []byte, options ...Option) (Report, error) {
	s, err := readSchema(schemaYAML)
	if err != nil {
		return Report{}, err
	}
	if isProtected(file) {
		return Report{}, ErrProtected
	}
	v := &verifier{judge: judge{schema: s, orders: map[int][]int{}}, written: s.written(), file: file, schemaText: schemaYAML}
	v.report = Report{Release: s.Release, Version: s.Version, SHA256: digest(file), Bytes: len(file)}
	for _, o := range options {
		o(v)
	}
	v.run(certificate)
	return v.report, nil
}

// verifier is one verification.
type verifier struct {
	judge
	written    []column
	file       []byte
	schemaText []byte
	key        ed25519.PublicKey

	report  Report
	book    *book
	cert    *certificate // nil when there is none, or none that can be read
	why     string       // it is nil
	unknown findings     // P1
	empty   findings     // P4
	verdict verdict      // of all rows
}

func (v *verifier) run(certificate []byte) {
	schema := v.checkCertificate(certificate)
	v.add(v.checkBounds(v.written))
	v.readWorkbook()
	v.checkRows(schema)
	v.checkFreeze()
	v.checkClaims()
}

func (v *verifier) add(c ...Check) { v.report.Checks = append(v.report.Checks, c...) }

// checkCertificate reads the certificate and holds file, signature and schema to it; it gives the check of the schema.
func (v *verifier) checkCertificate(text []byte) *Check {
	e, c, err := readCertificate(text)
	switch {
	case text == nil:
		v.why = "no certificate"
		v.add(notChecked("certificate", v.why))
	case err != nil:
		v.why = "the certificate cannot be read"
		f := findings{list: []Finding{{What: err.Error()}}}
		v.add(f.check("certificate", v.why))
	default:
		v.cert, v.report.Certified = c, true
		schema := v.checkSchema(v.schemaText, c)
		v.add((&findings{}).check("certificate", Kind+", issued "+c.Issued.UTC().Format("2006-01-02 15:04 UTC")),
			checkSignature(e, v.key), checkDigest(v.file, v.report.SHA256, c), schema)
		return &schema
	}
	for _, id := range []string{"signature", "digest", "schema"} {
		v.add(notChecked(id, v.why))
	}
	return nil
}

// uncounted is why nothing is said of rows that are not the schema's.
const uncounted = "the rows cannot be counted as the schema's"

// checkRows adds the checks of the data: P1 to P6, when the rows could be read as the schema's.
func (v *verifier) checkRows(schema *Check) {
	p1 := v.checkP1()
	v.add(p1)
	if v.table == nil {
		for _, id := range []string{"P2", "P3", "P4", "P5"} {
			v.add(notChecked(id, uncounted))
		}
		v.add(v.checkP6(p1, schema))
		return
	}
	v.verdict = v.everySet(0, len(v.rows))
	v.add(v.checkP2(), v.checkP3(), v.checkP4(), v.checkP5(), v.checkP6(p1, schema))
}

// checkFreeze adds what depends on the cohorts.
func (v *verifier) checkFreeze() {
	why := v.why
	switch {
	case v.cert == nil:
	case v.table == nil:
		why = uncounted
	default:
		if spans, ok := v.spans(); ok {
			v.add(v.checkCohorts(spans), v.checkP7(spans))
			return
		}
		why = "the cohorts do not add up to the rows (P4)"
	}
	v.add(notChecked("cohorts", why), notChecked("P7", why))
}

// isProtected knows the container that a password puts around a workbook.
func isProtected(file []byte) bool {
	return bytes.HasPrefix(file, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1})
}
