package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"guichet/internal/store"
)

const migrateAbout = `guichet migrate brings the database's schema up to date, gives each of its roles what it may do, and prints its version.

serve does the same at its start when it is given the owner. Run it by itself when the server that serves shall not know how to
sign in as the owner: name the three roles here, and all but the owner there.

  GUICHET_DATABASE_OWNER=postgres://owner@db/guichet DATABASE_URL=postgres://app@db/guichet \
  GUICHET_DATABASE_PURGE=postgres://purge@db/guichet guichet migrate`

func runMigrate(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("migrate", migrateAbout, stderr)
	file := f.String("config", "", "file of NAME=value lines")
	if err := parse(f, args); err != nil {
		return err
	}
	c, err := loadConfig(*file, os.Getenv)
	if err != nil {
		return err
	}
	r := &running{}
	version, err := r.migrate(ctx, c)
	if err == nil {
		_, err = fmt.Fprintf(stdout, "schema version %d\n", version)
	}
	return errors.Join(err, r.close())
}

func (r *running) migrate(ctx context.Context, c Config) (int32, error) {
	a, err := r.addresses(ctx, c, true)
	if err != nil {
		return 0, err
	}
	if a.owner == "" && a.purge != "" { // the owner is not for this machine: what it has made is looked at
		st, err := store.Open(ctx, a.app, time.Now)
		if err != nil {
			return 0, unreachable(c, err)
		}
		defer st.Close()
		files, err := fs.Glob(migrations(), "*.sql")
		return int32(len(files)), errors.Join(err, bringUp(ctx, st, a))
	}
	if a.owner == "" {
		a.owner = a.app
	}
	return migrateBy(ctx, a)
}
