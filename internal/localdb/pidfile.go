package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"guichet/internal/fault"
)

// orphanPatience is how long a PostgreSQL whose parent was killed may take to end.
const orphanPatience = 30 * time.Second

// ctxCheckMillis is how often a wait for an end looks at its context; the end itself
// wakes it at once.
const ctxCheckMillis = 50

// PostgreSQL writes its process id on the first line of postmaster.pid and its state on
// the eighth.
const stateLine = 8

func (h home) pidPath() string { return filepath.Join(h.data(), "postmaster.pid") }

func (h home) readPid() (pid int, ready bool) {
	text, err := os.ReadFile(h.pidPath())
	if err != nil {
		return 0, false
	}
	lines := strings.Split(string(text), "\n")
	pid, _ = strconv.Atoi(lines[0])
	return pid, len(lines) >= stateLine && strings.TrimSpace(lines[stateLine-1]) == "ready"
}

// clearStalePid removes the pid file of a PostgreSQL that is gone: by now its number may
// belong to another process, at whose sight PostgreSQL would refuse to start. One that is
// still ending, because its parent was killed a moment ago, is waited for. We hold the
// folder's lock, so it has no living parent.
func (h home) clearStalePid(ctx context.Context) error {
	pid, _ := h.readPid()
	if pid > 0 && h.isOurs(pid) {
		if err := awaitEnd(ctx, pid); err != nil {
			return fault.From(fault.Conflict, "", fmt.Errorf("a PostgreSQL of an earlier run (process %d) does not end; end it with kill -QUIT %d: %w", pid, pid, err))
		}
	}
	if err := os.Remove(h.pidPath()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// isOurs tells whether pid is a postmaster of this cluster: it works in its data folder.
func (h home) isOurs(pid int) bool {
	dir, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return false
	}
	data, err := filepath.EvalSymlinks(h.data())
	return err == nil && dir == data
}

// awaitEnd asks pid for a fast end and waits until the kernel says that it is gone.
func awaitEnd(ctx context.Context, pid int) error {
	ctx, cancel := context.WithTimeout(ctx, orphanPatience)
	defer cancel()
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_ = unix.PidfdSendSignal(fd, unix.SIGINT, nil, 0) // an error means that it has ended
	watched := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for ctx.Err() == nil {
		n, err := unix.Poll(watched, ctxCheckMillis)
		if n > 0 {
			return nil
		}
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
	}
	return ctx.Err()
}
