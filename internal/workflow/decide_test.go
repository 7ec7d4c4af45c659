package workflow_test

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/workflow"
)

// garden compiles testdata/garden.yaml, a workflow small enough to be read beside the tests.
func garden(t testing.TB) *workflow.Compiled {
	t.Helper()
	var w workflow.Workflow
	var f form.Form
	for file, v := range map[string]any{"testdata/garden.yaml": &w, "testdata/garden.form.yaml": &f} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalWithOptions(raw, v, yaml.Strict()); err != nil {
			t.Fatal(err)
		}
	}
	compiled, refused := form.Compile(&f)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	c, faults := workflow.Compile(&w, compiled)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return c
}

// answers are the values of a walked journey, with the date of birth given.
func answers(t testing.TB, c *workflow.Compiled, birth time.Time) map[string]any {
	t.Helper()
	return map[string]any{"today": time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "tenant.birth_date": birth}
}

var (
	adult = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	child = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestDecideMakesAMove(t *testing.T) {
	c := garden(t)
	d, err := c.Decide(workflow.Ask{
		Move: "send", State: "draft", Roles: []string{"owner"}, Values: answers(t, c, adult),
		Met: map[string]bool{"form": true, "notice.duty": true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.To != "sent" || d.ToKind != workflow.Open || d.Closes || len(d.Effects) != 1 || d.Effects[0].Notify != "received" {
		t.Errorf("decided %+v", d)
	}
}

func TestDecideClosesOnceAndForAll(t *testing.T) {
	c := garden(t)
	d, err := c.Decide(workflow.Ask{Move: "grant", State: "sent", Roles: []string{"gardener"}, Values: answers(t, c, adult)})
	if err != nil {
		t.Fatal(err)
	}
	if !d.Closes || d.ToKind != workflow.Closed {
		t.Errorf("granting does not end the processing: %+v", d)
	}
	d, err = c.Decide(workflow.Ask{Move: "remark", State: "granted", Roles: []string{"gardener"}, Values: answers(t, c, adult)})
	if err != nil || d.Closes || d.To != "granted" {
		t.Errorf("a move that stays in a closed state restarts the clock or fails: %+v %v", d, err)
	}
}

func TestDecideRefuses(t *testing.T) {
	c := garden(t)
	met := map[string]bool{"form": true, "notice.duty": true}
	for _, k := range []struct {
		name string
		ask  workflow.Ask
		kind fault.Kind
		key  string
	}{
		{"a move nobody wrote", workflow.Ask{Move: "fly", State: "draft", Roles: []string{"owner"}}, fault.NotFound, "move.unknown"},
		{"somebody else's move", workflow.Ask{Move: "grant", State: "sent", Roles: []string{"owner"}, Values: answers(t, c, adult)}, fault.Forbidden, "move.not_yours"},
		{"no role at all", workflow.Ask{Move: "grant", State: "sent"}, fault.Forbidden, "move.not_yours"},
		{"a stranger, before anything is said of the state", workflow.Ask{Move: "grant", State: "refused", Roles: []string{"owner"}}, fault.Forbidden, "move.not_yours"},
		{"a dossier that has moved on", workflow.Ask{Move: "send", State: "sent", Roles: []string{"owner"}, Met: met, Values: answers(t, c, adult)}, fault.Conflict, "move.not_from_here"},
		{"a state of another version", workflow.Ask{Move: "send", State: "gone", Roles: []string{"owner"}, Met: met, Values: answers(t, c, adult)}, fault.Conflict, "move.not_from_here"},
		{"a rule that says not now", workflow.Ask{Move: "send", State: "draft", Roles: []string{"owner"}, Met: met, Values: answers(t, c, child)}, fault.Conflict, "move.not_now"},
		{"an unmet need", workflow.Ask{Move: "send", State: "draft", Roles: []string{"owner"}, Met: map[string]bool{"form": true}, Values: answers(t, c, adult)}, fault.Invalid, "move.unmet"},
	} {
		_, err := c.Decide(k.ask)
		if fault.Of(err) != k.kind || fault.Key(err) != k.key {
			t.Errorf("%s: %v, want %v %s", k.name, err, k.kind, k.key)
		}
	}
}

func TestDecideListsWhatIsUnmet(t *testing.T) {
	c := garden(t)
	_, err := c.Decide(workflow.Ask{Move: "send", State: "draft", Roles: []string{"owner"}, Values: answers(t, c, adult)})
	unmet, ok := errors.AsType[*workflow.Unmet](err)
	if !ok || !slices.Equal(unmet.Needs, []string{"form", "notice.duty"}) {
		t.Errorf("unmet needs are %v", err)
	}
}

// The state is one of the rule's values: a draft is thrown away only as a draft.
func TestWhenSeesTheState(t *testing.T) {
	c := garden(t)
	ask := workflow.Ask{Move: "drop", State: "draft", Roles: []string{"owner"}, Values: answers(t, c, adult)}
	if _, err := c.Decide(ask); err != nil {
		t.Error(err)
	}
	ask.State = "sent"
	if _, err := c.Decide(ask); fault.Key(err) != "move.not_now" {
		t.Errorf("got %v", err)
	}
	if _, set := ask.Values["state"]; set {
		t.Error("Decide wrote into the journey's values")
	}
}

func TestMovesAreTheRolesInFileOrder(t *testing.T) {
	c := garden(t)
	for _, k := range []struct {
		state, role string
		want        []string
	}{
		{"draft", "owner", []string{"send", "drop"}},
		{"sent", "gardener", []string{"grant", "refuse", "remark"}},
		{"sent", "clock", []string{"refuse"}},
		{"granted", "owner", nil},
		{"gone", "owner", nil},
	} {
		var got []string
		for _, m := range c.Moves(k.state, k.role) {
			got = append(got, m.ID)
		}
		if !slices.Equal(got, k.want) {
			t.Errorf("%s in %s: %v, want %v", k.role, k.state, got, k.want)
		}
	}
}

// Whatever is asked, what Decide allows is listed by Moves, and leads to a state that exists.
func TestDecideAndMovesAgree(t *testing.T) {
	c := garden(t)
	pick := func(t *rapid.T, name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
	rapid.Check(t, func(rt *rapid.T) {
		state := pick(rt, "state", "draft", "sent", "granted", "refused", "gone")
		role := pick(rt, "role", "owner", "gardener", "clock", "stranger")
		move := pick(rt, "move", "send", "drop", "grant", "refuse", "remark", "fly")
		met := map[string]bool{"form": rapid.Bool().Draw(rt, "form"), "notice.duty": rapid.Bool().Draw(rt, "duty")}
		birth := rapid.SampledFrom([]time.Time{adult, child}).Draw(rt, "birth")
		d, err := c.Decide(workflow.Ask{Move: move, State: state, Roles: []string{role}, Met: met, Values: answers(t, c, birth)})
		listed := slices.ContainsFunc(c.Moves(state, role), func(m *workflow.Move) bool { return m.ID == move })
		if err == nil && (!listed || c.State(d.To) == nil) {
			rt.Fatalf("%s may %s from %s to %q, unlisted", role, move, state, d.To)
		}
		if err != nil && fault.Of(err) == fault.Internal {
			rt.Fatal(err)
		}
	})
}

func TestMoveFormMissing(t *testing.T) {
	f := workflow.MoveForm{Required: []string{"a", "b"}, Reasons: []workflow.Reason{{ID: "x"}, {ID: "old", Retired: true}}, Pick: true}
	filled := func(id string) bool { return id == "b" }
	if got := f.Missing(filled, "y", 0); !slices.Equal(got, []string{"a", "reason", "items"}) {
		t.Errorf("missing %v", got)
	}
	if got := f.Missing(filled, "old", 1); !slices.Equal(got, []string{"a", "reason"}) {
		t.Errorf("a reason that is offered no more: missing %v", got)
	}
	if got := f.Missing(func(string) bool { return true }, "x", 2); got != nil {
		t.Errorf("missing %v of a full form", got)
	}
}

func TestIncludedNoticeStandsInTheText(t *testing.T) {
	c := garden(t)
	if got, want := c.Notice("terms").Text.FR, "Soyez poli.\n\nVos données : dix ans.\n"; got != want {
		t.Errorf("the terms read %q, want %q", got, want)
	}
}

func TestKeepFindsTheRuleOfACategory(t *testing.T) {
	c := garden(t)
	if k := c.Keep("agent_log"); k == nil || k.ID != "traces" || k.Period.Years != 1 {
		t.Errorf("found %+v", k)
	}
	if c.Keep("photos") != nil {
		t.Error("a rule for a category that does not exist")
	}
}

func BenchmarkDecide(b *testing.B) {
	c := garden(b)
	ask := workflow.Ask{Move: "grant", State: "sent", Roles: []string{"gardener"}, Values: answers(b, c, adult)}
	for b.Loop() {
		if _, err := c.Decide(ask); err != nil {
			b.Fatal(err)
		}
	}
}
