package job

import (
	"context"
	"log/slog"
)

// said are the keys that the queue's own lines may bear, with what they are called in our log; what it says under any other is
// left out, since nobody of ours has read it.
var said = map[string]string{
	"client_id": "client_id", "job_id": "job_id", "kind": "job", "job_kind": "job", "queue": "queue", "queue_name": "queue", "attempt": "attempt",
	"err": "error", "error": "error", "num_jobs": "count", "duration": "duration",
}

// chatter is the queue's own log: its warnings, with the keys that are listed.
type chatter struct{ next slog.Handler }

func (c chatter) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && c.next.Enabled(ctx, l)
}

func (c chatter) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if key, ok := said[a.Key]; ok {
			out.AddAttrs(slog.Attr{Key: key, Value: a.Value})
		}
		return true
	})
	return c.next.Handle(ctx, out)
}

func (c chatter) WithAttrs(attrs []slog.Attr) slog.Handler {
	var out []slog.Attr
	for _, a := range attrs {
		if key, ok := said[a.Key]; ok {
			out = append(out, slog.Attr{Key: key, Value: a.Value})
		}
	}
	return chatter{c.next.WithAttrs(out)}
}

// WithGroup drops the group: keys are flat.
func (c chatter) WithGroup(string) slog.Handler { return c }
