package document

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"

	"golang.org/x/sys/unix"

	"guichet/internal/fault"
)

// NewWorkshopOf makes children of a program that is brought along and does nothing else (cmd/inspector): it starts in a tenth
// of the time of one that is a server as well, and carries less that a hostile file could use. It is unpacked into memory with
// the first file. Where nothing is brought along, or the system starts nothing from memory, exe is run with args.
func NewWorkshopOf(program func() (io.Reader, error), exe string, args ...string) *Workshop {
	w := NewWorkshop(exe, args...)
	w.small = sync.OnceValue(func() string {
		path, err := inMemory(program)
		if err != nil {
			slog.Warn("files are looked at by the whole program", "error", err.Error())
		}
		return path
	})
	return w
}

// program is what a child runs, and the arguments that lead to Child.
func (w *Workshop) program() (string, []string) {
	if w.small != nil {
		if path := w.small(); path != "" {
			return path, []string{"child"}
		}
	}
	return w.exe, w.args
}

// lowest descriptor of the program in memory: those below are a child's own.
const lowest = 100

// inMemory unpacks a program into memory that nobody can write to any more, and names it for this process and its children.
func inMemory(program func() (io.Reader, error)) (path string, err error) {
	defer fault.Wrap(&err, "document.inMemory")
	src, err := program()
	if err != nil {
		return "", err
	}
	fd, err := unix.MemfdCreate("inspector", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_EXEC)
	if errors.Is(err, unix.EINVAL) { // a kernel that needs not be told
		fd, err = unix.MemfdCreate("inspector", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return "", os.NewSyscallError("memfd_create", err)
	}
	file := os.NewFile(uintptr(fd), "inspector")
	defer func() { _ = file.Close() }()
	if _, err := io.Copy(file, src); err != nil {
		return "", err
	}
	if _, err := unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SEAL|unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_WRITE); err != nil {
		return "", os.NewSyscallError("fcntl", err)
	}
	kept, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, lowest) // open as long as the server runs
	if err != nil {
		return "", os.NewSyscallError("fcntl", err)
	}
	path = fmt.Sprintf("/proc/self/fd/%d", kept)
	if err := starts(path); err != nil {
		return "", errors.Join(err, unix.Close(kept))
	}
	return path, nil
}

// starts tells whether the system lets the program run from where it is.
func starts(path string) error {
	cmd := exec.Command(path, "child", "ready", "0")
	cmd.Env = []string{}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the inspector does not start: %w", err)
	}
	return nil
}
