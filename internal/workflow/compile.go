package workflow

import (
	"errors"
	"fmt"
	"slices"

	"github.com/looplab/fsm"

	"guichet/internal/form"
	"guichet/internal/rule"
)

// Compiled is a workflow whose every name resolves and whose every state can be reached and left.
// It is immutable and safe to share.
type Compiled struct {
	*Workflow
	Start     *State  // the draft every dossier begins in
	Timed     []Timed // all that the clock brings about
	KeepRules []KeepRule
	LockFor   Duration // zero: no move locks
	Calendar  *Calendar

	states        map[string]*State
	moves         map[string]*Move
	roles         map[string]*Role
	notices       map[string]*Notice
	notifications map[string]*Notification
	documents     map[string]*Document
	deadlines     map[string]*Deadline
	from          map[string][]*Move // by state, in file order
	when          map[*Move]*rule.Rule
	checks        map[*Move][]*rule.Rule
	due           map[*Move]dueRule
	mandated      *rule.Rule
	copies        map[*Copy]*rule.Rule
	events        map[string][]fsm.EventDesc // by state: what looplab/fsm may do from there
}

// Compile checks a workflow against its form and makes it ready to decide. It gives every refusal at once; with any, the first result must not be used.
// The text of a notice that includes another is completed in w.
func Compile(w *Workflow, f *form.Compiled) (*Compiled, []Refusal) {
	c := &Compiled{Workflow: w, when: map[*Move]*rule.Rule{}, due: map[*Move]dueRule{}, copies: map[*Copy]*rule.Rule{}, events: map[string][]fsm.EventDesc{}, from: map[string][]*Move{}}
	var r refusals
	c.index(&r)
	c.checkHead(&r, f)
	c.checkDesk(&r, f)
	c.checkReadings(&r)
	c.checkRoles(&r, f.Form)
	c.checkStates(&r)
	c.checkDeadlines(&r, f)
	c.checkMoves(&r, f.Form)
	c.checkNotices(&r, f.Form)
	c.checkMessages(&r)
	c.checkEvents(&r)
	c.checkChannel(&r, f)
	c.checkWriting(&r, f)
	c.checkIdentity(&r)
	c.checkMandate(&r, f)
	c.checkCopies(&r, f)
	c.checkRejections(&r)
	c.readTimers(&r)
	c.readRetention(&r, f)
	c.timed()
	c.checkRest(&r)
	c.checkMail(&r, f)
	c.checkInquiry(&r, f)
	c.checkRegister(&r, f)
	c.compileRules(&r, f.Env())
	c.compileChecks(&r, f.Env())
	c.connect()
	c.checkReach(&r)
	return c, r
}

// compileRules compiles each `when` over the answers, `state` and `overdue`.
func (c *Compiled) compileRules(r *refusals, env *rule.Env) {
	env = env.With("state", rule.TypeString).With("overdue", rule.TypeBool)
	for i, m := range c.Workflow.Moves {
		if m.When == "" {
			continue
		}
		when, err := rule.Compile(m.When, env, rule.TypeBool)
		if e, ok := errors.AsType[*rule.Error](err); ok {
			*r = append(*r, Refusal{Path: fmt.Sprintf("moves[%d].when", i), Line: e.Line, Column: e.Column, Message: e.Message, Remedy: e.Remedy})
			continue
		}
		c.when[m] = when
	}
}

// index finds everything by its id, and refuses an id given twice.
func (c *Compiled) index(r *refusals) {
	c.states = byID(r, "states", c.States, func(s *State) string { return s.ID })
	c.moves = byID(r, "moves", c.Workflow.Moves, func(m *Move) string { return m.ID })
	c.roles = byID(r, "roles", c.Roles, func(o *Role) string { return o.ID })
	c.notices = byID(r, "notices", c.Notices, func(n *Notice) string { return n.ID })
	c.notifications = byID(r, "notifications", pointers(c.Notifications), func(n *Notification) string { return n.ID })
	c.documents = byID(r, "documents", pointers(c.Documents), func(d *Document) string { return d.ID })
	c.deadlines = byID(r, "deadlines", c.Deadlines, func(d *Deadline) string { return d.ID })
	byID(r, "timers", pointers(c.Timers), func(t *Timer) string { return t.ID })
	byID(r, "retention", pointers(c.Retention), func(k *Retention) string { return k.ID })
	byID(r, "connectors", pointers(c.Connectors), func(k *Connector) string { return k.ID })
	byID(r, "links", pointers(c.Links), func(l *Link) string { return l.ID })
}

func pointers[T any](items []T) []*T {
	out := make([]*T, len(items))
	for i := range items {
		out[i] = &items[i]
	}
	return out
}

// connect lays out what can be done from each state.
func (c *Compiled) connect() {
	for _, m := range c.Workflow.Moves {
		for _, s := range c.origins(m) {
			if !slices.Contains(c.from[s], m) {
				c.from[s] = append(c.from[s], m)
				c.events[s] = append(c.events[s], fsm.EventDesc{Name: m.ID, Src: []string{s}, Dst: c.target(m, s)})
			}
		}
	}
}

// origins are the states a move leaves from, with any_open spelt out.
func (c *Compiled) origins(m *Move) []string {
	var out []string
	for _, from := range m.From {
		if from != AnyOpen {
			out = append(out, from)
			continue
		}
		for _, s := range c.States {
			if s.Kind == "open" || s.Kind == "waiting" {
				out = append(out, s.ID)
			}
		}
	}
	return out
}

func (c *Compiled) target(m *Move, from string) string {
	if m.To == Same {
		return from
	}
	return m.To
}
