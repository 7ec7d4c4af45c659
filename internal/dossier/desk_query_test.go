package dossier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

// node is a step of a plan as PostgreSQL tells it once it has run.
type node struct {
	Type    string  `json:"Node Type"`
	Rel     string  `json:"Relation Name"`
	Index   string  `json:"Index Name"`
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	Plans   []node  `json:"Plans"`
}

// read is the most rows that any step of the plan went through.
func (n node) read() float64 {
	most := (n.Rows + n.Removed) * n.Loops
	for _, p := range n.Plans {
		most = max(most, p.read())
	}
	return most
}

// scans lists the tables read from end to end.
func (n node) scans() (out []string) {
	if n.Type == "Seq Scan" {
		out = append(out, n.Rel)
	}
	for _, p := range n.Plans {
		out = append(out, p.scans()...)
	}
	return out
}

// No page of a queue reads more than what it shows, whatever the filters and however far on: no offset, no exact count.
func TestQueueReadsNoMoreThanItShows(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return testkit.Today })
	const all, limit = 40_000, 50
	for _, sql := range []string{
		`insert into definition values ('\x01', 'p', '', now())`,
		`insert into account (kind, email_index, wrapped_key, wrapped_by, sealed, state, created_at) select 'agent', int8send(i), '', '', '', 'active', now() from generate_series(1, 20) i`,
		fmt.Sprintf(`insert into dossier (public_id, reference, procedure, definition, state, state_kind, team, assignee_id, overdue_at, owed_since, unreachable_at, round, created_at, updated_at, submitted_at)
			select 'd' || i, 'R' || i, 'p', '\x01', case when i %% 10 = 0 then (array['submitted', 'incomplete', 'admissible'])[i / 10 %% 3 + 1] else 'accepted' end,
			  case when i %% 10 = 0 then (array['open', 'waiting', 'open'])[i / 10 %% 3 + 1] else 'closed' end, case when i %% 4 = 0 then 'Nord' else 'Sud' end,
			  case when i %% 7 = 0 then null else i %% 20 + 1 end, case when i %% 20 = 10 then now() end, case when i %% 20 = 0 then now() end,
			  case when i %% 20 = 10 then now() end, 1, now(), now(), timestamptz '2020-01-01' + i * interval '1 minute'
			from generate_series(1, %d) i`, all),
		`insert into data_key select id, 'dossier', '\x00', 'k' from dossier`,
		`insert into answer (dossier_id, stage, step, round, version, sealed, updated_at) select id, 'filed', 'applicant', 1, 1, '\x00', now() from dossier`,
		`insert into search_token (token, dossier_id) select int8send(id % 20), id from dossier union all select int8send(1000 + id % 300), id from dossier`,
		`insert into likeness (rule, token, dossier_id) select 'person', int8send(id / 2), id from dossier`,
		`insert into proposal (public_id, dossier_id, move, state, proposed_by, proposed_at, sealed, decided_by)
			select 'w' || id, id, 'refuse', case when id % 100 = 0 then 'waiting' else 'made' end, 1, now(), '', 2 from dossier where id % 5 = 0`,
		`analyze`,
	} {
		if _, err := testkit.Owner(t, s).Exec(t.Context(), sql); err != nil {
			t.Fatal(sql, err)
		}
	}
	far := Cursor{At: time.Date(2020, 1, 27, 0, 0, 0, 0, time.UTC), ID: 37_000}
	for name, f := range map[string]Filter{
		"at work": {AtWork: true}, "a state": {State: "submitted", AtWork: true}, "a closed state": {State: "accepted"}, "all": {},
		"nobody's": {AtWork: true, Unassigned: true}, "an agent's": {AtWork: true, AssigneeID: 3}, "a team's": {AtWork: true, Team: "Nord"},
		"overdue": {AtWork: true, Overdue: true}, "an answer is owed": {AtWork: true, Owed: true}, "nobody is reached": {AtWork: true, Unreached: true},
	} {
		later, newest := f, f
		later.After, newest.Newest = far, true
		for _, g := range []Filter{f, later, newest} {
			g.Procedure, g.Limit = "p", limit
			q := queueQuery(g, "applicant", nil, sought{})
			plan := explain(t, s.Pool().QueryRow, q)
			if plan.read() > 4*limit || len(plan.scans()) > 0 {
				t.Errorf("%s: reads %.0f rows for %d, and %v from end to end", name, plan.read(), limit, plan.scans())
			}
			if strings.Contains(q.sql, "offset") || strings.Contains(q.sql, "count(") {
				t.Errorf("%s: counts or skips", name)
			}
		}
	}
	plannedOnce(t, s.Pool(), Cursor{At: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), ID: 1_440}, far)
	tokens := [][]byte{{0, 0, 0, 0, 0, 0, 0, 10}, {0, 0, 0, 0, 0, 0, 3, 232 + 10}}
	q := queueQuery(Filter{Procedure: "p", Limit: limit}, "applicant", tokens, sought{places: []int64{1, 2}, wanted: 3})
	if plan := explain(t, s.Pool().QueryRow, q); plan.read() > 4*(all/300+1)+limit || len(plan.scans()) > 0 {
		t.Errorf("a search for a rare word and a common one reads %.0f rows, and %v from end to end", plan.read(), plan.scans())
	}
	besideThePage(t, s)
}

// besideThePage looks at what a page and a filing ask for beside the rows: numbers that stop at a cap, and who is alike.
func besideThePage(t *testing.T, s *store.Store) {
	t.Helper()
	const most, alike = 500, 12_345
	x := &explained{t: t, pool: s.Pool()}
	q := sqlc.New(x)
	_, _ = q.QueueCounts(t.Context(), sqlc.QueueCountsParams{Procedure: "p", States: []string{"submitted", "incomplete", "accepted"}, Cap: most})
	if x.plan.read() > 3*most || len(x.plan.scans()) > 0 || strings.Contains(x.sql, "offset") {
		t.Errorf("to count up to %d in three states it reads %.0f rows, and %v from end to end", most, x.plan.read(), x.plan.scans())
	}
	_, _ = q.AlikeRules(t.Context(), alike)
	if x.plan.read() > 10 || len(x.plan.scans()) > 0 {
		t.Errorf("to know why a dossier is like another it reads %.0f rows, and %v from end to end", x.plan.read(), x.plan.scans())
	}
	if n := len(x.asked); n != 2 {
		t.Errorf("%d statements were looked at", n)
	}
}

// explained has PostgreSQL tell how it does what is asked of it, in place of the answer.
type explained struct {
	t     *testing.T
	pool  *pgxpool.Pool
	sql   string
	plan  node
	asked []string
}

var errExplained = errors.New("explained, not answered")

func (x *explained) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	x.sql, x.plan = sql, explain(x.t, x.pool.QueryRow, pageQuery{sql, args})
	x.asked = append(x.asked, sql)
	return nil, errExplained
}

func (x *explained) QueryRow(_ context.Context, sql string, _ ...any) pgx.Row {
	x.t.Fatalf("not looked at: %s", sql)
	return nil
}

func (x *explained) Exec(_ context.Context, sql string, _ ...any) (pgconn.CommandTag, error) {
	x.t.Fatalf("not looked at: %s", sql)
	return pgconn.CommandTag{}, errExplained
}

// plannedOnce holds pages after some places to a plan that is made once for each connection: made anew, it costs more than
// their rows.
func plannedOnce(t *testing.T, pool *pgxpool.Pool, places ...Cursor) {
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, after := range places {
		q := queueQuery(Filter{Procedure: "p", AtWork: true, After: after, Limit: 50}, "applicant", nil, sought{})
		for range 20 {
			if _, err := conn.Exec(t.Context(), q.sql, q.args...); err != nil {
				t.Fatal(err)
			}
		}
		var kept, anew int
		if err := conn.QueryRow(t.Context(), "select generic_plans, custom_plans from pg_prepared_statements where statement = $1", q.sql).Scan(&kept, &anew); err != nil {
			t.Fatal(err)
		}
		if kept < 10 {
			t.Errorf("a page after %v is planned anew %d times of 20", after, anew)
		}
	}
}

func explain[R interface{ Scan(...any) error }](t *testing.T, query func(ctx context.Context, sql string, args ...any) R, q pageQuery) node {
	t.Helper()
	var raw []byte
	if err := query(t.Context(), "explain (analyze, format json) "+q.sql, q.args...).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal(raw, &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0].Plan
}
