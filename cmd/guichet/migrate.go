package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"guichet"
)

const migrateAbout = `guichet migrate brings the database's schema up to date and prints its version.

serve does the same at its start; run it by itself when the database role that serves may not change tables.

  DATABASE_URL=postgres://owner@db/guichet guichet migrate`

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
	st, err := r.database(ctx, c, true)
	if err != nil {
		return errors.Join(err, r.close())
	}
	files, err := fs.Sub(guichet.Files, "db/migrations")
	if err != nil {
		return err
	}
	version, err := st.Migrate(ctx, files)
	if err == nil {
		_, err = fmt.Fprintf(stdout, "schema version %d\n", version)
	}
	return errors.Join(err, r.close())
}
