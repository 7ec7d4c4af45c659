package form

import (
	"strconv"
	"strings"
	"time"

	"guichet/internal/rule"
	"guichet/internal/text"
)

// parse turns what was typed into the value that rules see, or says what is wrong with its form.
// Blank is the zero value and no flaw. A phone number is only cleaned: see fullCheck.
func (n *node) parse(raw []string) (any, *flaw) {
	if blank(raw) {
		return nil, nil
	}
	switch n.field.Kind {
	case Date:
		return orNil(parseDate(raw))
	case Choices:
		return n.parseChoices(raw)
	case File:
		return n.parseFiles(raw)
	case Group:
		return nil, nil // its rows are walked
	}
	if len(raw) != 1 {
		return nil, flawSeveral
	}
	return n.parseOne(raw[0])
}

func (n *node) parseOne(s string) (any, *flaw) {
	switch n.field.Kind {
	case Number:
		return orNil(parseNumber(s))
	case Decimal:
		return orNil(parseDecimal(s))
	case Money:
		return orNil(parseMoney(s))
	case Time:
		return orNil(parseTime(s))
	case Bool:
		return parseBool(s)
	case Choice:
		if n.options[s] == nil {
			return nil, flawOption
		}
		return s, nil
	case Country:
		return parseCountry(s)
	}
	if s = clean(s, n.field.Kind == LongText); s == "" {
		return nil, nil // blanks alone are no answer
	}
	return s, nil
}

func orNil[T any](v T, f *flaw) (any, *flaw) {
	if f != nil {
		return nil, f
	}
	return v, nil
}

func parseBool(s string) (any, *flaw) {
	switch s {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	return nil, flawBool
}

func parseCountry(s string) (any, *flaw) {
	code := strings.ToUpper(s)
	if len(code) != 2 || (!text.IsCountry(code) && code != text.Stateless) {
		return nil, flawCountry
	}
	return code, nil
}

// parseChoices keeps each option once, in the order of the definition.
func (n *node) parseChoices(raw []string) (any, *flaw) {
	chosen := make(map[string]bool, len(raw))
	for _, s := range raw {
		if s != "" && n.options[s] == nil {
			return nil, flawOption
		}
		chosen[s] = true
	}
	out := make([]string, 0, len(raw))
	for i := range n.field.Options {
		if id := n.field.Options[i].ID; chosen[id] {
			out = append(out, id)
		}
	}
	return out, nil
}

func (n *node) parseFiles(raw []string) (any, *flaw) {
	out := make([]string, 0, len(raw))
	for _, id := range raw {
		if len(id) > 80 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, flawFile
		}
		out = append(out, id)
	}
	return out, nil
}

// write is the inverse of parse: a value as canonical raw strings, nil for nothing.
func (n *node) write(v any) []string {
	switch x := v.(type) {
	case string:
		if x == "" {
			return nil
		}
		if n.field.Kind == Phone {
			x = canonicalPhone(x)
		}
		return []string{x}
	case int:
		return []string{strconv.Itoa(x)}
	case float64:
		if n.field.Kind == Money {
			return []string{strconv.FormatFloat(x, 'f', 2, 64)}
		}
		return []string{strconv.FormatFloat(x, 'f', -1, 64)}
	case bool:
		if x {
			return []string{"yes"}
		}
		return []string{"no"}
	case rule.Date:
		return writeDate(x)
	case []string:
		return x
	}
	return nil
}

func writeDate(d time.Time) []string {
	if d.IsZero() {
		return nil
	}
	return []string{strconv.Itoa(d.Day()), strconv.Itoa(int(d.Month())), strconv.Itoa(d.Year())}
}
