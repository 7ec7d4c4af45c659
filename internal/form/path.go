package form

import "strings"

// cellKey is where a compiled form keeps the cell of a group, apart from fields such as children.count.
func cellKey(group, cell string) string { return group + "[]." + cell }

// find is the node behind a path. A path is a field's id, or a group's id, a row and a cell, or a file
// field's id and a row.
func (c *Compiled) find(path string) *node {
	if n := c.fields[path]; n != nil && c.inStep[path] != nil {
		return n
	}
	head, last, ok := cutLast(path)
	if !ok {
		return nil
	}
	if n := c.fields[head]; n != nil && n.perRow != nil && rowID(last) {
		return n
	}
	group, row, ok := cutLast(head)
	if !ok || !rowID(row) {
		return nil
	}
	if g := c.fields[group]; g == nil || g.field.Kind != Group {
		return nil
	}
	return c.fields[cellKey(group, last)]
}

// fieldPath is the id of the field that a path belongs to: its own, its group's, or its file field's.
func fieldPath(c *Compiled, path string) string {
	for p, ok := path, true; ok; p, _, ok = cutLast(p) {
		if c.inStep[p] != nil {
			return p
		}
	}
	return ""
}

func cutLast(path string) (head, last string, ok bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return path, "", false
	}
	return path[:i], path[i+1:], true
}

// rowID reports whether s can be the id of a row.
func rowID(s string) bool {
	return len(s) <= 16 && identifier(s)
}

// identifier reports whether s is one word of small letters, digits, _ and -, beginning with a letter.
func identifier(s string) bool {
	for i := range len(s) {
		letter := s[i] >= 'a' && s[i] <= 'z'
		other := s[i] >= '0' && s[i] <= '9' || s[i] == '_' || s[i] == '-'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != "" && len(s) <= 60
}
