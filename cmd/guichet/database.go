package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"guichet"
	"guichet/internal/fault"
	"guichet/internal/localdb"
	"guichet/internal/store"
)

// addresses are those of one database for each of its roles.
type addresses struct {
	app, purge, owner string // purge and owner may be empty
	private           bool
}

// roles are those that the owner gives rights to; none where one role does all.
func (a addresses) roles() store.Roles {
	r := store.Roles{App: store.LoginOf(a.app).Name, Purge: store.LoginOf(a.purge).Name}
	if a.purge == "" || r.App == store.LoginOf(a.owner).Name {
		return store.Roles{}
	}
	return r
}

// addresses says where the database is: DATABASE_URL, or a private PostgreSQL under the data folder, which is started.
func (r *running) addresses(ctx context.Context, c Config, share bool) (addresses, error) {
	if c.DatabaseURL != "" {
		return addresses{app: c.DatabaseURL, purge: c.DatabasePurge, owner: c.DatabaseOwner}, nil
	}
	pg, err := localdb.Start(ctx, localdb.Options{Dir: filepath.Join(c.Data, "postgres"), Durable: true, Share: share})
	if err != nil {
		return addresses{}, err
	}
	r.closers = append(r.closers, pg.Stop)
	dsn := func(role string) string { return pg.DSNAs(role, localdb.Database) }
	return addresses{app: dsn(localdb.App), purge: dsn(localdb.Purge), owner: dsn(localdb.Role), private: true}, nil
}

// reach signs in as the role that serves, and takes the schema as it is.
func (r *running) reach(ctx context.Context, c Config, share bool) (*store.Store, addresses, error) {
	a, err := r.addresses(ctx, c, share)
	if err != nil {
		return nil, a, err
	}
	r.owner = a.owner
	st, err := store.Open(ctx, a.app, time.Now)
	if err != nil && a.private { // a cluster of before there were roles
		if _, err := migrateBy(ctx, a); err != nil {
			return nil, a, err
		}
		st, err = store.Open(ctx, a.app, time.Now)
	}
	if err != nil {
		return nil, a, unreachable(c, err)
	}
	r.closers = append(r.closers, func() error { st.Close(); return nil })
	return st, a, nil
}

// database signs in as the role that serves, with the schema of this program. Only where the schema is another one does it sign
// in as the owner.
func (r *running) database(ctx context.Context, c Config, share bool, stderr io.Writer) (*store.Store, error) {
	st, a, err := r.reach(ctx, c, share)
	if err != nil {
		return nil, err
	}
	if err := bringUp(ctx, st, a); err != nil {
		return nil, err
	}
	if a.purge != "" {
		if err := st.PurgeBy(ctx, a.purge); err != nil {
			return nil, err
		}
	}
	if a.private {
		return st, nil
	}
	return st, checkRoles(ctx, st, a, stderr)
}

// migrations are the files of the schema.
func migrations() fs.FS {
	files, err := fs.Sub(guichet.Files, "db/migrations")
	if err != nil {
		panic(err) // a path that is written here
	}
	return files
}

// bringUp migrates what is not this program's schema yet.
func bringUp(ctx context.Context, st *store.Store, a addresses) error {
	current, err := st.Current(ctx, migrations(), a.roles())
	if err != nil || current {
		return err
	}
	if a.owner != "" {
		_, err = migrateBy(ctx, a)
		return err
	}
	if _, err = st.Migrate(ctx, migrations()); err == nil {
		return nil
	}
	if mine, oerr := st.Owns(ctx); oerr == nil && !mine {
		if a.purge == "" {
			return errNoPurge
		}
		return errors.New("the tables are not those of this program, and the role of DATABASE_URL may not change them: run guichet migrate with GUICHET_DATABASE_OWNER, DATABASE_URL and GUICHET_DATABASE_PURGE set as they will be here")
	}
	return err
}

// migrateBy brings the schema up to date as the owner, and returns its version.
func migrateBy(ctx context.Context, a addresses) (int32, error) {
	owner, err := store.Open(ctx, a.owner, time.Now)
	if err != nil {
		return 0, fmt.Errorf("the owner of the tables (GUICHET_DATABASE_OWNER) cannot sign in: %w", err)
	}
	defer owner.Close()
	if a.roles() != (store.Roles{}) {
		if err := owner.MakeRoles(ctx, store.LoginOf(a.app), store.LoginOf(a.purge)); err != nil {
			return 0, err
		}
	}
	return owner.MigrateFor(ctx, migrations(), a.roles())
}

var errNoPurge = errors.New("GUICHET_DATABASE_PURGE is missing: the role of DATABASE_URL does not own the tables and may erase nothing, so name the role that may")

// checkRoles says what the roles of an administrator's own server are not fit for.
func checkRoles(ctx context.Context, st *store.Store, a addresses, stderr io.Writer) error {
	rewrites, err := st.Rewrites(ctx)
	if err != nil {
		return err
	}
	if rewrites {
		_, _ = fmt.Fprintln(stderr, "The database role that serves could rewrite the journal: give it a role of its own, which deploy/README.md shows.")
		return nil
	}
	if a.purge == "" {
		return errNoPurge
	}
	may, err := st.Purges(ctx)
	if err != nil {
		return fmt.Errorf("the role of GUICHET_DATABASE_PURGE cannot sign in: %w", err)
	}
	if !may {
		return errors.New("the role of GUICHET_DATABASE_PURGE may not erase: run guichet migrate with GUICHET_DATABASE_OWNER, DATABASE_URL and GUICHET_DATABASE_PURGE set as they are here")
	}
	return nil
}

func unreachable(c Config, err error) error {
	if c.DatabaseURL != "" && fault.Of(err) == fault.Unavailable {
		return errors.New("the database of DATABASE_URL does not answer: is it running, and reachable from here?")
	}
	return err
}
