package store

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"guichet/internal/fault"
)

// Roles are those of the database that work on the tables of another, their owner, which alone may change what tables there are
// (design, decision 12). None: the owner does it all, and nothing but this program keeps the journal from being rewritten.
type Roles struct {
	App   string // serves: adds lines to journals, and can neither change nor delete one
	Purge string // erases what is due: personal parts and old lines, never a link of a chain that stays; it says nothing in anybody's name
}

// appended are the journals: lines are added, and go when they are due.
var appended = []string{
	"journal_entry", "journal_read", "journal_link", "journal_checkpoint", "journal_mark", "journal_tail", "journal_check", "connection_log", "right_act", "release_act", "setting_change", "purge_certificate", "breach_line", "duty_confirmed",
}

// lasting are the journals of which no rule takes a line.
var lasting = []string{"right_act", "release_act", "setting_change", "breach_line", "duty_confirmed", "purge_certificate", "journal_checkpoint"}

// said are the journals of what people do: who erases adds nothing to them. Not journal_entry: that a rule has ended is a line of
// the dossier that stays, written with what goes.
var said = []string{"journal_read", "connection_log", "right_act", "release_act", "setting_change", "breach_line", "duty_confirmed"}

// erasable are the columns that name a person, which the purge empties in a line that stays.
var erasable = map[string]string{
	"journal_entry": "actor_id, salt, sealed",
	"journal_read":  "actor_id",
	"journal_link":  "salt",
}

// grants are the statements that give roles what they may do, and take what they may not.
func grants(r Roles) []string {
	if r.App == "" {
		return nil
	}
	app, purge := pgx.Identifier{r.App}.Sanitize(), pgx.Identifier{r.Purge}.Sanitize()
	both, schemas := app+", "+purge, "public, "+JobSchema
	journals := strings.Join(appended, ", ")
	out := []string{
		"grant usage on schema " + schemas + " to " + both,
		"revoke all on all tables in schema " + schemas + " from " + both,
		"grant select, insert, update, delete on all tables in schema " + schemas + " to " + both,
		"grant usage, select on all sequences in schema " + schemas + " to " + both,
		"revoke insert, update, delete on schema_version, schema_state, " + JobSchema + ".river_migration from " + both,
		"revoke update, delete on " + journals + " from " + app,
		"revoke insert, update, delete on journal_base, journal_checkpoint, journal_mark, journal_check from " + app,
		"revoke update on " + journals + " from " + purge,
		"revoke delete on " + strings.Join(lasting, ", ") + " from " + purge,
		"revoke insert on " + strings.Join(said, ", ") + " from " + purge,
	}
	for _, table := range appended {
		if columns := erasable[table]; columns != "" {
			out = append(out, fmt.Sprintf("grant update (%s) on %s to %s", columns, table, purge))
		}
	}
	return out
}

// grant gives the roles their rights in one transaction: nobody is without theirs for a moment.
func grant(ctx context.Context, conn *pgx.Conn, r Roles) error {
	const state = "create table if not exists schema_state (single boolean constraint schema_state_pk primary key default true constraint schema_state_single check (single), hash bytea not null)"
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, sql := range append([]string{state}, grants(r)...) {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// Login is how a role signs in.
type Login struct{ Name, password string }

// LoginOf is what an address signs in as.
func LoginOf(dsn string) Login {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return Login{}
	}
	return Login{c.User, c.Password}
}

// Format keeps the password out of every log and error.
func (l Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, l.Name) }

// MakeRoles makes those that are missing; it takes a role that may. Forbidden where it may not.
func (s *Store) MakeRoles(ctx context.Context, logins ...Login) (err error) {
	defer fault.Wrap(&err, "store.MakeRoles")
	for _, l := range logins {
		var there, may bool
		err := s.pool.QueryRow(ctx, "select exists (select from pg_roles where rolname = $1), rolsuper or rolcreaterole from pg_roles where rolname = current_user", l.Name).Scan(&there, &may)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		if !may {
			return fault.From(fault.Forbidden, "", fmt.Errorf("the database has no role %s, and the owner may make none: make it with createuser", l.Name))
		}
		sql := "create role " + pgx.Identifier{l.Name}.Sanitize() + " login"
		if l.password != "" {
			sql += " password '" + strings.ReplaceAll(l.password, "'", "''") + "'"
		}
		if _, err := s.pool.Exec(ctx, sql); err != nil {
			return classify(err)
		}
	}
	return nil
}

// Owns tells whether the role that serves owns the tables.
func (s *Store) Owns(ctx context.Context) (yes bool, err error) {
	defer fault.Wrap(&err, "store.Owns")
	return yes, s.pool.QueryRow(ctx, "select pg_has_role(current_user, nspowner, 'usage') from pg_namespace where nspname = 'public'").Scan(&yes)
}

// Rewrites tells whether the role that serves could change or delete a line of the journal, as an owner can.
func (s *Store) Rewrites(ctx context.Context) (yes bool, err error) {
	defer fault.Wrap(&err, "store.Rewrites")
	return yes, s.pool.QueryRow(ctx, rewrites).Scan(&yes)
}

// Purges tells whether the role that erases may, and nothing more than that.
func (s *Store) Purges(ctx context.Context) (yes bool, err error) {
	defer fault.Wrap(&err, "store.Purges")
	return yes, s.purge.QueryRow(ctx, "select has_table_privilege('journal_entry', 'delete') and has_column_privilege('journal_entry', 'sealed', 'update')").Scan(&yes)
}

const rewrites = "select has_any_column_privilege('journal_entry', 'update') or has_table_privilege('journal_entry', 'delete') or has_table_privilege('journal_entry', 'truncate')"
