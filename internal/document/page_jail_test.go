package document

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"guichet/internal/fault"
)

// readFromJail is a child that tries to read a secret, and to leave a file,
// once the renderer's jail is shut.
func readFromJail(secret string) int {
	runtime.LockOSThread()
	if err := errors.Join(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), lockFiles()); err != nil {
		return 1
	}
	_, read := os.ReadFile(secret)
	wrote := os.WriteFile("left", nil, 0o600)
	_, font := os.ReadDir("/usr")
	if errors.Is(read, fs.ErrPermission) && errors.Is(wrote, fs.ErrPermission) && font == nil {
		fmt.Print(`{"refused":"document.empty"}`)
	} else {
		fmt.Print(`{"refused":"document.type"}`)
	}
	return 0
}

// A captured renderer reads fonts, but neither keys nor other people's files.
func TestRendererIsLockedIn(t *testing.T) {
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION); errno != 0 {
		t.Skip("this kernel has no Landlock")
	}
	secret := filepath.Join(t.TempDir(), "keyring")
	if err := os.WriteFile(secret, []byte("master"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := workshop(t, "jail", secret).Check(t.Context(), bytes.NewReader(rawPDF("")))
	if fault.Key(err) != "document.empty" {
		t.Errorf("the jail is open: %v", err)
	}
}
