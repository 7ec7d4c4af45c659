package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"guichet/internal/document"
	"guichet/internal/verify"
)

const verifyAbout = `guichet verify-release recomputes, from a release and its schema alone, all that its certificate claims.

  guichet verify-release permits.xlsx
  guichet verify-release permits.xlsx --key BASE64
  guichet verify-release permits.xlsx --schema residence.release.yaml --json

It shares no code with what makes a release. It reads the workbook byte by byte (nothing hidden, no formula, no instant, no
string that is in no cell), holds columns and values to the levels frozen in the schema, counts the groups over every set of
columns, cohort by cohort and for every difference between two states of the file, and compares digests, figures and
signature with the certificate.

The certificate is the file beside the workbook: permits.certificate.json, unless --certificate names another. Without one the
workbook is held to the schema alone. The schema is the definitions' own for the certificate's procedure, unless --schema names
another; its digest must be the certificate's. A version that was registered at the desk is downloaded from the page of
releases, and named so.

Who signed? The certificate brings its key. That shows that nothing was changed since it was signed, not by whom: ask the
service for its key (guichet release --public-key prints it there) and give it with --key.

What no file can show is listed with a dash: households and filers are counted when a cohort is frozen, from the open
dossiers. Findings name sheet and row, never a value.

A workbook behind a password is opened with --password-file; what was certified is the one within.

Exit status: 0 nothing failed, 1 a check failed, 2 nothing could be verified.

To try it on a file about people who do not exist:

  guichet demo-data --out state --until 2026-10
  guichet verify-release state/releases/2026-10.xlsx`

// verifyFlags are the options of guichet verify-release.
type verifyFlags struct {
	file, certificate, schema, key, definitions, password string
	asJSON                                                bool
}

// The exit codes of a verification, told apart for scripts.
const (
	exitFailed     = document.ErrExit(1)
	exitUnverified = document.ErrExit(2)
)

func runVerify(_ context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseVerify(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	var r verify.Report
	if err == nil {
		r, err = o.verify()
	}
	if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	if err := o.print(stdout, r); err != nil {
		return err
	}
	if !r.Passed() {
		return exitFailed
	}
	return nil
}

// parseVerify takes the file before or behind the options.
func parseVerify(args []string, stderr io.Writer) (o verifyFlags, err error) {
	f := newFlags("verify-release", verifyAbout, stderr)
	f.StringVar(&o.certificate, "certificate", "", "the certificate's `file` (beside the workbook when left out)")
	f.StringVar(&o.schema, "schema", "", "the release schema's `file` (the definitions' own when left out)")
	f.StringVar(&o.key, "key", "", "the service's public key in `base64`, to hold the signature to")
	f.StringVar(&o.definitions, "definitions", folderOfDefinitions(), "`folder` with forms/ to read instead of the program's own (GUICHET_DEFINITIONS)")
	f.StringVar(&o.password, "password-file", "", "`file` with the workbook's password")
	f.BoolVar(&o.asJSON, "json", false, "print the report as JSON")
	for rest := args; ; rest = f.Args()[1:] {
		if err := parseFlags(f, rest); err != nil {
			return o, err
		}
		if f.NArg() == 0 {
			break
		}
		if o.file != "" {
			return o, fmt.Errorf("one file at a time: %q follows %q", f.Arg(0), o.file)
		}
		o.file = f.Arg(0)
	}
	if o.file == "" {
		return o, errors.New("name the workbook; " + more("verify-release"))
	}
	return o, nil
}

func (o verifyFlags) verify() (verify.Report, error) {
	file, err := o.workbook()
	if err != nil {
		return verify.Report{}, err
	}
	certificate, err := o.readCertificate()
	if err != nil {
		return verify.Report{}, err
	}
	schema, err := o.readSchema(certificate)
	if err != nil {
		return verify.Report{}, err
	}
	if other := verify.AnotherSchema(schema, certificate); other != "" && o.schema == "" {
		return verify.Report{}, fmt.Errorf("the certificate is for %s, and the definitions here have another: give that version's file with --schema; it can be downloaded from the page of releases", other)
	}
	var key ed25519.PublicKey
	if o.key != "" {
		if key, err = verify.ParseKey(o.key); err != nil {
			return verify.Report{}, err
		}
	}
	return verify.File(file, schema, certificate, verify.TrustKey(key))
}

// mostWorkbook is more bytes than a release of a full sheet has.
const mostWorkbook = 256 << 20

// workbook reads the file, and opens it when a password was given.
func (o verifyFlags) workbook() ([]byte, error) {
	info, err := os.Stat(o.file)
	if err != nil {
		return nil, err
	}
	if info.IsDir() || info.Size() > mostWorkbook {
		return nil, fmt.Errorf("%s is a folder, or larger than %d MiB", o.file, mostWorkbook>>20)
	}
	file, err := os.ReadFile(o.file)
	if err != nil || o.password == "" {
		return file, err
	}
	password, err := os.ReadFile(o.password)
	if err != nil {
		return nil, err
	}
	return verify.Decrypt(file, strings.TrimRight(string(password), "\r\n"))
}

// readCertificate reads the one named, or the one beside the workbook; nil when there is none there.
func (o verifyFlags) readCertificate() ([]byte, error) {
	if o.certificate != "" {
		return os.ReadFile(o.certificate)
	}
	return certificateBeside(o.file)
}

// certificateBeside reads the certificate that stands beside a release, as guichet release writes it; nil when there is none.
func certificateBeside(file string) ([]byte, error) {
	for _, stem := range []string{strings.TrimSuffix(file, filepath.Ext(file)), file} {
		text, err := os.ReadFile(stem + ".certificate.json")
		if !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return nil, nil
}

var procedureName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// readSchema reads the one named, or the definitions' own for the certificate's procedure, or the only one they have.
func (o verifyFlags) readSchema(certificate []byte) ([]byte, error) {
	if o.schema != "" {
		return os.ReadFile(o.schema)
	}
	files := definitionFiles(o.definitions)
	if id := verify.Procedure(certificate); procedureName.MatchString(id) {
		return fs.ReadFile(files, "forms/"+id+".release.yaml")
	}
	known, err := schemaFiles(files)
	if err != nil {
		return nil, err
	}
	if len(known) != 1 {
		return nil, fmt.Errorf("the certificate names no procedure and the definitions have %d release schemas: name one with --schema", len(known))
	}
	return fs.ReadFile(files, known[0])
}

func (o verifyFlags) print(w io.Writer, r verify.Report) error {
	if !o.asJSON {
		return r.Write(w)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Passed bool `json:"passed"`
		verify.Report
	}{r.Passed(), r})
}
