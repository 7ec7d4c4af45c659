package procedure

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// child follows one segment, a key or [index]; key is the key's node when there is one.
func child(node ast.Node, seg string) (key, value ast.Node) {
	if inner, ok := strings.CutPrefix(seg, "["); ok {
		i, _ := strconv.Atoi(strings.TrimSuffix(inner, "]"))
		if list, ok := node.(*ast.SequenceNode); ok && i < len(list.Values) {
			return nil, list.Values[i]
		}
		return nil, nil
	}
	for _, v := range entries(node) {
		if v.Key.GetToken().Value == seg {
			return v.Key, v.Value
		}
	}
	return nil, nil
}

// entries are the pairs of a mapping; the parser makes a pair that stands alone a node of its own.
func entries(node ast.Node) []*ast.MappingValueNode {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

func scalar(node ast.Node) bool {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.LiteralNode:
		return false
	}
	return true
}

// first is where a mapping or list begins for a reader: its first key.
func first(node ast.Node) *token.Token {
	if e := entries(node); len(e) > 0 {
		return e[0].Key.GetToken()
	}
	return node.GetToken()
}
