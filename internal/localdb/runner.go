package localdb

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"

	"guichet/internal/fault"
)

// runner is the system user that PostgreSQL runs as. It refuses to run as root, so root
// drops to the user that Debian's package brings.
type runner struct {
	uid, gid int
	dropped  bool   // root has to change user
	caller   string // system name of the user that will connect
}

func currentRunner() (runner, error) {
	me, err := user.Current()
	if err != nil || me.Username == "" {
		return runner{}, fmt.Errorf("user id %d has no name, and PostgreSQL needs one: run as a user of /etc/passwd, or set DATABASE_URL", os.Geteuid())
	}
	if os.Geteuid() != 0 {
		return runner{uid: os.Geteuid(), gid: os.Getegid(), caller: me.Username}, nil
	}
	other, err := user.Lookup("postgres")
	if err != nil {
		remedy := fmt.Errorf("%w: it does not run as root and there is no user postgres to drop to: run make deps, or run as another user, or set DATABASE_URL", ErrMissing)
		return runner{}, fault.From(fault.Unavailable, "", remedy)
	}
	r := runner{dropped: true, caller: me.Username}
	if r.uid, err = strconv.Atoi(other.Uid); err != nil {
		return runner{}, err
	}
	r.gid, err = strconv.Atoi(other.Gid)
	return r, err
}

// command is a command run as the runner, in a process group of its own so that a
// Ctrl-C at the terminal reaches us alone and we end it in order.
func (r runner) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/" // ours may be closed to the runner
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if r.dropped {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(r.uid), Gid: uint32(r.gid)}
	}
	return cmd
}

// reaches tells whether the runner may pass through every folder down to dir. It asks
// the kernel, which knows of access lists and mounts that mode bits do not show.
func (r runner) reaches(dir string) bool {
	return !r.dropped || r.command(context.Background(), "/usr/bin/test", "-x", dir).Run() == nil
}

// give makes a folder that only the runner (and root) can enter.
func (r runner) give(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if !r.dropped {
		return nil
	}
	return os.Chown(dir, r.uid, r.gid)
}

// owns tells whether path is a real folder of the runner's.
func (r runner) owns(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == r.uid
}
