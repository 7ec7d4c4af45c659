package procedure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"guichet"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

// The definitions that travel inside the binary are served as they are: none may be refused.
func TestShippedDefinitionsAreAccepted(t *testing.T) {
	c, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Error(r)
	}
	if c == nil || len(c.All()) == 0 {
		t.Fatal("no procedure")
	}
}

func residence(t *testing.T) *procedure.Procedure {
	t.Helper()
	c, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	return c.Get("residence-permit")
}

// RP-034: the box bears these words and no others.
func TestConsentIsTheOpinionsToTheLetter(t *testing.T) {
	const want = "J’accepte que mes données personnelles soient traitées dans le cadre du téléservice « Demander une carte de séjour par voie dématérialisée »"
	if got := residence(t).Flow.Notice("consent").Label.FR; got != want {
		t.Errorf("the box reads %q", got)
	}
}

// RP-035 to RP-039: terms at the account and at the entry, the privacy mention inside them, consent in a second box.
func TestTermsAndConsentStandApart(t *testing.T) {
	flow := residence(t).Flow
	var entry []string
	for _, n := range flow.NoticesAt("entry") {
		if n.Ack == "required" {
			entry = append(entry, n.ID)
		}
	}
	if !slices.Equal(entry, []string{"terms", "consent"}) {
		t.Errorf("the boxes of the entry are %v", entry)
	}
	if at := flow.NoticesAt("account"); len(at) != 1 || at[0].ID != "terms" {
		t.Errorf("the account asks for %d notices", len(at))
	}
	for _, mention := range []string{"finalité « Demander une carte de séjour par voie dématérialisée »", "un an glissant", "Vos droits"} {
		if terms := strings.ReplaceAll(flow.Notice("terms").Text.FR, "\u00a0", " "); !strings.Contains(terms, mention) {
			t.Errorf("the terms do not mention %q", mention)
		}
	}
}

// RP-184, RP-185: the periods, as instants.
func TestRetentionPeriods(t *testing.T) {
	flow := residence(t).Flow
	closed := instant(t, "2026-11-30 16:00")
	for _, category := range []string{"identity", "contact", "work", "finance", "documents", "request", "internal", "messages", "generated", "consents"} {
		k := flow.Keep(category)
		if k.From != "closed" || !workflow.Add(closed, k.Period).Equal(instant(t, "2027-02-28 16:00")) {
			t.Errorf("%s is kept %s from %s", category, k.Period, k.From)
		}
	}
	for _, category := range []string{"timestamps", "connection_log", "message_log", "agent_log"} {
		k := flow.Keep(category)
		if k.From != "entry" || !workflow.Add(closed, k.Period).Equal(instant(t, "2027-11-30 16:00")) {
			t.Errorf("%s is kept %s from %s", category, k.Period, k.From)
		}
	}
}

// The mails that announce an erasure leave two weeks at least, and less than three, whatever the month.
func TestWarningsComeTwoWeeksBefore(t *testing.T) {
	flow := residence(t).Flow
	for _, rule := range flow.Timed {
		if rule.Notify != "draft_expiring" && rule.Notify != "purge_soon" {
			continue
		}
		for day := range 1461 {
			from := time.Date(2026, 1, 1+day, 12, 0, 0, 0, time.UTC)
			end := workflow.Day(workflow.Add(from, workflow.Duration{Months: 3}))
			if rule.At.Clock == workflow.Goes {
				end = workflow.Day(from)
			}
			if left := end.Sub(workflow.Day(rule.At.Of(from))).Hours() / 24; left < 14 || left >= 21 {
				t.Fatalf("%s from %s leaves %v days", rule.ID, from, left)
			}
		}
	}
}

// Who may do what from where (RP-014 to RP-017, RP-025, RP-030).
func TestMovesOfEachState(t *testing.T) {
	flow := residence(t).Flow
	desk := []string{"take", "assign", "give_back", "route", "balance", "qualify", "annotate"}
	for state, want := range map[string]map[string][]string{
		"draft":      {"owner": {"submit", "discard", "leave_draft"}, "authority": {"submit", "discard"}},
		"submitted":  {"owner": {"cancel_by_user", "leave"}, "authority": append(slices.Clone(desk), "ask", "admit", "refuse", "cancel_by_agent")},
		"incomplete": {"owner": {"complete", "cancel_by_user", "leave"}, "authority": append(append([]string{"complete"}, desk...), "remind", "prolong", "resume", "refuse", "cancel_by_agent")},
		"admissible": {"owner": {"cancel_by_user", "leave"}, "authority": append(slices.Clone(desk), "ask", "accept", "refuse", "cancel_by_agent")},
		"accepted":   {"owner": nil, "authority": nil},
		"refused":    {"owner": nil, "authority": nil},
		"cancelled":  {"owner": nil, "authority": nil},
	} {
		for role, moves := range want {
			var got []string
			for _, m := range flow.Moves(state, role) {
				got = append(got, m.ID)
			}
			if !slices.Equal(got, moves) {
				t.Errorf("%s in %s: %v, want %v", role, state, got, moves)
			}
		}
		for _, role := range []string{"analyst", "digital", "provider"} { // RP-161 to RP-163: no hand on dossiers
			if len(flow.Moves(state, role)) > 0 {
				t.Errorf("%s can move a dossier in %s", role, state)
			}
		}
	}
}

// RP-033: accepted, refused and cancelled end the processing, and nothing else does.
func TestEndOfProcessing(t *testing.T) {
	flow := residence(t).Flow
	if got := flow.StatesOf(workflow.Closed); !slices.Equal(got, []string{"accepted", "refused", "cancelled"}) {
		t.Errorf("closed states are %v", got)
	}
	d, err := flow.Decide(workflow.Ask{Move: "refuse", State: "submitted", Roles: []string{"authority"}})
	if err != nil || !d.Closes || d.To != "refused" {
		t.Errorf("refusing an inadmissible application gives %+v, %v", d, err)
	}
	if _, err := flow.Decide(workflow.Ask{Move: "accept", State: "submitted", Roles: []string{"authority"}}); fault.Key(err) != "move.not_from_here" {
		t.Errorf("accepting what is not admissible gives %v", err)
	}
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Monaco")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
