package stage_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// dump is every table as text, as whoever reads the database or its backup sees it.
func dump(t *testing.T, a *stage.App) map[string]string {
	t.Helper()
	ctx, pool, out := t.Context(), a.Store.Pool(), map[string]string{}
	rows, err := pool.Query(ctx, "select table_schema || '.' || table_name from information_schema.tables where table_schema in ('public', $1) and table_type = 'BASE TABLE'", store.JobSchema)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	for _, name := range tables {
		var all string
		if err := pool.QueryRow(ctx, "select coalesce(string_agg(t::text, E'\n'), '') from "+name+" t").Scan(&all); err != nil {
			t.Fatal(err)
		}
		out[name] = all
	}
	return out
}

// Accounts of contributors: who they are is sealed in the database, when they were made and changed is known, where they sign in
// from stands in the connection log alone and only for a procedure that says so, and what they change bears their name and the time.
func TestAccountsOfContributorsAreTraced(t *testing.T) {
	testkit.Covers(t, "DS-024", "DS-025", "DS-027", "DS-028", "DS-029", "DS-030", "DS-033", "DS-034", "DS-036", "DS-037", "DS-102")
	t.Parallel()
	a := stage.Open(t)
	a.Administrator("head@example.org")
	made := a.Clock.Now()
	invite := func(email, last, first, procedure, role string) *stage.Browser {
		t.Helper()
		link, problem, err := a.Accounts.InviteHere(t.Context(), account.Invitation{
			Profile: account.Profile{Email: email, LastName: last, FirstNames: first}, Lang: "fr", Rights: []account.Right{{Procedure: procedure, Role: role}},
		})
		if err != nil || problem != nil {
			t.Fatal(problem, err)
		}
		return a.TakeUp(link, email, "fr")
	}
	invite("contributrice@example.org", "Delarivière", "Capucine", "rights-request", "legal_cell")
	invite("autre@example.org", "Quincampoix", "Bérénice", "residence-permit", "authority")
	asked(t, a, "fr", "access")

	for name, all := range dump(t, a) {
		for _, canary := range []string{"contributrice@", "Delarivière", "Capucine", "Quincampoix", "192.0.2."} {
			if strings.Contains(all, canary) {
				t.Errorf("%s holds %q in clear", name, canary)
			}
		}
	}
	if n := count(t, a, "select count(*) from account where kind = 'agent' and password_hash not like '$argon2id$%'"); n != 0 {
		t.Errorf("%d passwords are not hashed by argon2id", n)
	}
	if strings.Contains(a.Log.String(), "192.0.2.") {
		t.Error("an address stands in the log")
	}
	if n := count(t, a, "select count(*) from connection_log c where act = 'sign_in' and address is not null"); n != 1 {
		t.Errorf("from where somebody signs in is noted %d times, want once: of the procedure that says so alone", n)
	}
	if n := count(t, a, "select count(*) from connection_log c join account a on a.id = c.account_id and a.kind = 'agent' where c.act like 'sign%'"); n < 3 {
		t.Errorf("%d sign-ins are noted", n)
	}
	lines, err := a.Accounts.ConnectionsOfHolders(t.Context(), account.Look{Procedure: "rights-request", Since: made.Add(-time.Hour), Until: made.Add(time.Hour), Most: 10})
	if err != nil || len(lines) == 0 || lines[0].Address != "192.0.2.1" || lines[0].At.IsZero() || lines[0].AccountID == 0 {
		t.Errorf("%+v, %v", lines, err)
	}

	a.Clock.Advance(48 * time.Hour)
	head := a.SignIn(stage.Agents, "head@example.org", "fr")
	head.Get("/admin").Shows("Delarivière").Shows("Capucine").Shows("contributrice@example.org").Shows("compte créé le 20/11/2026 10:00")
	listed, err := a.Accounts.Agents(t.Context())
	if err != nil || !listed[1].Created.Equal(made) || !listed[1].Changed.Equal(made) {
		t.Fatalf("%+v, %v", listed, err)
	}
	if err := a.Accounts.Disable(t.Context(), access.Actor{AccountID: listed[0].ID, Kind: access.Agent, Grants: []access.Grant{{Procedure: "*"}}}, listed[2].ID); err != nil {
		t.Fatal(err)
	}
	if listed, err = a.Accounts.Agents(t.Context()); err != nil || !listed[2].Changed.Equal(a.Clock.Now()) || !listed[2].Created.Equal(made) {
		t.Errorf("a changed account: %+v, %v", listed[2], err)
	}

	var id string
	if err := a.Store.Pool().QueryRow(t.Context(), "select public_id from dossier where state = 'received'").Scan(&id); err != nil {
		t.Fatal(err)
	}
	agent := a.SignIn(stage.Agents, "contributrice@example.org", "fr")
	agent.Take(id).Move("take", nil)
	agent.Get("/dossier/" + id + "/timeline").Shows("Capucine Delarivière").Shows("Prendre en charge").Shows(a.Texts.Printer("fr").ShortDateTimeAt(a.Clock.Now()))
}
