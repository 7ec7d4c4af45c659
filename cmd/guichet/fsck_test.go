package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/document"
)

// A script learns from the exit status what fsck has found, and a person from its lines.
func TestFsckAnswersAScript(t *testing.T) {
	data := folder(t)
	fsck := func(words ...string) (string, int) {
		cmd := exec.Command(os.Args[0], append([]string{"fsck"}, words...)...)
		cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "GUICHET_DATA="+data)
		out, err := cmd.CombinedOutput()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return string(out), exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		return string(out), 0
	}
	if out, code := fsck(); code != 0 || !strings.Contains(out, "0 documents and 0 files were compared; 0 on their way; 0 wrong") {
		t.Fatalf("%d\n%s", code, out)
	}
	name := document.NewName()
	file := filepath.Join(data, "blobs", name[:2], name)
	old := time.Now().Add(-48 * time.Hour)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, nil, 0o600), os.Chtimes(file, old, old)); err != nil {
		t.Fatal(err)
	}
	if out, code := fsck(); code != 1 || !strings.Contains(out, "orphan    file "+name+"\n") {
		t.Errorf("%d\n%s", code, out)
	}
	out, code := fsck("--repair") // it knows no document: the file may be another database's
	if _, err := os.Stat(file); code != 1 || strings.Contains(out, "deleted") || err != nil {
		t.Errorf("%d %v\n%s", code, err, out)
	}
	if out, code := fsck("--mend"); code != 2 || !strings.Contains(out, "guichet fsck --help") {
		t.Errorf("%d\n%s", code, out)
	}
}
