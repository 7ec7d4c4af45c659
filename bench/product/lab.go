package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/localdb"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/text"
)

// lab is the place of one measurement: a folder, a PostgreSQL, the people in it, and the program that serves them.
type lab struct {
	plan
	dir     string
	db      *localdb.Server
	drafts  []*draft
	program *peer
}

func openLab(ctx context.Context, p plan) (_ *lab, err error) {
	l := &lab{plan: p}
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if l.dir, err = os.MkdirTemp("", "guichet-bench-"); err != nil {
		return nil, err
	}
	// PostgreSQL drops to a user of its own, who must be able to pass through.
	if err := os.Chmod(l.dir, 0o755); err != nil {
		return nil, err
	}
	if l.db, err = localdb.Start(ctx, localdb.Options{Dir: filepath.Join(l.dir, "postgres"), Durable: true, FallbackDir: "/var/tmp/guichet-bench"}); err != nil {
		return nil, err
	}
	if err := l.fill(ctx); err != nil {
		return nil, err
	}
	l.program, err = l.startProgram(ctx, l.build(), "GUICHET_PROFILE="+l.profile)
	return l, err
}

// fill migrates and makes the people. Its own commits need not last: only the measured ones do.
func (l *lab) fill(ctx context.Context) error {
	s, err := store.Open(ctx, l.db.DSN(localdb.Database)+"&synchronous_commit=off&pool_max_conns=8", time.Now)
	if err != nil {
		return err
	}
	defer s.Close()
	migrations, err := fs.Sub(guichet.Files, "db/migrations")
	if err != nil {
		return err
	}
	if _, err := s.Migrate(ctx, migrations); err != nil {
		return err
	}
	keys, err := seal.Create(l.keyring())
	if err != nil {
		return err
	}
	all, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		return fmt.Errorf("the definitions are refused: %v", refused[0])
	}
	words, err := fs.Sub(guichet.Files, "web/text")
	if err != nil {
		return err
	}
	texts, err := text.Load(words)
	if err != nil {
		return err
	}
	desk := account.NewDesk(account.Config{Store: s, Keys: keys, Texts: texts})
	l.drafts, err = people(ctx, desk, &dossier.Office{Store: s, Keys: keys, Catalogue: all}, l.plan.drafts)
	if err != nil {
		return err
	}
	_, err = s.Pool().Exec(ctx, "vacuum analyze")
	return err
}

// build is the program that is measured.
func (l *lab) build() string { return filepath.Join(l.tools, "guichet") }

func (l *lab) keyring() string { return filepath.Join(l.dir, "keyring") }

// startProgram starts a build of the program as an operator would, with more settings if there are.
func (l *lab) startProgram(ctx context.Context, build string, more ...string) (*peer, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	env := append([]string{
		"DATABASE_URL=" + l.dsn(), "GUICHET_ADDR=" + addr, "GUICHET_DATA=" + filepath.Join(l.dir, "data"), "GUICHET_KEYRING=" + l.keyring(),
	}, more...)
	began := time.Now()
	p, err := launch(addr, env, build, "serve")
	if err != nil {
		return nil, err
	}
	p.took, err = p.ready(ctx, "/", began)
	return p, err
}

func (l *lab) dsn() string {
	dsn := l.db.DSN(localdb.Database)
	if l.pool > 0 {
		dsn += fmt.Sprintf("&pool_max_conns=%d", l.pool)
	}
	return dsn
}

// close ends what was started and removes the folder.
func (l *lab) close() {
	var err error
	if l.program != nil {
		err = l.program.stop()
	}
	if l.db != nil {
		err = errors.Join(err, l.db.Stop())
		if home := l.db.Home(); !strings.HasPrefix(home, l.dir) {
			err = errors.Join(err, os.RemoveAll(home))
		}
	}
	if l.dir != "" {
		err = errors.Join(err, os.RemoveAll(l.dir))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}
