package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A village: small enough for a test, large enough for a release.
func village(t *testing.T, more ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "village")
	args := append([]string{"--out", out, "--people", "6000", "--months", "8", "--per-year", "1800", "--until", "2026-09"}, more...)
	if err := runDemoData(t.Context(), args, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDemoDataWritesFilesThatOpen(t *testing.T) {
	dir := village(t)
	for name, least := range map[string]int{"register.csv": 6001, "dossiers.csv": 1200} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		in := csv.NewReader(f)
		in.Comma = ';'
		rows, err := in.ReadAll()
		if err != nil || len(rows) < least {
			t.Errorf("%s: %d lines, %v", name, len(rows), err)
		}
		_ = f.Close()
	}
	books, err := filepath.Glob(filepath.Join(dir, "releases", "2026-0?.xlsx"))
	if err != nil || len(books) < 4 {
		t.Fatalf("%v %v", books, err)
	}
	before := 0
	for _, name := range books {
		f, err := excelize.OpenFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(f.GetSheetList()[0])
		if err != nil || len(rows) < max(before, 2) {
			t.Errorf("%s: %d rows after %d: %v", name, len(rows), before, err)
		}
		before = len(rows)
		_ = f.Close()
	}
}

func TestDemoDataIsTheSameEveryTime(t *testing.T) {
	a, b := village(t), village(t)
	err := filepath.WalkDir(a, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(a, path)
		x, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		y, err := os.ReadFile(filepath.Join(b, name))
		if err != nil || !bytes.Equal(x, y) {
			t.Errorf("%s differs: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDemoDataRefusesWhatItCannotMake(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "new")
	for want, args := range map[string][]string{
		"is not empty":     {"--out", full},
		"YYYY-MM":          {"--out", out, "--until", "October"},
		"--people 0":       {"--out", out, "--people", "0"},
		"fr or en":         {"--out", out, "--lang", "de"},
		"no such":          {"--out", out, "--procedure", "fishing"},
		"ask for more":     {"--out", out, "--people", "500"},
		"takes no word":    {"--out", out, "stray"},
		"--out is missing": {},
		"--months 100000":  {"--out", out, "--months", "100000"},
	} {
		err := runDemoData(t.Context(), args, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a refused run left a folder behind")
	}
}

func TestDemoDataStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := filepath.Join(t.TempDir(), "stopped")
	if err := runDemoData(ctx, []string{"--out", out, "--people", "3000", "--months", "4", "--per-year", "300"}, io.Discard, io.Discard); err == nil {
		t.Error("a stopped run says that all is there")
	}
}
