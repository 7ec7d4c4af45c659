package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"guichet/internal/attack"
)

const attackAbout = `guichet attack tries to find people again in released files, and says who would be found, and how.

The attacker holds the full register of residents, knows who applied and when, has the code and the definitions, sees every
past release, and may be the neighbour. Give it the releases in order of time, workbooks or CSV files:

  guichet attack --population register.csv release-2026-01.xlsx release-2026-02.xlsx

Who is attacked should be made up: a register of real people stays where it is. To try it on people who do not exist:

  guichet demo-data --out state
  guichet attack --population state/register.csv state/releases/*.xlsx

The register is a CSV file with a first line. person is required; household, filer and closed (a date, empty for who never
applied) make the attacker stronger; every other column is an id or a field of the schema's (of two columns household, the
second). Who applied twice has two lines:

  person,household,filer,closed,applicant.birth_date,stay.eea_or_third
  p1,h1,f1,2026-01-14,1980-05-01,eea
  p2,h1,,,1982-07-09,eea

The month of a release is that of its certificate, NAME.certificate.json beside it, or the last that its name tells; without
one, the attacker does not know who can be in it. The schemas are the definitions' own, unless --schema names others; of
several, each release goes to the one that fits it best.

  guichet attack --population register.csv --schema A.yaml --schema B.yaml --json a.xlsx b.xlsx
  guichet attack --population register.csv --canaries strings.txt a.xlsx

Attacks: P1 strings of dossiers in the file; P2 singling out over every set of columns, in rows and in people, and by the
counts that a proof sheet or a certificate publishes of the smallest cell; P3 secrets that are too uniform; P4 what is left
over; P5 rare values; P6 levels that follow the data, and row order; P7 differences of all releases, newcomers by closing
month, batches; P8 releases of different levels laid over each other; P9 downcoding, by elimination and by what was not split,
and minimality; P10 parts of the file. What the method does not promise (a batch of which nothing appears, people who are of
several batches or of the batch themselves) is weighed and said, and is no finding.

Exit status: 0 nobody is found, 1 somebody is found, 2 nothing could be attacked.`

// fileList is a flag that may be given several times.
type fileList []string

func (l *fileList) String() string     { return strings.Join(*l, ", ") }
func (l *fileList) Set(s string) error { *l = append(*l, s); return nil }

// attackFlags are the options of guichet attack.
type attackFlags struct {
	population, canaries string
	schemas, files       fileList
	asJSON               bool
	attack.Options
}

func runAttack(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseAttack(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	var report *attack.Report
	if err == nil {
		report, err = o.attack(ctx)
	}
	if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	if o.asJSON {
		out := json.NewEncoder(stdout)
		out.SetIndent("", " ")
		err = out.Encode(report)
	} else {
		err = report.Print(stdout)
	}
	if err == nil && report.Found() {
		err = fmt.Errorf("%d findings", len(report.Findings))
	}
	return err
}

func parseAttack(args []string, stderr io.Writer) (o attackFlags, err error) {
	f := newFlags("attack", attackAbout, stderr)
	f.StringVar(&o.population, "population", "", "CSV `file`: the register of residents")
	f.Var(&o.schemas, "schema", "release schema, YAML `file` (those of the definitions when left out); may be given several times")
	f.StringVar(&o.canaries, "canaries", "", "`file` with one string a line, none of which may stand in a release")
	f.BoolVar(&o.asJSON, "json", false, "print the report as JSON")
	f.IntVar(&o.MaxColumns, "max-columns", 10, "the largest set of columns that is tried as knowledge")
	f.IntVar(&o.PurgeMonths, "purge-months", 3, "months after closing when a dossier is erased, judged or not; 0 is never")
	if err := parseFlags(f, args); err != nil {
		return o, err
	}
	switch o.files = f.Args(); {
	case o.population == "":
		return o, errors.New("--population is missing: name the register of residents; " + more("attack"))
	case len(o.files) == 0:
		return o, errors.New("name the releases, in order of time; " + more("attack"))
	}
	return o, nil
}

// attack reads what was named, and runs the attacks.
func (o attackFlags) attack(ctx context.Context) (*attack.Report, error) {
	text, err := os.ReadFile(o.population)
	if err != nil {
		return nil, err
	}
	register, err := attack.ParseRegister(text)
	if err != nil {
		return nil, err
	}
	schemas, err := o.readSchemas()
	if err != nil {
		return nil, err
	}
	var releases []*attack.Release
	for _, name := range o.files {
		r, err := openRelease(name)
		if err != nil {
			return nil, err
		}
		releases = append(releases, r)
	}
	if o.Canaries, err = lines(o.canaries); err != nil {
		return nil, err
	}
	return attack.Run(ctx, schemas, register, releases, o.Options)
}

// readSchemas reads the schemas named, or those of the definitions.
func (o attackFlags) readSchemas() (out []*attack.Schema, err error) {
	names, read := []string(o.schemas), os.ReadFile
	if len(names) == 0 {
		files := definitionFiles(folderOfDefinitions())
		read = func(name string) ([]byte, error) { return fs.ReadFile(files, name) }
		if names, err = schemaFiles(files); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		text, err := read(name)
		if err != nil {
			return nil, err
		}
		s, err := attack.ParseSchema(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// openRelease reads a release and, where there is one, the certificate beside it.
func openRelease(name string) (*attack.Release, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	certificate, err := certificateBeside(name)
	if err != nil {
		return nil, err
	}
	return attack.Open(name, data, certificate)
}

// lines are those of a file; none of no file.
func lines(name string) (list []string, err error) {
	if name == "" {
		return nil, nil
	}
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		list = append(list, scanner.Text())
	}
	return list, scanner.Err()
}
