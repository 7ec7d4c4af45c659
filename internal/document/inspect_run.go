package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"guichet/internal/fault"
)

// work is one task for a child.
type work struct {
	args  []string  // the verb and its own arguments; the memory limit goes between
	stdin io.Reader // an *os.File is handed over as it is
	extra *os.File  // descriptor 3, or nil
	most  int64     // bytes the child may say on its standard output
}

// run waits for one of the places, has a child do the work, and returns what it
// said, also when it came to a bad end.
func (w *Workshop) run(ctx context.Context, places chan struct{}, job work) ([]byte, error) {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	home, err := os.MkdirTemp("", "guichet-child-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	limited, cancel := context.WithTimeout(ctx, w.wall)
	defer cancel()

	// The kernel kills the child when the thread that made it ends; without
	// the lock that may be long before this server does.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	said := &bounded{most: job.most}
	cmd := w.command(limited, job, home, said, syscall.CLONE_NEWUSER|syscall.CLONE_NEWNET|syscall.CLONE_NEWIPC)
	if err = cmd.Start(); err != nil { // namespaces are not permitted everywhere
		cmd = w.command(limited, job, home, said, 0)
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start child: %w", err)
	}
	err = cmd.Wait()
	if w.ended != nil {
		w.ended(cmd.ProcessState)
	}
	if err == nil {
		return said.Bytes(), nil
	}
	if ctx.Err() != nil { // the person left, or the server stops
		return nil, ctx.Err()
	}
	return said.Bytes(), childFault(err)
}

func (w *Workshop) command(ctx context.Context, job work, home string, said io.Writer, namespaces uintptr) *exec.Cmd {
	exe, args := w.program()
	args = append(append([]string{}, args...), job.args[0], strconv.FormatUint(w.memory, 10))
	cmd := exec.CommandContext(ctx, exe, append(args, job.args[1:]...)...)
	cmd.Env = []string{}
	cmd.Dir = home
	cmd.Stdin, cmd.Stdout = job.stdin, said
	if job.extra != nil {
		cmd.ExtraFiles = []*os.File{job.extra}
	}
	cmd.WaitDelay = time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Cloneflags: namespaces}
	if namespaces != 0 {
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

// ErrNoRenderer says that pdftoppm (Debian: poppler-utils) is not installed.
var ErrNoRenderer = fault.New(fault.Unavailable, "document.no_renderer")

// childFault turns the end of a child into what the person is told. What the
// child printed is left out: it may quote the file.
func childFault(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		switch exit.ExitCode() {
		case exitNoRenderer:
			return ErrNoRenderer
		case exitNoPage:
			return fault.New(fault.NotFound, "document.no_page")
		}
	}
	return fault.From(fault.Invalid, "document.unreadable", err)
}

// bounded keeps what is written to it and fails once it is too much.
type bounded struct {
	bytes.Buffer
	most int64
}

func (b *bounded) Write(p []byte) (int, error) {
	if int64(b.Len()+len(p)) > b.most {
		return 0, errors.New("the child says too much")
	}
	return b.Buffer.Write(p)
}
