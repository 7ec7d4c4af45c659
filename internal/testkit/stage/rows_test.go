package stage_test

import (
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

const applicant = "chiara.bianchi@example.org"

// filed is a house with one dossier sent and one agent at its door.
func filed(t *testing.T) (*stage.App, *stage.Filing, *stage.Desk) {
	t.Helper()
	a := stage.Open(t)
	f := draft(a, t)
	f.Fill()
	f.AttachAll()
	f.Send()
	return a, f, a.Hire("agent@example.org", "fr", "authority").Take(f.ID)
}

// draft is a dossier just begun.
func draft(a *stage.App, t *testing.T) *stage.Filing {
	t.Helper()
	return a.Person(applicant, "fr").Start(a.Definition(), testkit.PersonaNamed(t, "tenant"))
}

// count is the first number that a query gives.
func count(t *testing.T, a *stage.App, sql string, args ...any) (n int) {
	t.Helper()
	if err := a.Store.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
