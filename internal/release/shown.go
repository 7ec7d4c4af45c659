package release

import (
	"context"
	"encoding/hex"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Release is a request and what came of it, as the desk shows it.
type Release struct {
	ID        string // in addresses
	Procedure string
	State     string // asked, withdrawn, refused, approved, making, ready, failed
	Lang      text.Lang
	Schema    string // name of the schema
	Version   int
	Through   time.Time // last month in the file
	Reason    string
	AskedBy   int64
	AskedAt   time.Time
	DecidedBy int64 // 0: nobody yet
	DecidedAt time.Time
	Word      string // of who decided
	Fault     string // key of the text that says why no file was made
	File      *Kept  // when it is ready
	Acts      []Acted
}

// Kept is what is known of a file without opening it.
type Kept struct {
	Name   string
	SHA256 string
	Rows   int
	Bytes  int
}

// Acted is a line of a release's journal. Actor 0 is the program.
type Acted struct {
	Actor int64
	Act   string
	At    time.Time
}

// Releases lists the requests of a procedure, newest first, fifty at most.
func (h *House) Releases(ctx context.Context, a access.Actor, id string) (_ []Release, err error) {
	defer fault.Wrap(&err, "release.Releases %s", id)
	if _, err := h.allowed(a, id); err != nil {
		return nil, err
	}
	rows, err := h.Store.Q().ReleaseRequests(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]Release, len(rows))
	for i, r := range rows {
		if out[i], err = h.shown(ctx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Release shows one, with its journal and its file.
func (h *House) Release(ctx context.Context, a access.Actor, id string) (_ Release, err error) {
	defer fault.Wrap(&err, "release.Release %s", id)
	r, err := h.request(ctx, a, id)
	if err != nil {
		return Release{}, err
	}
	out, err := h.shown(ctx, r)
	if err != nil {
		return out, err
	}
	acts, err := h.Store.Q().ReleaseActs(ctx, r.ID)
	if err != nil {
		return out, err
	}
	for _, x := range acts {
		line := Acted{Act: x.Act, At: x.At}
		if x.ActorID != nil {
			line.Actor = *x.ActorID
		}
		out.Acts = append(out.Acts, line)
	}
	if r.State != "ready" {
		return out, nil
	}
	file, err := h.Store.Q().ReleaseFileOf(ctx, r.ID)
	out.File = &Kept{file.Name, hex.EncodeToString(file.Sha256), int(file.Rows), int(file.Bytes)}
	return out, err
}

func (h *House) shown(ctx context.Context, r sqlc.ReleaseRequest) (Release, error) {
	schema, err := h.Store.Q().ReleaseSchemaByID(ctx, r.SchemaID)
	if err != nil {
		return Release{}, err
	}
	out := Release{
		ID: r.PublicID, Procedure: r.Procedure, State: r.State, Lang: text.Lang(r.Lang), Schema: schema.Name, Version: int(schema.Version),
		Through: r.Through, Reason: h.opened(r.AskedBy, r.Reason), AskedBy: r.AskedBy, AskedAt: r.AskedAt, Fault: r.Fault,
	}
	if r.DecidedBy == nil {
		return out, nil
	}
	out.DecidedBy, out.DecidedAt = *r.DecidedBy, *r.DecidedAt
	out.Word = h.opened(out.DecidedBy, r.Word)
	return out, nil
}

// opened is what somebody wrote; "" once its key is gone.
func (h *House) opened(by int64, sealed []byte) string {
	words, err := h.Office.Keys.OpenFor(by, "release", sealed)
	if err != nil {
		return ""
	}
	return string(words)
}
