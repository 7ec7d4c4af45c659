package document

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"guichet/internal/testkit/absent"
)

// keepOne is a child that keeps one file under dir; it fails when Put does.
func keepOne(dir string) int {
	runtime.LockOSThread() // strace counts the calls of each thread
	f, err := OpenFolder(dir)
	if err != nil {
		return 2
	}
	if _, err := f.Put(context.Background(), NewName(), bytes.NewReader(noise(100_000))); err != nil {
		return 1
	}
	return 0
}

func traced(t *testing.T, dir string, options ...string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		absent.Skip(t, "strace")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "trace")
	args := append([]string{"-f", "-o", log, "-e", "trace=fsync,rename,renameat,renameat2"}, options...)
	ran := exec.Command("strace", append(args, exe, "child", "keep", dir)...).Run()
	body, err := os.ReadFile(log)
	if err != nil {
		t.Skipf("strace is not permitted here: %v", ran)
	}
	return string(body), ran
}

// The order that survives a power cut: the file's bytes, then its name, then
// the folder that holds the name.
func TestFolderSyncsInOrder(t *testing.T) {
	trace, err := traced(t, t.TempDir())
	if err != nil {
		t.Fatalf("keeping failed: %v\n%s", err, trace)
	}
	calls := strings.Join(regexp.MustCompile(`fsync|rename`).FindAllString(trace, -1), " ")
	if !strings.HasSuffix(calls, "fsync fsync rename fsync") {
		t.Errorf("the calls were %s", calls)
	}
}

// Whichever fsync fails, keeping fails, and nothing stays under a final name.
func TestFolderBelievesNoFailedSync(t *testing.T) {
	for _, nth := range []string{"2", "3", "4"} { // the first is that of a new store
		dir := t.TempDir()
		trace, err := traced(t, dir, "-e", "inject=fsync:error=EIO:when="+nth)
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
			t.Errorf("fsync %s failed and keeping said %v\n%s", nth, err, trace)
		}
		f, err := OpenFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := names(t, f); len(got) != 0 {
			t.Errorf("fsync %s failed and left %v", nth, got)
		}
		_ = f.Close()
	}
}
