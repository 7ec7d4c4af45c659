package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet"
)

func check(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	err = runCheck(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), err
}

func TestCheckSummarisesWhatIsServed(t *testing.T) {
	out, _, err := check(t)
	if err != nil {
		t.Fatal(err, out)
	}
	for _, want := range []string{"asks ", "does ", "tells ", "keeps     P3M from closed, then delete", "releases  version 1"} {
		if !strings.Contains(out, want) {
			t.Errorf("the summary lacks %q:\n%s", want, out)
		}
	}
}

// An administrator's own folder needs no docs: the program's stand behind it.
func TestCheckReadsAFolder(t *testing.T) {
	dir := t.TempDir()
	copied := copyDefinitions(t, dir)
	if _, _, err := check(t, "--definitions", dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, copied)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append([]byte("colour: blue\n"), raw...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, err := check(t, "--definitions="+dir)
	if err == nil || err.Error() != "1 refusal" || !strings.HasPrefix(out, copied+":1:1: unknown field `colour` — ") {
		t.Errorf("got %v\n%s", err, out)
	}
}

// copyDefinitions writes the program's definitions into dir and gives the name of one workflow.
func copyDefinitions(t *testing.T, dir string) string {
	t.Helper()
	one := ""
	for _, sub := range []string{"forms", "workflows"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
		entries, err := guichet.Files.ReadDir(sub)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			one = sub + "/" + e.Name()
			raw, err := guichet.Files.ReadFile(one)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, one), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return one
}

func TestCheckRefusesAnEmptyFolder(t *testing.T) {
	out, _, err := check(t, "--definitions", t.TempDir())
	if err == nil || !strings.Contains(out, "there is no procedure") {
		t.Errorf("got %v\n%s", err, out)
	}
}

func TestCheckTeaches(t *testing.T) {
	_, help, err := check(t, "--help")
	if !errors.Is(err, flag.ErrHelp) || !strings.Contains(help, "--definitions DIR") || !strings.Contains(help, "how to mend it") {
		t.Errorf("got %v\n%s", err, help)
	}
	if _, _, err := check(t, "forms"); err == nil {
		t.Error("a stray argument was taken")
	}
	if _, _, err := check(t, "--colour"); err == nil {
		t.Error("an unknown flag was taken")
	}
}
