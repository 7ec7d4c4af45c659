package web

import (
	"context"
	"io"
	"log/slog"
	"testing"
)

// logged are the only keys a line of the log may bear: what is not listed cannot leak an answer (ASVS 16.2.5).
var logged = setOf(
	"id", "door", "method", "route", "status", "bytes", "micros", "kind", "key", "error", "stack", "left",
	"account", "dossier", "document", "procedure", "move", "state", "step", "role", "verb", "count", "mail", "template",
	"job", "attempt", "queue", "queue_name", "client_id", "job_id", "version", "addr", "url", "path", "signal", "component", "why", "lang", "reason", "field", "rule", "duration",
)

func setOf(keys ...string) map[string]bool {
	m := map[string]bool{}
	for _, k := range keys {
		m[k] = true
	}
	return m
}

// NewLog writes JSON lines whose keys are on the list. A value under any other key is withheld, and panics in a test.
func NewLog(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(Listed(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})))
}

// Listed puts the list before any handler of the log.
func Listed(next slog.Handler) slog.Handler { return &sieve{next} }

type sieve struct{ next slog.Handler }

func (s *sieve) Enabled(ctx context.Context, l slog.Level) bool { return s.next.Enabled(ctx, l) }

func (s *sieve) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time.UTC(), r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(sift(a))
		return true
	})
	return s.next.Handle(ctx, clean)
}

func (s *sieve) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = sift(a)
	}
	return &sieve{s.next.WithAttrs(clean)}
}

// WithGroup drops the group: keys are flat.
func (s *sieve) WithGroup(string) slog.Handler { return s }

func sift(a slog.Attr) slog.Attr {
	if logged[a.Key] {
		return a
	}
	if testing.Testing() {
		panic("log key " + a.Key + " is not on the list of internal/web/log.go") //nolint:forbidigo // in tests alone
	}
	return slog.String("withheld", a.Key)
}
