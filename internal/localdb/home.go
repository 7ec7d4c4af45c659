package localdb

import (
	"fmt"
	"os"
	"path/filepath"
)

// fallback is where an unreachable folder really lives.
const fallback = "/var/lib/guichet"

// longestSocketDir leaves room for the socket's name within the 107 bytes that the
// kernel allows for the path of a unix socket.
const longestSocketDir = 107 - len("/.s.PGSQL.5432.lock")

// home is where the files of one cluster are.
type home struct {
	dir    string // data, log and run; belongs to the runner
	socket string // folder of the socket
	runner runner
}

func (h home) data() string { return filepath.Join(h.dir, "data") }
func (h home) log() string  { return filepath.Join(h.dir, "postgres.log") }

// version is the major version of the cluster, or 0 if there is none.
func (h home) version() (major int) {
	text, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if err == nil {
		_, _ = fmt.Sscan(string(text), &major)
	}
	return major
}

func prepareHome(o Options, r runner) (home, error) {
	h := home{runner: r}
	var err error
	if r.reaches(o.Dir) {
		h.dir = filepath.Join(o.Dir, "cluster")
		err = r.give(h.dir)
	} else {
		h.dir, err = elsewhere(filepath.Join(o.Dir, "elsewhere"), fallbackDir(o), r)
	}
	if err != nil {
		return home{}, err
	}
	h.socket = filepath.Join(h.dir, "run")
	if len(h.socket) <= longestSocketDir {
		return h, r.give(h.socket)
	}
	h.socket, err = elsewhere(filepath.Join(h.dir, "run-elsewhere"), os.TempDir(), r)
	return h, err
}

func fallbackDir(o Options) string {
	if o.FallbackDir != "" {
		return o.FallbackDir
	}
	return fallback
}

// elsewhere is the folder that link points to, made under parent at first use. Its name
// is random: a link that was removed with the rest of ./var never finds the database of
// another keyring again, and nobody can prepare the folder in our place.
func elsewhere(link, parent string, r runner) (string, error) {
	if target, err := os.Readlink(link); err == nil && r.owns(target) {
		return target, nil
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	if !r.reaches(parent) {
		return "", fmt.Errorf("the user that PostgreSQL runs as can reach neither this folder nor %s: move it to a folder that everyone may pass through (not under /root), or set DATABASE_URL", parent)
	}
	dir, err := os.MkdirTemp(parent, "guichet-")
	if err != nil {
		return "", err
	}
	if err := r.give(dir); err != nil {
		return "", err
	}
	_ = os.Remove(link) // a dead link of an earlier run
	return dir, os.Symlink(dir, link)
}
