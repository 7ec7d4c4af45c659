package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/looplab/fsm"

	"guichet/internal/fault"
)

// Ask is what somebody wants to do with a dossier, and what the caller has found out about it.
type Ask struct {
	Move, State string
	Overdue     bool // the day until which the person may answer is over
	Roles       []string
	Values      map[string]any  // the journey's, for `when`
	Met         map[string]bool // needs the caller has checked: form, documents, consents, notice.<id>, items, answered, valid
}

// Decision is what the move does; nothing has happened yet.
type Decision struct {
	Move    *Move
	To      string
	ToKind  string
	Closes  bool // the end of processing (RP-033): the retention clock starts
	Effects []Effect
}

// Unmet lists the needs that keep a move from being made; it is the cause of Decide's Invalid.
type Unmet struct{ Needs []string }

func (u *Unmet) Error() string { return "needs " + strings.Join(u.Needs, ", ") }

// Decide says what a move would do, or why it cannot be made. It is pure. Its errors are NotFound
// "move.unknown"; Conflict "move.not_from_here" (the dossier has moved on, or never could from there) and
// "move.not_now" (`when` is false); Forbidden "move.not_yours"; Invalid "move.unmet", whose cause is an *[Unmet].
// Forbidden comes first, so that a stranger does not learn the state.
func (c *Compiled) Decide(in Ask) (Decision, error) {
	m := c.moves[in.Move]
	if m == nil {
		return Decision{}, fault.New(fault.NotFound, "move.unknown")
	}
	if !open(m, in.Roles) {
		return Decision{}, fault.New(fault.Forbidden, "move.not_yours")
	}
	to, err := c.fire(m, in.State)
	if err != nil {
		return Decision{}, err
	}
	if ok, err := c.Allowed(m, in.State, in.Overdue, in.Values); err != nil {
		return Decision{}, err
	} else if !ok {
		return Decision{}, fault.New(fault.Conflict, "move.not_now")
	}
	if unmet := m.Unmet(in.Met); len(unmet) > 0 {
		return Decision{}, fault.From(fault.Invalid, "move.unmet", &Unmet{unmet})
	}
	kind := c.states[to].Kind
	return Decision{Move: m, To: to, ToKind: kind, Closes: kind == Closed && c.states[in.State].Kind != Closed, Effects: m.Do}, nil
}

func open(m *Move, roles []string) bool {
	return slices.ContainsFunc(roles, func(role string) bool { return slices.Contains(m.By, role) })
}

// fire asks the state machine, which bears no callback: our checks have been made, our effects come after.
// It is built for each call because it keeps a current state; from one state it is a handful of entries.
func (c *Compiled) fire(m *Move, state string) (string, error) {
	machine := fsm.NewFSM(state, c.events[state], nil)
	err := machine.Event(context.Background(), m.ID)
	var same fsm.NoTransitionError
	if err != nil && !errors.As(err, &same) { // a move that stays is no error
		return "", fault.From(fault.Conflict, "move.not_from_here", err)
	}
	return machine.Current(), nil
}

// Allowed evaluates a move's `when` over the answers, the state, and whether the person is late.
func (c *Compiled) Allowed(m *Move, state string, overdue bool, answers map[string]any) (bool, error) {
	when := c.when[m]
	if when == nil {
		return true, nil
	}
	values := make(map[string]any, len(answers)+2)
	for k, v := range answers {
		values[k] = v
	}
	values["state"], values["overdue"] = state, overdue
	ok, err := when.Bool(values)
	if err != nil {
		return false, fault.From(fault.Internal, "", err)
	}
	return ok, nil
}

// Unmet lists the needs of the move that met does not bear, in file order.
func (m *Move) Unmet(met map[string]bool) []string {
	var out []string
	for _, need := range m.Needs {
		if !met[need] {
			out = append(out, need)
		}
	}
	return out
}

// Missing lists what the mover has not filled in: ids of required agent fields, "reason" when one must be
// chosen and the given one is none of those offered, "items" when something must be picked.
func (f MoveForm) Missing(filled func(field string) bool, reason string, picked int) []string {
	var out []string
	for _, id := range f.Required {
		if !filled(id) {
			out = append(out, id)
		}
	}
	known := slices.ContainsFunc(f.Reasons, func(r Reason) bool { return r.ID == reason && !r.Retired })
	if len(f.Reasons) > 0 && !known {
		out = append(out, "reason")
	}
	if f.Pick && picked == 0 {
		out = append(out, "items")
	}
	return out
}
