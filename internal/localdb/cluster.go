package localdb

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// hba lets in whoever the kernel says started us, and nobody over the network.
const hba = "local all " + Role + "," + App + "," + Purge + " peer map=caller\n"

// initialise makes the cluster once. It is built beside its place and moved there whole,
// so that a start that was cut short leaves nothing half made.
func (h home) initialise(ctx context.Context, bin binaries, durable bool) error {
	if h.version() != 0 {
		return h.writeAccess(h.data())
	}
	fresh := h.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	args := []string{"-D", fresh, "-U", Role, "--encoding=UTF8", "--auth=reject", "--no-instructions", "--locale=" + locale()}
	if !durable {
		args = append(args, "--no-sync")
	}
	if err := h.run(ctx, "", bin.path("initdb"), args...); err != nil {
		return err
	}
	create := "create role " + App + " login;\ncreate role " + Purge + " login;\ncreate database " + Database + ";\n"
	if err := h.run(ctx, create, bin.path("postgres"), "--single", "-D", fresh, "postgres"); err != nil {
		return err
	}
	if err := h.writeAccess(fresh); err != nil {
		return err
	}
	return os.Rename(fresh, h.data())
}

// writeAccess says who may sign in. It is written at each start: the checkout may have
// been handed to somebody else.
func (h home) writeAccess(data string) error {
	ident := ""
	for _, role := range []string{Role, App, Purge} {
		ident += "caller \"" + h.runner.caller + "\" " + role + "\n"
	}
	for name, text := range map[string]string{"pg_hba.conf": hba, "pg_ident.conf": ident} {
		path := filepath.Join(data, name)
		if old, err := os.ReadFile(path); err == nil && string(old) == text {
			continue
		}
		// The file exists (initdb made it) and keeps its owner.
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// run runs a program to its end, or ours, as the runner and puts its last words into the
// error.
func (h home) run(ctx context.Context, input, program string, args ...string) error {
	cmd := h.runner.command(ctx, program, args...)
	cmd.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	runtime.LockOSThread() // the signal comes when the thread ends that started the program
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(program), err, lastLines(out.String()))
	}
	return nil
}

// locale sorts by code point (we sort for readers in Go) and knows the letters of all
// languages where the system has that.
func locale() string {
	for _, dir := range []string{"/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8"} {
		if _, err := os.Stat(dir); err == nil {
			return "C.UTF-8"
		}
	}
	return "C"
}

func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-4):], " | ")
}
