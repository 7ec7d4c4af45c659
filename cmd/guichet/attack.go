package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"guichet/internal/attack"
)

const attackAbout = `guichet attack tries to find people again in released files, and says who would be found, and how.

The attacker holds the full register of residents, knows who applied and when, has the code and the definitions, sees every
past release, and may be the neighbour. Give it the releases in order of time, workbooks or CSV files:

  guichet attack --population register.csv --schema forms/NAME.release.yaml release-2026-01.xlsx release-2026-02.xlsx

Who is attacked should be made up: a register of real people stays where it is. The register is a CSV file with a first line.
person is required; household, filer and closed (a date, empty for who never applied) make the attacker stronger; every other
column is an id or a field of the schema's (of two columns household, the second). Who applied twice has two lines:

  person,household,filer,closed,applicant.birth_date,stay.eea_or_third
  p1,h1,f1,2026-01-14,1980-05-01,eea
  p2,h1,,,1982-07-09,eea

The month of a release is that of its certificate, NAME.certificate.json beside it, or the last that its name tells; without
one, the attacker does not know who can be in it. --schema may be given several times, where releases follow several.

  guichet attack --population register.csv --schema A.yaml --schema B.yaml --json a.xlsx b.xlsx
  guichet attack --population register.csv --schema A.yaml --canaries strings.txt a.xlsx

Attacks: P1 strings of dossiers in the file; P2 singling out over every set of columns, in rows and in people, and by the
counts that a proof sheet or a certificate publishes of the smallest cell; P3 secrets that are too uniform; P4 what is left
over; P5 rare values; P6 levels that follow the data, and row order; P7 differences of all releases, newcomers by closing
month, batches; P8 releases of different levels laid over each other; P9 downcoding, by elimination and by what was not split,
and minimality; P10 parts of the file. What the method does not promise (a batch of which nothing appears, people who are of
several batches or of the batch themselves) is weighed and said, and is no finding.

Exit status: 0 nobody is found, 1 somebody is found, 2 nothing could be attacked.

To try it on people who do not exist:

  guichet demo-data --out state
  guichet attack --population state/register.csv --schema forms/NAME.release.yaml state/releases/*.xlsx`

// schemaList is a flag that may be given several times.
type schemaList []string

func (l *schemaList) String() string     { return strings.Join(*l, ", ") }
func (l *schemaList) Set(s string) error { *l = append(*l, s); return nil }

func runAttack(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("attack", attackAbout, stderr)
	population := f.String("population", "", "CSV `file`: the register of residents")
	canaries := f.String("canaries", "", "`file` with one string a line, none of which may stand in a release")
	asJSON := f.Bool("json", false, "print the report as JSON")
	var o attack.Options
	f.IntVar(&o.MaxColumns, "max-columns", 10, "the largest set of columns that is tried as knowledge")
	f.IntVar(&o.PurgeMonths, "purge-months", 3, "months after closing when a dossier is erased, judged or not; 0 is never")
	var schemas schemaList
	f.Var(&schemas, "schema", "release schema, YAML `file`; may be given several times")
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if err == nil {
		err = attackNeeds(*population, schemas, f.Args())
	}
	var report *attack.Report
	if err == nil {
		report, err = attackFiles(ctx, *population, *canaries, schemas, f.Args(), o)
	}
	if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	if *asJSON {
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

// attackNeeds names what is missing.
func attackNeeds(population string, schemas, files []string) error {
	switch {
	case population == "":
		return errors.New("--population is missing: name the register of residents; guichet attack --help tells more")
	case len(schemas) == 0:
		return errors.New("--schema is missing: name the release schema; guichet attack --help tells more")
	case len(files) == 0:
		return errors.New("name the releases, in order of time; guichet attack --help tells more")
	}
	return nil
}

func attackFiles(ctx context.Context, population, canaries string, schemas, files []string, o attack.Options) (*attack.Report, error) {
	text, err := os.ReadFile(population)
	if err != nil {
		return nil, err
	}
	register, err := attack.ParseRegister(text)
	if err != nil {
		return nil, err
	}
	var parsed []*attack.Schema
	for _, name := range schemas {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s, err := attack.ParseSchema(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		parsed = append(parsed, s)
	}
	var releases []*attack.Release
	for _, name := range files {
		r, err := openRelease(name)
		if err != nil {
			return nil, err
		}
		releases = append(releases, r)
	}
	if o.Canaries, err = lines(canaries); err != nil {
		return nil, err
	}
	return attack.Run(ctx, parsed, register, releases, o)
}

// openRelease reads a release and, where there is one, the certificate beside it.
func openRelease(name string) (*attack.Release, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for _, beside := range []string{name, strings.TrimSuffix(name, filepath.Ext(name))} {
		certificate, err := os.ReadFile(beside + ".certificate.json")
		if err == nil {
			return attack.Open(name, data, certificate)
		}
		if !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return attack.Open(name, data, nil)
}

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
