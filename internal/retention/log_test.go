package retention

import (
	"testing"
	"time"

	"guichet"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/workflow"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// Who signed in is kept a rolling year and not a second longer or less (RP-185, DS-111); where one procedure keeps its agents'
// connections for less, theirs go then, since nobody signs in for one procedure alone.
func TestConnectionLogsEndByTheShortestRule(t *testing.T) {
	testkit.Covers(t, "RP-185", "DS-111")
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	now := testkit.Today
	s := testkit.Store(t, func() time.Time { return now })
	k := &Keeper{Store: s, Catalogue: catalogue}
	ctx := t.Context()
	put := func(kind string, at time.Time) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, "insert into connection_log (kind, act, at) values ($1, 'sign_in', $2)", kind, at); err != nil {
			t.Fatal(err)
		}
	}
	left := func(kind string, want int) {
		t.Helper()
		if err := k.logs(ctx, now); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := s.Pool().QueryRow(ctx, "select count(*) from connection_log where kind = $1", kind).Scan(&n); err != nil || n != want {
			t.Errorf("%d lines of kind %s are left, want %d (%v)", n, kind, want, err)
		}
	}
	for _, kind := range []string{"person", "agent"} {
		put(kind, now.AddDate(-1, 0, 0).Add(-time.Second))
		put(kind, now.AddDate(-1, 0, 0))
		put(kind, now.AddDate(0, -7, 0))
		put(kind, now.AddDate(0, -5, 0))
	}
	left("person", 3)
	left("agent", 3)
	flow := catalogue.All()[0].Flow
	staff := workflow.KeepRule{Retention: workflow.Retention{ID: "staff", What: []string{"agent_log"}}, Period: workflow.Duration{Months: 6}}
	flow.KeepRules = append([]workflow.KeepRule{staff}, flow.KeepRules...)
	left("agent", 1)
	left("person", 3)
}
