package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"guichet/internal/fault"
)

// stopPatience is how long PostgreSQL gets for its last checkpoint before it is made to
// stop without one (it then recovers at the next start; nothing committed is lost).
const stopPatience = 20 * time.Second

// pollEvery is how often a starting PostgreSQL is asked whether it is ready. It starts
// in some 30 ms.
const pollEvery = 2 * time.Millisecond

// process is the postmaster.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

func launch(ctx context.Context, h home, bin binaries, durable bool) (*process, error) {
	log, err := os.OpenFile(h.log(), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own handle
	// Not CommandContext: ctx bounds the start, the server outlives it.
	cmd := h.runner.command(context.Background(), bin.path("postgres"), settings(h, durable)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT
	p := &process{cmd: cmd, done: make(chan struct{})}
	if err := p.spawn(); err != nil {
		return nil, err
	}
	if err := p.awaitReady(ctx, h); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// spawn starts the postmaster and keeps the thread that did so until it has ended: the
// kernel sends Pdeathsig when that thread, not the process, goes.
func (p *process) spawn() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait() // its log says why it ended
			close(p.done)
		}
	}()
	return <-started
}

func (p *process) awaitReady(ctx context.Context, h home) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if pid, ready := h.readPid(); ready && pid == p.cmd.Process.Pid {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.done:
			text, err := os.ReadFile(h.log())
			return fault.From(fault.Unavailable, "", errors.Join(fmt.Errorf("PostgreSQL did not start; its log %s ends: %s", h.log(), lastLines(string(text))), err))
		case <-ctx.Done():
			return fault.From(fault.Unavailable, "", fmt.Errorf("PostgreSQL was not ready in time (its log: %s): %w", h.log(), ctx.Err()))
		}
	}
}

// stop asks for a fast end, then for an immediate one, and waits.
func (p *process) stop() {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		_ = p.cmd.Process.Signal(signal) // an error means that it has ended
		select {
		case <-p.done:
			return
		case <-time.After(stopPatience):
		}
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

// settings are given on the command line, so that a cluster made by an older release
// follows the newest ones.
func settings(h home, durable bool) []string {
	values := []string{
		"listen_addresses=",
		"unix_socket_directories=" + h.socket,
		"unix_socket_permissions=0700",
		"max_connections=200",
		"timezone=UTC",
		"log_timezone=UTC",
		"jit=off", // our queries are short: compiling them costs more than it saves
		// Personal data must not reach the log by way of a statement or a key value.
		"log_error_verbosity=terse",
		"log_min_error_statement=panic",
		"log_parameter_max_length=0",
		"log_parameter_max_length_on_error=0",
	}
	if !durable {
		values = append(values, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
	}
	args := []string{"-D", h.data()}
	for _, v := range values {
		args = append(args, "-c", v)
	}
	return args
}
