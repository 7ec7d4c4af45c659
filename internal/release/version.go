package release

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"guichet/internal/access"
	"guichet/internal/anonymise"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
)

// Version is one version of a release schema, as the desk shows it.
type Version struct {
	ID        string // in addresses
	Procedure string
	Name      string // the procedure's id, or that of a coarsening
	Number    int
	State     string // proposed, approved, refused
	FromFile  bool
	InForce   bool // the next freeze judges by it
	Floor     float64
	Author    int64 // 0: the file
	At        time.Time
	DecidedBy int64 // 0: nobody yet, or the file
	DecidedAt time.Time
	Rules     *procedure.ReleaseSchema // nil when the form has changed so much that the content is refused today
}

// version is a kept version with what its content means.
type version struct {
	row    sqlc.ReleaseSchema
	p      *procedure.Procedure // with this version as its schema; nil when the content is refused today
	schema *anonymise.Schema

	delivered int // number of the delivered file for which this one counts; 0: not delivered
}

// number orders the versions: one that goes on in the place of the delivered file has the file's.
func (v version) number() int {
	if v.delivered > 0 && v.row.Origin == "file" {
		return v.delivered
	}
	return max(v.delivered, int(v.row.Version))
}

// with is the procedure with another release schema.
func with(p *procedure.Procedure, s *procedure.ReleaseSchema) *procedure.Procedure {
	out := *p
	out.Release = s
	return &out
}

// parsed keeps the versions that were read: a content never changes.
type parsed struct{ byID sync.Map }

func (h *House) read(p *procedure.Procedure, row sqlc.ReleaseSchema) (version, error) {
	if v, ok := h.parsed.byID.Load(row.ID); ok {
		out := v.(version)
		out.row = row
		return out, nil
	}
	rules, refused := procedure.ParseRelease(p, []byte(row.Content))
	if len(refused) > 0 {
		return version{row: row}, fault.From(fault.Conflict, "release.version_stale", fmt.Errorf("%s", refused[0]))
	}
	p = with(p, rules)
	schema, err := schemaOf(p)
	if err != nil {
		return version{row: row}, err
	}
	if !bytes.Equal(fingerprint(schema), row.Fingerprint) {
		return version{row: row}, fault.New(fault.Conflict, "release.version_stale")
	}
	v := version{row: row, p: p, schema: schema}
	h.parsed.byID.Store(row.ID, v)
	return v, nil
}

// versions are all of a procedure, oldest first; the file's own is kept, if it was not. Those that can no longer be
// read have no rules.
func (h *House) versions(ctx context.Context, p *procedure.Procedure) ([]version, error) {
	all, _, err := h.delivered(ctx, p)
	return all, err
}

// delivered are the same versions, with why the delivered file is not in force as it stands, if it is not.
func (h *House) delivered(ctx context.Context, p *procedure.Procedure) ([]version, Slip, error) {
	rows, err := h.Store.Q().ReleaseSchemas(ctx, p.ID)
	if err != nil {
		return nil, Slip{}, err
	}
	out := make([]version, len(rows))
	for i, row := range rows {
		if out[i], err = h.read(p, row); err != nil && fault.Key(err) != "release.version_stale" {
			return nil, Slip{}, err
		}
	}
	return h.base(ctx, p, out)
}

// inForce is the version the next freeze judges by: the delivered file's, or the highest that was approved at the desk when
// its number is higher. What is delivered no longer is not in force: to go back to an older program is to go back to its rules.
func inForce(procedureID string, all []version) (version, error) {
	var first []version
	for _, v := range all {
		if v.row.Name == procedureID && v.row.State == "approved" && (v.row.Origin == "desk" || v.delivered > 0) {
			first = append(first, v)
		}
	}
	if len(first) == 0 {
		return version{}, fault.New(fault.Conflict, "release.version_stale")
	}
	v := slices.MaxFunc(first, func(a, b version) int {
		return cmp.Or(cmp.Compare(a.number(), b.number()), cmp.Compare(a.row.ID, b.row.ID))
	})
	if v.schema == nil {
		return version{}, fault.New(fault.Conflict, "release.version_stale")
	}
	return v, nil
}

// Versions lists those of a procedure for who may export it, oldest first.
func (h *House) Versions(ctx context.Context, a access.Actor, id string) (_ []Version, err error) {
	defer fault.Wrap(&err, "release.Versions %s", id)
	p, err := h.allowed(a, id)
	if err != nil {
		return nil, err
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return nil, err
	}
	current, err := inForce(p.ID, all)
	if err != nil {
		slog.WarnContext(ctx, "no release schema in force", "procedure", id, "error", err.Error())
	}
	out := make([]Version, len(all))
	for i, v := range all {
		out[i] = v.shown(current.row.ID)
	}
	return out, nil
}

func (v version) shown(current int64) Version {
	r := v.row
	out := Version{
		ID: r.PublicID, Procedure: r.Procedure, Name: r.Name, Number: int(r.Version), State: r.State, FromFile: r.Origin == "file",
		InForce: r.ID == current, Floor: float64(r.FloorShare), At: r.At,
	}
	if v.p != nil {
		out.Rules = v.p.Release
	}
	if r.Author != nil {
		out.Author = *r.Author
	}
	if r.DecidedBy != nil {
		out.DecidedBy, out.DecidedAt = *r.DecidedBy, *r.DecidedAt
	}
	return out
}

// VersionYAML is the content of a version, to the byte.
func (h *House) VersionYAML(ctx context.Context, a access.Actor, id string) (_ []byte, _ Version, err error) {
	defer fault.Wrap(&err, "release.VersionYAML %s", id)
	row, err := h.Store.Q().ReleaseSchemaByPublicID(ctx, id)
	if err != nil {
		return nil, Version{}, err
	}
	if _, err := h.allowed(a, row.Procedure); err != nil {
		return nil, Version{}, err
	}
	return []byte(row.Content), version{row: row}.shown(0), nil
}

// publicID is 128 random bits, for addresses.
func publicID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}
