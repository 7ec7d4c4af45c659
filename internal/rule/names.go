package rule

import (
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// namer rewrites `housing.tenure` into the one flat name that values bear, `given(x)` of an
// ambiguous type into its companion, and `age(d)` into age at `today`. It notes unknown names.
type namer struct {
	env     *Env
	reads   []string
	pending []lost // identifiers that are no name by themselves, until their member is seen
	letting bool
}

type lost struct {
	node *ast.IdentifierNode
	name string
}

// Visit is called by the expression library on each node, children first.
func (v *namer) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		v.identifier(n)
	case *ast.MemberNode:
		v.member(node, n)
	case *ast.CallNode:
		v.call(node, n)
	case *ast.VariableDeclaratorNode:
		v.letting = true
	}
}

func (v *namer) identifier(n *ast.IdentifierNode) {
	if _, ok := v.env.names[n.Value]; ok {
		v.read(n.Value)
		return
	}
	if !slices.Contains(functionNames, n.Value) && !strings.HasPrefix(n.Value, "?") {
		v.pending = append(v.pending, lost{n, n.Value})
	}
}

func (v *namer) member(node *ast.Node, n *ast.MemberNode) {
	base, ok1 := n.Node.(*ast.IdentifierNode)
	property, ok2 := n.Property.(*ast.StringNode)
	if !ok1 || !ok2 {
		return
	}
	flat := base.Value + "." + property.Value
	if _, ok := v.env.names[flat]; ok {
		v.found(base)
		v.read(flat)
		ast.Patch(node, &ast.IdentifierNode{Value: flat})
		return
	}
	if t := v.env.names[base.Value]; t.kind == kindRow && !t.has(property.Value) {
		v.pending = append(v.pending, lost{base, flat})
	}
	for i := range v.pending {
		if v.pending[i].node == base {
			v.pending[i].name = flat
		}
	}
}

// found takes the first half of a flat name off the list of unknown names.
func (v *namer) found(base *ast.IdentifierNode) {
	v.pending = slices.DeleteFunc(v.pending, func(l lost) bool { return l.node == base })
}

func (v *namer) call(node *ast.Node, n *ast.CallNode) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || len(n.Arguments) != 1 {
		return
	}
	switch callee.Value {
	case "age":
		v.read("today")
		n.Arguments = append(n.Arguments, &ast.IdentifierNode{Value: "today"})
	case "given":
		v.given(node, n.Arguments[0])
	}
}

func (v *namer) given(node *ast.Node, arg ast.Node) {
	switch a := arg.(type) {
	case *ast.IdentifierNode:
		if v.env.names[a.Value].Ambiguous() {
			ast.Patch(node, &ast.IdentifierNode{Value: Given(a.Value)})
		}
	case *ast.MemberNode:
		property, ok := a.Property.(*ast.StringNode)
		if t := a.Type(); ok && t != nil && ambiguousGo(t.Kind()) {
			a.Property = &ast.StringNode{Value: Given(property.Value)}
			ast.Patch(node, a)
		}
	}
}

func (v *namer) read(name string) {
	if !slices.Contains(v.reads, name) {
		v.reads = append(v.reads, name)
	}
}

// refusal reports the first unknown name, or a variable.
func (v *namer) refusal(src string) *Error {
	if len(v.pending) > 0 {
		first := v.pending[0]
		line, column := position(src, first.node.Location().From)
		message, remedy := v.env.unknown(first.name)
		return &Error{line, column, message, remedy}
	}
	if v.letting {
		return &Error{1, 1, "a rule has no variables", "write the condition in one expression"}
	}
	return nil
}

func position(src string, offset int) (line, column int) {
	line, column = 1, 1
	for i, r := range []rune(src) {
		if i == offset {
			break
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return line, column
}

func ambiguousGo(k reflect.Kind) bool {
	return k == reflect.Bool || k == reflect.Int || k == reflect.Float64
}
