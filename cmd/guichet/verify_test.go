package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"guichet/internal/document"
	"guichet/internal/verify"
)

const wordsSchema = "release: words\nversion: 1\ncolumns:\n- {id: word, level: 0, levels: [{groups: [{id: one}, {id: two}]}]}\n"

// verified runs the command and gives its exit code with what it printed.
func verified(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), append([]string{"verify-release"}, args...), nil, &stdout, &stderr)
	code := 0
	if exit, ok := errors.AsType[document.ErrExit](err); ok {
		code = int(exit)
	} else if err != nil {
		t.Fatal(err)
	}
	return code, stdout.String() + stderr.String()
}

func TestVerifyReleaseTellsWhatItIsGiven(t *testing.T) {
	dir := t.TempDir()
	schema, book := filepath.Join(dir, "words.release.yaml"), filepath.Join(dir, "words.xlsx")
	if err := os.WriteFile(schema, []byte(wordsSchema), 0o600); err != nil {
		t.Fatal(err)
	}
	f := excelize.NewFile() // a workbook as any program writes it: with an author's page
	if err := errors.Join(f.SetCellStr("Sheet1", "A1", "word"), f.SaveAs(book)); err != nil {
		t.Fatal(err)
	}
	if code, out := verified(t, book, "--schema", schema); code != 1 || !strings.Contains(out, "FAIL P10.parts") || !strings.Contains(out, "docProps/core.xml") {
		t.Errorf("exit %d\n%s", code, out)
	}
	code, out := verified(t, "--json", "--schema", schema, book)
	var report struct {
		Passed bool
		Checks []struct{ ID, Outcome string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 1 || report.Passed || len(report.Checks) < 15 {
		t.Errorf("exit %d, %v\n%s", code, err, out)
	}
}

func TestVerifyReleaseSaysWhatItNeeds(t *testing.T) {
	dir := t.TempDir()
	closed, password := filepath.Join(dir, "closed.xlsx"), filepath.Join(dir, "password")
	f := excelize.NewFile()
	if err := errors.Join(f.SaveAs(closed, excelize.Options{Password: "one two"}), os.WriteFile(password, []byte("one two\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"name the workbook":             {},
		"one file at a time":            {"a.xlsx", "b.xlsx"},
		"flag provided but not defined": {"--nothing", "a.xlsx"},
		"no such file":                  {filepath.Join(dir, "absent.xlsx")},
		"protected by a password":       {closed},
		"a public key is 32 bytes":      {closed, "--password-file", password, "--key", "AAAA"},
		"the password does not open":    {closed, "--password-file", closed},
		"is no release schema":          {closed, "--password-file", password, "--schema", closed},
		"is a folder, or larger than":   {dir},
	} {
		if code, out := verified(t, args...); code != 2 || !strings.Contains(out, want) {
			t.Errorf("%v: exit %d, %s", args, code, out)
		}
	}
	if code, out := verified(t, "--help"); code != 0 || !strings.Contains(out, "Exit status") {
		t.Errorf("help: exit %d\n%s", code, out)
	}
	if code, _ := verified(t, closed, "--password-file", password); code != 1 {
		t.Errorf("an opened workbook that is no release: exit %d", code)
	}
}

// A true file of a version that the definitions here do not have is not called false: the schema is asked for.
func TestVerifyReleaseAsksForTheSchemaOfTheCertificate(t *testing.T) {
	dir := t.TempDir()
	book, schema := filepath.Join(dir, "words.xlsx"), filepath.Join(dir, "words.release.yaml")
	certificate := `{"signed": {"certificate": "` + verify.Kind + `", "procedure": "residence-permit", "schema": {"release": "residence-permit", "version": 7, "sha256": "` + strings.Repeat("ab", 32) + `"}}, "key": "", "signature": ""}`
	f := excelize.NewFile()
	if err := errors.Join(f.SaveAs(book), os.WriteFile(schema, []byte(wordsSchema), 0o600),
		os.WriteFile(filepath.Join(dir, "words.certificate.json"), []byte(certificate), 0o600)); err != nil {
		t.Fatal(err)
	}
	code, out := verified(t, book)
	if code != 2 || !strings.Contains(out, "version 7 of residence-permit") || !strings.Contains(out, "--schema") || strings.Contains(out, "FAIL") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if code, out := verified(t, book, "--schema", schema); code != 1 || !strings.Contains(out, "FAIL schema") {
		t.Errorf("another schema, named: exit %d\n%s", code, out)
	}
}
