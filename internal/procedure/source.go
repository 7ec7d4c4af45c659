package procedure

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// source is a definition file. Its tree, which tells where each value stands, is only made when something is
// refused: it costs as much as reading the file, and the program starts with nothing to refuse.
type source struct {
	file string
	raw  []byte
	tree ast.Node
}

// readYAML decodes one file strictly into v: an unknown key, a key given twice or a value of another type
// is refused. It returns nil when the file cannot be used.
func readYAML(fsys fs.FS, file string, v any, r *refusals) *source {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		r.whole(file, "make the file readable", "cannot be read")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict())
	err = d.Decode(v)
	if errors.Is(err, io.EOF) {
		r.whole(file, "write a definition in it, or remove it", "is empty")
		return nil
	}
	if err != nil {
		r.yaml(file, err)
		return nil
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		r.whole(file, "keep one document in a file", "holds a second document after `---`")
		return nil
	}
	src, before := &source{file: file, raw: raw}, len(*r)
	if r.nulls(src, reflect.ValueOf(v), ""); len(*r) > before {
		return nil
	}
	return src
}

// root is the top of the tree. The file has been decoded, so it parses.
func (s *source) root() ast.Node {
	if s.tree == nil {
		if f, err := parser.ParseBytes(s.raw, 0); err == nil && len(f.Docs) > 0 {
			s.tree = f.Docs[0].Body
		}
	}
	return s.tree
}

// yaml turns the library's error into a refusal.
func (r *refusals) yaml(file string, err error) {
	var e yaml.Error
	if !errors.As(err, &e) {
		r.whole(file, "mend the YAML", "%v", err)
		return
	}
	out := Refusal{File: file, Message: e.GetMessage(), Remedy: "mend the YAML; a rule with a comma or a colon needs quotes or a line of its own"}
	if t := e.GetToken(); t != nil {
		out.Line, out.Column = t.Position.Line, t.Position.Column
	}
	out.Message, out.Remedy = explain(err, out.Message, out.Remedy)
	*r = append(*r, out)
}

// explain says in our words what the library says of the faults that are met most.
func explain(err error, message, remedy string) (string, string) {
	var unknown *yaml.UnknownFieldError
	var shape *yaml.UnexpectedNodeTypeError
	var other *yaml.TypeError
	switch {
	case errors.As(err, &unknown):
		return strings.ReplaceAll(message, `"`, "`"), "remove the key, or correct its spelling; the keys are explained in internal/form/definition.go, internal/workflow/definition.go, internal/procedure/release.go, question.go and statistic.go"
	case strings.Contains(message, "already defined"):
		return message, "keep one of the two"
	case errors.As(err, &shape), errors.As(err, &other):
		return "a value of another type is wanted here", "look at a neighbour: a list [a, b], a text, a number, or true or false"
	}
	return message, remedy
}

var segment = regexp.MustCompile(`[^.\[\]]+|\[\d+\]`)

// at gives the line and column of the value at path, or of the nearest thing around it that exists.
func (s *source) at(path string) (line, column int) {
	node := s.root()
	t := node.GetToken()
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		t = m.Values[0].Key.GetToken()
	}
	for _, seg := range segment.FindAllString(strings.TrimPrefix(path, "$."), -1) {
		key, next := child(node, seg)
		if next == nil {
			break
		}
		node, t = next, next.GetToken()
		switch {
		case key != nil && !scalar(next):
			t = key.GetToken()
		case key == nil && !scalar(next):
			t = first(next)
		}
	}
	return t.Position.Line, t.Position.Column
}

// inside moves from a value's place to a line and column inside it, for a rule. A quoted or plain value on one
// line is followed to the column; in a block the line alone is right.
func (s *source) inside(path string, line, column int) (int, int) {
	row, col := s.at(path)
	if line == 0 {
		return row, col
	}
	node := s.find(path)
	switch n := node.(type) {
	case *ast.LiteralNode:
		return row + line, 1
	case *ast.StringNode:
		if n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType {
			column++
		}
	}
	if line > 1 {
		return row + line - 1, 1
	}
	return row, col + column - 1
}

// find gives the node at path, or nil.
func (s *source) find(path string) ast.Node {
	node := s.root()
	for _, seg := range segment.FindAllString(strings.TrimPrefix(path, "$."), -1) {
		if _, node = child(node, seg); node == nil {
			return nil
		}
	}
	return node
}
