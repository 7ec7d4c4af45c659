package release

import (
	"context"
	"encoding/base64"
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
	Schema    Version   // that the file follows, without its rules
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
	Key    []byte // that its certificate is signed with, Ed25519
}

// Releases lists the requests of a procedure, newest first, fifty at most.
func (h *House) Releases(ctx context.Context, a access.Actor, id string) (_ []Release, err error) {
	defer fault.Wrap(&err, "release.Releases %s", id)
	if _, err := h.allowed(a, id); err != nil {
		return nil, err
	}
	rows, err := h.Store.Q().ReleaseRequests(ctx, id)
	out := make([]Release, len(rows))
	for i, r := range rows {
		out[i] = h.shown(r.ReleaseRequest, r.ReleaseSchema)
	}
	return out, err
}

// Release shows one, with its journal and its file. Internal release.journal: somebody altered the journal.
func (h *House) Release(ctx context.Context, a access.Actor, id string) (_ Release, err error) {
	defer fault.Wrap(&err, "release.Release %s", id)
	r, err := h.request(ctx, a, id)
	if err != nil {
		return Release{}, err
	}
	row, err := h.Store.Q().ReleaseRequestWithSchema(ctx, r.ID)
	if err != nil {
		return Release{}, err
	}
	out := h.shown(row.ReleaseRequest, row.ReleaseSchema)
	out.Acts, err = h.journal(ctx, r.Procedure, func(x sqlc.ReleaseAct) bool { return number(x.RequestID) == r.ID })
	if err != nil || r.State != "ready" {
		return out, err
	}
	file, err := h.Store.Q().ReleaseFileOf(ctx, r.ID)
	if err != nil {
		return out, err
	}
	signer, err := h.Office.Keys.Signer()
	if err != nil {
		return out, err
	}
	out.File = &Kept{file.Name, hex.EncodeToString(file.Sha256), int(file.Rows), int(file.Bytes), signer.Public()}
	return out, nil
}

func (h *House) shown(r sqlc.ReleaseRequest, s sqlc.ReleaseSchema) Release {
	out := Release{
		ID: r.PublicID, Procedure: r.Procedure, State: r.State, Lang: text.Lang(r.Lang), Schema: version{row: s}.shown(0),
		Through: r.Through, Reason: h.opened(r.AskedBy, r.Reason), AskedBy: r.AskedBy, AskedAt: r.AskedAt, Fault: r.Fault,
	}
	if r.DecidedBy == nil {
		return out
	}
	out.DecidedBy, out.DecidedAt = *r.DecidedBy, *r.DecidedAt
	out.Word = h.opened(out.DecidedBy, r.Word)
	return out
}

// opened is what somebody wrote; "" where they wrote nothing, or under another keyring.
func (h *House) opened(by int64, sealed []byte) string {
	words, err := h.Office.Keys.OpenFor(by, "release", sealed)
	if err != nil {
		return ""
	}
	return string(words)
}

// Command is what is typed to check a file that is ready, with its certificate and its schema beside it.
func (r Release) Command() string {
	return "guichet verify-release " + r.File.Name + " --schema " + r.Schema.FileName() + " --key " + base64.StdEncoding.EncodeToString(r.File.Key)
}
