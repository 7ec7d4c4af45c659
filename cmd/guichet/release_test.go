package main

import (
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The prompt lets nothing out that two people did not, freezes on demand, and tells the key that certificates are held to.
func TestReleaseAtThePrompt(t *testing.T) {
	data := folder(t)
	out := filepath.Join(t.TempDir(), "release.xlsx")
	run := func(args ...string) (string, error) {
		cmd := exec.Command(os.Args[0], append([]string{"release"}, args...)...)
		cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "GUICHET_DATA="+data)
		said, err := cmd.CombinedOutput()
		return string(said), err
	}
	if said, err := run("--freeze"); err != nil {
		t.Fatal(said, err)
	}
	said, err := run("--out", out)
	if _, missing := os.Stat(out); err == nil || missing == nil || !strings.Contains(said, "a second one approves") {
		t.Errorf("%v: %s", err, said)
	}
	one, err := run("--public-key")
	if key, bad := base64.StdEncoding.DecodeString(strings.TrimSpace(one)); err != nil || bad != nil || len(key) != 32 {
		t.Errorf("%v: %s", err, one)
	}
	if again, _ := run("--public-key"); again != one {
		t.Error("the key changes")
	}
	if said, err := run("--lang", "de", "--out", out); err == nil || !strings.Contains(said, "Options:") {
		t.Errorf("an unknown language: %s", said)
	}
}

// A disk that is full in the middle leaves the file that was there, and nothing beside it.
func TestFullDiskLeavesNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "release.xlsx")
	if err := writeFile(file, []byte("before")); err != nil {
		t.Fatal(err)
	}
	err := writeWhole(file, func(w io.Writer) error {
		_, err := w.Write(make([]byte, 1<<20))
		return errors.Join(err, syscall.ENOSPC)
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	left, _ := os.ReadDir(dir)
	if content, _ := os.ReadFile(file); string(content) != "before" || len(left) != 1 {
		t.Errorf("%q stands there, with %d files", content, len(left))
	}
	if err := writeFile(filepath.Join(dir, "nowhere", "release.xlsx"), nil); err == nil || !strings.Contains(err.Error(), "was not written") {
		t.Errorf("%v", err)
	}
}
