package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/tern/v2/migrate"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"guichet/internal/fault"
)

// Migrate brings the schema and the job queue's up to date and returns the version now in force. Files are numbered and only go
// forward; a lock keeps two servers from migrating at once.
func (s *Store) Migrate(ctx context.Context, files fs.FS) (version int32, err error) {
	return s.MigrateFor(ctx, files, Roles{})
}

// MigrateFor is Migrate by the role that owns the tables, which gives each of the others what it may do and no more.
func (s *Store) MigrateFor(ctx context.Context, files fs.FS, roles Roles) (version int32, err error) {
	defer fault.Wrap(&err, "store.Migrate")
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(7141892)"); err != nil {
		return 0, err
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock(7141892)") }()
	if version, err = migrateSchema(ctx, conn.Conn(), files); err != nil {
		return 0, err
	}
	if err := s.migrateJobs(ctx, conn.Conn()); err != nil {
		return 0, err
	}
	if err := grant(ctx, conn.Conn(), roles); err != nil {
		return 0, err
	}
	print, err := fingerprint(files, roles)
	if err != nil {
		return 0, err
	}
	_, err = conn.Exec(ctx, "insert into schema_state (hash) values ($1) on conflict (single) do update set hash = excluded.hash", print)
	return version, err
}

func migrateSchema(ctx context.Context, conn *pgx.Conn, files fs.FS) (int32, error) {
	m, err := migrate.NewMigrator(ctx, conn, "public.schema_version")
	if err != nil {
		return 0, err
	}
	if err := m.LoadMigrations(files); err != nil {
		return 0, err
	}
	if err := m.Migrate(ctx); err != nil {
		return 0, err
	}
	return m.GetCurrentVersion(ctx)
}

// JobSchema is where the queue's own tables stand.
const JobSchema = "jobs"

func (s *Store) migrateJobs(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "create schema if not exists "+JobSchema); err != nil {
		return err
	}
	m, err := rivermigrate.New(riverpgxv5.New(s.pool), &rivermigrate.Config{Schema: JobSchema})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// Current tells whether the schema and the rights are those of this program: one question instead of a migration at every start.
// A role that may not even ask is told no.
func (s *Store) Current(ctx context.Context, files fs.FS, roles Roles) (bool, error) {
	want, err := fingerprint(files, roles)
	if err != nil {
		return false, err
	}
	var have []byte
	err = s.pool.QueryRow(ctx, "select hash from schema_state").Scan(&have)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == noTable || pg.Code == notAllowed) || errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return string(have) == string(want), classify(err)
}

const (
	noTable    = "42P01"
	notAllowed = "42501"
)

// fingerprint changes with whatever Migrate does.
func fingerprint(files fs.FS, roles Roles) ([]byte, error) {
	sum := sha256.New()
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
	}
	jobs, err := rivermigrate.New(riverpgxv5.New(nil), nil)
	if err != nil {
		return nil, err
	}
	_, _ = fmt.Fprintf(sum, "jobs %d\n%q", len(jobs.AllVersions()), grants(roles))
	return sum.Sum(nil), nil
}
