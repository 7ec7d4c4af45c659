package store

import (
	"context"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/tern/v2/migrate"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"guichet/internal/fault"
)

// Migrate brings the schema and the job queue's up to date and returns the version now in force.
// Files are numbered and only go forward; a lock keeps two servers from migrating at once.
func (s *Store) Migrate(ctx context.Context, files fs.FS) (version int32, err error) {
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
	return version, s.migrateJobs(ctx, conn.Conn())
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
