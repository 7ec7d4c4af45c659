package rule

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/types"
)

// Env is the names a rule may use. It grows field by field in the order of the form, so that a rule
// can only look back. Values passed to a rule are a flat map with every name of the environment:
// "housing.tenure", "children" (a []any of rows), "today"; numbers and yes/no have Given(name) too.
type Env struct {
	names map[string]Type
	types types.Map
	later map[string]bool
}

// NewEnv makes an environment that holds `today` alone.
func NewEnv() *Env {
	e := &Env{names: map[string]Type{}, types: types.Map{}, later: map[string]bool{}}
	e.Add("today", TypeDate)
	return e
}

// Add makes a name known to the rules compiled from now on.
func (e *Env) Add(name string, t Type) {
	e.names[name] = t
	e.types[name] = t.checked()
	if t.Ambiguous() {
		e.types[Given(name)] = types.Bool
	}
}

// Announce lists names that will be added later: a rule that uses one too early is told so.
func (e *Env) Announce(names ...string) {
	for _, n := range names {
		e.later[n] = true
	}
}

// With is a copy of e with one more name, for `value`, `row` or `state`.
func (e *Env) With(name string, t Type) *Env {
	c := &Env{names: maps.Clone(e.names), types: maps.Clone(e.types), later: e.later}
	c.Add(name, t)
	return c
}

// Names lists the known names in alphabetical order.
func (e *Env) Names() []string { return slices.Sorted(maps.Keys(e.names)) }

// Type tells what a name holds.
func (e *Env) Type(name string) (Type, bool) {
	t, ok := e.names[name]
	return t, ok
}

// Zero is a full set of values in which nothing was answered.
func (e *Env) Zero() map[string]any {
	values := make(map[string]any, len(e.types))
	for name, t := range e.names {
		values[name] = t.Zero()
		if t.Ambiguous() {
			values[Given(name)] = false
		}
	}
	return values
}

// narrowed keeps the names that src can possibly mention: checking is linear in their number.
func (e *Env) narrowed(src string) types.Map {
	m := make(types.Map, 16)
	for name, t := range e.types {
		first, _, _ := strings.Cut(strings.TrimPrefix(name, "?"), ".")
		if name == "today" || strings.Contains(src, first) {
			m[name] = t
		}
	}
	return m
}

// unknown explains a name that e does not know.
func (e *Env) unknown(name string) (message, remedy string) {
	if e.later[name] {
		return "“" + name + "” is asked later than this rule; a rule may only look back",
			"move the field before this one, or write the rule on the later field"
	}
	message = "unknown name “" + name + "”"
	if near := e.nearest(name); near != "" {
		return message, "did you mean “" + near + "”?"
	}
	return message, "use the id of an earlier field, for example “" + e.example() + "”"
}

func (e *Env) example() string {
	for _, n := range e.Names() {
		if strings.Contains(n, ".") {
			return n
		}
	}
	return "today"
}
