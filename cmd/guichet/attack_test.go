package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/attack"
	"guichet/internal/document"
	"guichet/internal/testkit/careless"
)

// The files of the made-up state stand up to the whole suite.
func TestAttackFindsNobodyInTheDemoData(t *testing.T) {
	dir := village(t)
	schemas, err := filepath.Glob("../../forms/*.release.yaml")
	if err != nil || len(schemas) == 0 {
		t.Fatalf("no release schema: %v", err)
	}
	books, err := filepath.Glob(filepath.Join(dir, "releases", "*.xlsx"))
	if err != nil || len(books) == 0 {
		t.Fatalf("no release: %v", err)
	}
	canaries := filepath.Join(dir, "canaries.txt")
	if err := os.WriteFile(canaries, []byte("Rue de la Turbie\n1950-01-01\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	args := append([]string{"--population", filepath.Join(dir, "register.csv"), "--schema", schemas[0], "--canaries", canaries, "--json"}, books...)
	if err := runAttack(t.Context(), args, &out, io.Discard); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	var r attack.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Found() || r.Releases != len(books) || r.Rows == 0 || r.Batches == 0 || r.Applicants == 0 {
		t.Errorf("%d findings in %d releases of %d rows and %d batches against %d applicants", len(r.Findings), r.Releases, r.Rows, r.Batches, r.Applicants)
	}
}

// A careless release ends in an error, after the table that names the attack and its worst example.
func TestAttackFindsPeopleInCarelessFiles(t *testing.T) {
	dir := t.TempDir()
	town := careless.NewTown(8, 600).FreezeBest()
	write := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	args := []string{"--population", write("register.csv", town.Register()), "--schema", write("town.yaml", town.Schema.YAML())}
	for _, f := range careless.Cumulative(town) {
		args = append(args, write(f.Name, f.CSV()))
	}
	var out bytes.Buffer
	err := runAttack(t.Context(), args, &out, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "findings") {
		t.Errorf("nobody is found: %v", err)
	}
	for _, want := range []string{"36 releases", "P7   differences of releases", "new rows since"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, out.String())
		}
	}
}

// What keeps the attack from being made is told in a line, and by a status that nobody takes for a finding.
func TestAttackSaysWhatItNeeds(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.csv")
	for want, args := range map[string][]string{
		"--population is missing": {"--schema", missing, missing},
		"not defined: -popul":     {"--popul", missing, missing},
		"name the releases":       {"--population", missing, "--schema", missing},
		"none.csv":                {"--population", missing, "--schema", missing, missing},
		"no column person":        {"--population", "../../go.mod", "--schema", "../../sqlc.yaml", missing},
	} {
		var said bytes.Buffer
		err := runAttack(t.Context(), args, io.Discard, &said)
		if exit, ok := errors.AsType[document.ErrExit](err); !ok || exit != exitUnverified {
			t.Errorf("%v: %v, want status %d", args, err, exitUnverified)
		}
		if !strings.Contains(said.String(), want) || strings.Count(said.String(), "\n") != 1 {
			t.Errorf("%v: %q, want a line with %q", args, said.String(), want)
		}
	}
}
