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

// What a child may use at most. Its memory is the workshop's choice.
const (
	childCPU   = 10       // seconds
	childWrite = 64 << 20 // bytes of any one file
	childFiles = 64       // open descriptors
)

// bind lays the limits on this process, for good: the hard limits sink with the soft ones.
// Writable memory (RLIMIT_DATA) is what counts: the runtime reserves far more
// address space than it ever touches.
func bind(memory uint64) error {
	limits := map[int]uint64{
		unix.RLIMIT_CORE: 0, unix.RLIMIT_CPU: childCPU,
		unix.RLIMIT_FSIZE: childWrite, unix.RLIMIT_NOFILE: childFiles,
	}
	if memory > 0 {
		limits[unix.RLIMIT_DATA] = memory
		debug.SetMemoryLimit(int64(memory) * 3 / 4)
	}
	for which, most := range limits {
		if err := unix.Setrlimit(which, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return os.NewSyscallError("setrlimit", err)
		}
	}
	return nil
}

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
	if memory > 0 {
		if err := unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: memory, Max: memory}); err != nil {
			return os.NewSyscallError("setrlimit", err)
		}
	}
	for _, path := range renderers {
		if _, err := exec.LookPath(path); err == nil {
			argv := []string{path, "-q", "-png", "-f", page, "-l", page, "-scale-to-x", width, "-scale-to-y", "-1", "-"}
			return syscall.Exec(path, argv, []string{})
		}
	}
	return ErrExit(exitNoRenderer)
}
