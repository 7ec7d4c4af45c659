package text

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// message is a text cut at its placeholders: literal, name, literal, name, …, literal.
type message struct {
	plain string
	parts []string // nil when the text has no placeholder
}

var errBrace = errors.New("a { without its }")

func parse(s string) (message, error) {
	m := message{plain: s}
	for rest := s; ; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			if m.parts != nil {
				m.parts = append(m.parts, rest)
			}
			return m, nil
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			return m, errBrace
		}
		m.parts = append(m.parts, rest[:open], rest[open+1:open+end])
		rest = rest[open+end+1:]
	}
}

// names lists the placeholders in order, each once.
func (m message) names() []string {
	var names []string
	for i := 1; i < len(m.parts); i += 2 {
		names = append(names, m.parts[i])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fill puts values, given as name-value pairs, in the place of their names.
func (m message) fill(args []any) (string, error) {
	var b strings.Builder
	b.Grow(len(m.plain) + 32)
	for i, part := range m.parts {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		value, ok := lookup(part, args)
		if !ok {
			return m.plain, fmt.Errorf("no value for {%s}", part)
		}
		b.WriteString(value)
	}
	return b.String(), nil
}

func lookup(name string, args []any) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == any(name) {
			if s, ok := args[i+1].(string); ok {
				return s, true
			}
			return fmt.Sprint(args[i+1]), true
		}
	}
	return "", false
}
