package testkit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/localdb"
	"guichet/internal/store"
)

// cluster is one PostgreSQL with a migrated template. Its folder outlives the process,
// so that the next one starts in 40 ms; what a killed run left is cleared by the next.
type cluster struct {
	server   *localdb.Server
	admin    *pgxpool.Pool
	dir      string
	template string
	emptied  emptied
}

// mostClusters is how many test processes may run at once, each with a cluster.
const mostClusters = 32

func startCluster() (*cluster, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	base, err := baseFolder()
	if err != nil {
		return nil, err
	}
	c, err := startFree(ctx, base)
	if err != nil {
		return nil, err
	}
	if c.admin, err = pgxpool.New(ctx, c.server.DSN("postgres")); err != nil {
		return nil, err
	}
	if c.template, err = templateName(); err != nil {
		return nil, err
	}
	return c, errors.Join(c.dropOthers(ctx), c.ensureTemplate(ctx))
}

// startFree starts the first cluster that no other process uses.
func startFree(ctx context.Context, base string) (*cluster, error) {
	for i := range mostClusters {
		dir := filepath.Join(base, fmt.Sprint(i))
		server, err := localdb.Start(ctx, localdb.Options{Dir: dir, FallbackDir: "/var/tmp/guichet-test"})
		if errors.Is(err, localdb.ErrBusy) {
			continue
		}
		return &cluster{server: server, dir: dir}, err
	}
	return nil, fmt.Errorf("all %d clusters under %s are in use", mostClusters, base)
}

// baseFolder is one folder for each user; nobody else may have prepared it.
func baseFolder() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("guichet-test-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || int(owner.Uid) != os.Getuid() || !info.IsDir() {
		return "", fmt.Errorf("%s belongs to somebody else: remove it", dir)
	}
	return dir, nil
}

// dropOthers removes what earlier runs and older schemas left.
func (c *cluster) dropOthers(ctx context.Context) error {
	rows, err := c.admin.Query(ctx, "select datname::text from pg_database where datname like 't%' and datname !~ '^template[01]$'")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		if name != c.template && !strings.HasPrefix(name, runPrefix) {
			err = errors.Join(err, c.drop(ctx, name))
		}
	}
	return err
}

// ensureTemplate makes the template under another name first: one that was cut short is
// never cloned.
func (c *cluster) ensureTemplate(ctx context.Context) error {
	var found bool
	err := c.admin.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", c.template).Scan(&found)
	if found || err != nil {
		return err
	}
	const unfinished = "t_unfinished"
	if _, err := c.admin.Exec(ctx, "create database "+unfinished); err != nil {
		return err
	}
	if err := migrate(ctx, c.server.DSN(unfinished)); err != nil {
		return err
	}
	_, err = c.admin.Exec(ctx, "alter database "+unfinished+" rename to "+quoted(c.template))
	return err
}

func migrate(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, dsn, func() time.Time { return time.Time{} })
	if err != nil {
		return err
	}
	defer s.Close()
	roles := store.Roles{App: localdb.App, Purge: localdb.Purge}
	if err := s.MakeRoles(ctx, store.Login{Name: localdb.App}, store.Login{Name: localdb.Purge}); err != nil {
		return err
	}
	_, err = s.MigrateFor(ctx, Migrations(), roles)
	return err
}

// Migrations are the files of the schema.
func Migrations() fs.FS {
	root, err := moduleRoot()
	if err != nil {
		return os.DirFS(".") // which holds none, and migrating says so
	}
	return os.DirFS(filepath.Join(root, "db", "migrations"))
}

// templateName changes with everything that the schema is made from: our migrations, the
// code that runs them, and the versions of the libraries that bring tables of their own.
func templateName() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, pattern := range []string{"go.mod", "db/migrations/*.sql", "internal/store/migrate.go", "internal/store/roles.go"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return "", err
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %d\n", filepath.Base(path), len(text))
			sum.Write(text)
		}
	}
	return "template_" + hex.EncodeToString(sum.Sum(nil)[:6]), nil
}

// moduleRoot is the folder of go.mod: go test runs each test in its package's folder.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
	}
	return "", errors.Join(errors.New("tests must run inside the module"), err)
}
