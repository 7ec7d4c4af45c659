package document

import (
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"unsafe"

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
	return become(path, []string{path, "-q", "-png", "-f", page, "-l", page, "-scale-to-x", width, "-scale-to-y", "-1", "-"}, memory)
}

// become execs path with an empty environment and at most memory bytes of address space. Our own runtime has reserved more than
// that, and dies if it asks for any between the limit and the exec. So all that is wanted is made before, the processor is given up
// once, which puts off by its whole turn that the scheduler takes it away (and starts a thread for it), and the two calls follow
// each other without the scheduler.
func become(path string, args []string, memory uint64) error {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return err
	}
	argv, err := syscall.SlicePtrFromStrings(args)
	if err != nil {
		return err
	}
	var env [1]*byte
	most := unix.Rlimit{Cur: memory, Max: memory}
	debug.SetGCPercent(-1)
	runtime.Gosched()
	if memory > 0 {
		if _, _, errno := syscall.RawSyscall6(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_AS, uintptr(unsafe.Pointer(&most)), 0, 0, 0); errno != 0 {
			return os.NewSyscallError("prlimit64", errno)
		}
	}
	_, _, errno := syscall.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&argv[0])), uintptr(unsafe.Pointer(&env[0])))
	return os.NewSyscallError("execve", errno)
}
