// Package localdb starts a private PostgreSQL, on a unix socket alone, when none is configured.
package localdb

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"guichet/internal/fault"
)

// Database is the database that a new cluster holds besides PostgreSQL's own.
const Database = "guichet"

// The roles that may sign in.
const (
	Role  = "guichet"       // owns the cluster, and migrates
	App   = "guichet_app"   // serves
	Purge = "guichet_purge" // erases what is due
)

// ErrBusy says that another process holds the folder. It is a fault.Conflict.
var ErrBusy = errors.New("another process already runs the database of this folder")

// ErrMissing says that this machine has no PostgreSQL that could be started. It is a
// fault.Unavailable.
var ErrMissing = errors.New("no usable PostgreSQL on this machine")

// Options says where a cluster lives and how careful it is with it.
type Options struct {
	// Dir holds the cluster and is made when absent. When the unprivileged user
	// that root drops to cannot reach it, the files go to FallbackDir instead and
	// Dir keeps a link to them.
	Dir string
	// Durable makes every commit survive a power cut. Tests do without it.
	Durable bool
	// Bin is the folder of postgres and initdb; empty searches the usual places.
	Bin string
	// Share joins the database that another process already runs, instead of ErrBusy: for
	// a command beside a server. It then ends with that process.
	Share bool
	// FallbackDir is where an unreachable Dir really lives; empty is /var/lib/guichet.
	FallbackDir string
}

// Server is a running PostgreSQL that ends with this process, however it ends.
type Server struct {
	home    home
	process *process
	lock    *os.File
}

// Start makes the cluster if there is none, starts it and returns once it accepts
// connections. The error names the remedy. ctx bounds the start alone.
//
// At most one process at a time can start the database of a folder (ErrBusy). What a
// killed process left behind is cleared first.
func Start(ctx context.Context, o Options) (s *Server, err error) {
	defer fault.Wrap(&err, "localdb.Start %s", o.Dir)
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	lock, err := acquire(o.Dir)
	if o.Share && errors.Is(err, ErrBusy) {
		return join(o, err)
	}
	if err != nil {
		return nil, err
	}
	if s, err = start(ctx, o); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s.lock = lock
	return s, nil
}

func start(ctx context.Context, o Options) (*Server, error) {
	runner, err := currentRunner()
	if err != nil {
		return nil, err
	}
	h, err := prepareHome(o, runner)
	if err != nil {
		return nil, err
	}
	bin, err := findBinaries(o.Bin, h.version(), runner)
	if err != nil {
		return nil, err
	}
	if err := h.initialise(ctx, bin, o.Durable); err != nil {
		return nil, err
	}
	if err := h.clearStalePid(ctx); err != nil {
		return nil, err
	}
	p, err := launch(ctx, h, bin, o.Durable)
	if err != nil {
		return nil, err
	}
	return &Server{home: h, process: p}, nil
}

// join finds the database of another process; busy is the error if it is not ready.
func join(o Options, busy error) (*Server, error) {
	runner, err := currentRunner()
	if err != nil {
		return nil, err
	}
	h, err := prepareHome(o, runner)
	if err != nil {
		return nil, err
	}
	pid, ready := h.readPid()
	if !ready || !h.isOurs(pid) {
		return nil, busy
	}
	return &Server{home: h}, nil
}

// DSN is the address of one database of the cluster, for pgx. It holds no secret: the
// socket's folder is closed to others and PostgreSQL asks the kernel who is calling.
func (s *Server) DSN(database string) string { return s.DSNAs(Role, database) }

// DSNAs is the address for another role.
func (s *Server) DSNAs(role, database string) string {
	q := url.Values{"host": {s.home.socket}, "user": {role}, "sslmode": {"disable"}}
	return "postgres:///" + url.PathEscape(database) + "?" + q.Encode()
}

// Home is the folder that holds the cluster's files and its log, after any fallback.
func (s *Server) Home() string { return s.home.dir }

// Pid is the postmaster's process id.
func (s *Server) Pid() int {
	pid, _ := s.home.readPid()
	return pid
}

// Done is closed when PostgreSQL has ended, asked or not. Of another process's database it
// is never closed.
func (s *Server) Done() <-chan struct{} {
	if s.process == nil {
		return nil
	}
	return s.process.done
}

// Stop ends every connection, writes a last checkpoint and waits for the end. A second
// call does nothing, and neither does a call on another process's database.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	s.process.stop()
	return closeOnce(s.lock)
}

func closeOnce(f *os.File) error {
	if err := f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
