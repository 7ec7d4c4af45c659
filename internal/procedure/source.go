package procedure

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// source is a definition file with the tree that tells where each of its values stands.
type source struct {
	file string
	root ast.Node
}

// readYAML decodes one file strictly into v: an unknown key, a key given twice or a value of another type
// is refused. It returns nil when the file cannot be used.
func readYAML(fsys fs.FS, file string, v any, r *refusals) *source {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		r.whole(file, "make the file readable", "cannot be read: %v", errors.Unwrap(err))
		return nil
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		r.yaml(file, err)
		return nil
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		r.whole(file, "write one definition in it", "holds %d documents with content, one is wanted", len(tree.Docs))
		return nil
	}
	if err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(v); err != nil && !errors.Is(err, io.EOF) {
		r.yaml(file, err)
		return nil
	}
	return &source{file, tree.Docs[0].Body}
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
	var unknown *yaml.UnknownFieldError
	var twice *yaml.DuplicateKeyError
	var other *yaml.TypeError
	switch {
	case errors.As(err, &unknown):
		out.Message = strings.ReplaceAll(out.Message, `"`, "`")
		out.Remedy = "remove the key, or correct its spelling; the keys are explained in internal/form and internal/workflow, definition.go"
	case errors.As(err, &twice):
		out.Remedy = "keep one of the two"
	case errors.As(err, &other):
		out.Message, out.Remedy = "a value of another type is wanted here", "look at a neighbour: a list, a text, a number or true/false"
	}
	*r = append(*r, out)
}

var segment = regexp.MustCompile(`[^.\[\]]+|\[\d+\]`)

// at gives the line and column of the value at path, or of the nearest thing around it that exists.
func (s *source) at(path string) (line, column int) {
	node := s.root
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
	node := s.root
	for _, seg := range segment.FindAllString(strings.TrimPrefix(path, "$."), -1) {
		if _, node = child(node, seg); node == nil {
			return nil
		}
	}
	return node
}
