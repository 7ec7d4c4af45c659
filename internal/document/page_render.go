package document

import (
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Where Debian, and people who build it themselves, put pdftoppm. No search
// path: the child's environment is empty.
var renderers = []string{"/usr/bin/pdftoppm", "/usr/local/bin/pdftoppm"}

// childRender turns this process into pdftoppm, which reads the PDF on standard
// input and writes one page as a PNG to standard output.
func childRender(memory uint64, page, width string) error {
	for _, n := range []string{page, width} {
		if _, err := strconv.ParseUint(n, 10, 16); err != nil {
			return err
		}
	}
	runtime.LockOSThread() // what prctl sets belongs to the thread that then execs
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("prctl", err)
	}
	if err := lockFiles(); err != nil {
		return err
	}
	path := ""
	for _, r := range renderers {
		if _, err := exec.LookPath(r); err == nil {
			path = r
			break
		}
	}
	if path == "" {
		return ErrExit(exitNoRenderer)
	}
	// Our own runtime has more address space than this; it must not ask for any
	// before it is gone.
	debug.SetGCPercent(-1)
	if memory > 0 {
		if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: memory, Max: memory}); err != nil {
			return os.NewSyscallError("setrlimit", err)
		}
	}
	return syscall.Exec(path, []string{path, "-q", "-png", "-f", page, "-l", page, "-scale-to-x", width, "-scale-to-y", "-1", "-"}, []string{})
}
