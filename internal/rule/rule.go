package rule

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

const maxSource = 2000 // bytes; a longer rule is a program, and a deep one would exhaust the parser

// Rule is a compiled expression. It is immutable and safe for concurrent use.
type Rule struct {
	src     string
	program *vm.Program
	want    Type
	always  any // the value of a constant rule, else nil
	reads   []string
}

// Error says where a rule is wrong and how to mend it. It quotes the definition, never an answer.
type Error struct {
	Line, Column int // from 1, inside the rule
	Message      string
	Remedy       string
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
	if e.Remedy != "" {
		s += "; " + e.Remedy
	}
	return s
}

// Compile checks src against the names and types of env and the type it must yield.
// A refusal is an [*Error].
func Compile(src string, env *Env, want Type) (r *Rule, err error) {
	defer func() {
		if p := recover(); p != nil { // the expression library gave up on a strange text
			r, err = nil, &Error{1, 1, "this rule cannot be read", "simplify it"}
		}
	}()
	if e := refuseSource(src); e != nil {
		return nil, e
	}
	names := &namer{env: env}
	ops := append([]expr.Option{expr.Env(env.narrowed(src)), expr.Patch(names)}, options...)
	program, err := expr.Compile(src, ops...)
	if e := names.refusal(src); e != nil {
		return nil, e
	}
	if err != nil {
		return nil, explain(err, env)
	}
	r = &Rule{src: src, program: program, want: want, reads: names.reads}
	if e := r.refuseType(program.Node().Type()); e != nil {
		return nil, e
	}
	return r, r.constant(env)
}

func refuseSource(src string) *Error {
	switch {
	case strings.TrimSpace(src) == "":
		return &Error{1, 1, "the rule is empty", "write a condition, or remove the key"}
	case len(src) > maxSource:
		return &Error{1, 1, "the rule is too long", "split it over several fields"}
	case strings.Contains(src, "$env"):
		return &Error{1, 1, "$env is not for rules", "name the fields"}
	}
	return nil
}

// constant evaluates once a rule that reads nothing.
func (r *Rule) constant(env *Env) error {
	if len(r.reads) > 0 {
		return nil
	}
	v, err := r.Value(env.Zero())
	if err != nil {
		return &Error{1, 1, "this rule fails whatever is answered", "correct it"}
	}
	r.always = v
	return nil
}

var goTypes = map[kind]reflect.Type{
	kindString: reflect.TypeFor[string](), kindInt: reflect.TypeFor[int](), kindFloat: reflect.TypeFor[float64](),
	kindBool: reflect.TypeFor[bool](), kindDate: reflect.TypeFor[time.Time](),
}

func (r *Rule) refuseType(got reflect.Type) *Error {
	want, ok := goTypes[r.want.kind]
	if !ok || got == nil || got == want || got.Kind() == reflect.Interface {
		return nil
	}
	if r.want.kind == kindFloat && got.Kind() == reflect.Int {
		return nil
	}
	return &Error{1, 1, "this rule yields “" + typeName(got) + "” where “" + r.want.String() + "” is wanted", "compare it with something, for example == or !="}
}

func typeName(t reflect.Type) string {
	for k, g := range goTypes {
		if g == t {
			return kindNames[k]
		}
	}
	return "list"
}

// explain turns the library's error into ours, without its drawing of the line.
func explain(err error, env *Env) *Error {
	fe, ok := errors.AsType[*file.Error](err)
	if !ok {
		return &Error{1, 1, err.Error(), ""}
	}
	e := &Error{max(fe.Line, 1), fe.Column + 1, fe.Message, ""}
	for _, lead := range []string{"unknown name ", "unknown field "} {
		if _, name, ok := strings.Cut(fe.Message, lead); ok {
			if near := env.nearest(strings.Trim(name, `"“”`)); near != "" {
				e.Remedy = "did you mean “" + near + "”?"
			}
		}
	}
	return e
}

var machines = sync.Pool{New: func() any { return new(vm.VM) }}

// Value evaluates the rule over a full set of values (see [Env]); ints become floats where the
// rule was compiled to yield a number.
func (r *Rule) Value(values map[string]any) (any, error) {
	if r.always != nil {
		return r.always, nil
	}
	m := machines.Get().(*vm.VM)
	out, err := m.Run(r.program, values)
	machines.Put(m)
	if err != nil {
		return nil, fmt.Errorf("rule %q failed", r.src) // the cause may quote an answer
	}
	return r.fit(out)
}

// fit checks the value of a rule whose type was not known when it was compiled.
func (r *Rule) fit(out any) (any, error) {
	if n, ok := out.(int); ok && r.want.kind == kindFloat {
		return float64(n), nil
	}
	want, ok := goTypes[r.want.kind]
	if !ok || (out != nil && reflect.TypeOf(out) == want) {
		return out, nil
	}
	if out == nil {
		return r.want.Zero(), nil
	}
	return nil, fmt.Errorf("rule %q does not yield a %s", r.src, r.want)
}

// Bool evaluates a rule compiled to yield yes or no.
func (r *Rule) Bool(values map[string]any) (bool, error) {
	v, err := r.Value(values)
	b, _ := v.(bool)
	return b, err
}

// Reads lists the names the rule looks at, in the order it mentions them.
func (r *Rule) Reads() []string { return r.reads }

// Always reports the value of a rule that reads nothing, such as "true".
func (r *Rule) Always() (any, bool) { return r.always, r.always != nil }

func (r *Rule) String() string { return r.src }
