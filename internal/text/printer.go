package text

import (
	"log/slog"
	"testing"
)

// Printer says the product's texts in one language. It is a small value, safe to copy and to share.
type Printer struct {
	Lang     Lang
	messages map[string]message
}

// T is the text of a key. args are pairs of a placeholder's name and its value:
// T("dossier.sent", "reference", ref). A key or a placeholder that does not exist panics in a
// test; in production the key itself is shown and the fault is logged.
func (p Printer) T(key string, args ...any) string {
	m, ok := p.messages[key]
	switch {
	case !ok:
		return p.missing(key, "no such text")
	case m.parts == nil:
		return m.plain
	}
	s, err := m.fill(args)
	if err != nil {
		return p.missing(key, err.Error())
	}
	return s
}

// N is the text for a count: key.one or key.other by the language's rule, with {n} as the number.
// In French zero and one are singular, in English one alone is.
func (p Printer) N(key string, n int, args ...any) string {
	form := ".other"
	if n == 1 || n == -1 || (n == 0 && p.Lang == FR) {
		form = ".one"
	}
	return p.T(key+form, append([]any{"n", p.Int(int64(n))}, args...)...)
}

// Has reports whether a key exists, for a text that is only sometimes written.
func (p Printer) Has(key string) bool {
	_, ok := p.messages[key]
	return ok
}

func (p Printer) missing(key, why string) string {
	if testing.Testing() {
		panic("text " + string(p.Lang) + " " + key + ": " + why) //nolint:forbidigo // in tests alone, so that no missing text ships
	}
	slog.Error("text", "key", key, "lang", string(p.Lang), "why", why)
	return key
}
