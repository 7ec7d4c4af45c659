package release

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
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

// FileName is what the content of a version is called once it is downloaded.
func (v Version) FileName() string { return v.Name + "-" + strconv.Itoa(v.Number) + ".release.yaml" }

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
		return version{row: row}, fault.From(fault.Conflict, "release.version_stale", err)
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
		out[i], err = h.read(p, row)
		if err != nil && fault.Key(err) != "release.version_stale" {
			return nil, Slip{}, err
		}
	}
	return h.base(ctx, p, out)
}

// inForce is the version the next freeze judges by: the delivered file's, or the highest that was approved at the desk when
// its number is higher. What is delivered no longer is not in force: to go back to an older program is to go back to its rules.
// Where the one that was approved at the desk no longer suits the form, the delivered one goes on, and a Slip says so.
func inForce(procedureID string, all []version) (version, error) {
	v := highest(procedureID, all)
	if !v.usable() {
		i := slices.IndexFunc(all, func(x version) bool { return x.delivered > 0 && x.usable() })
		if i < 0 {
			return version{}, fault.New(fault.Conflict, "release.version_stale")
		}
		v = all[i]
	}
	return v, nil
}

// highest is the version that ought to be in force, whether or not it can be read; the zero version when there is none.
func highest(procedureID string, all []version) (top version) {
	for _, v := range all {
		counts := v.row.Name == procedureID && v.row.State == "approved" && (v.row.Origin == "desk" || v.delivered > 0)
		if counts && v.number() >= top.number() { // of equal numbers the later
			top = v
		}
	}
	return top
}

// usable reports a version whose content suits the form of today.
func (v version) usable() bool { return v.schema != nil }

// current are the versions of which a file can be asked for: approved, of use, and not repeated by a later one.
func current(all []version) (out []version) {
	for i, v := range all {
		if v.row.State == "approved" && v.usable() && !superseded(all[i+1:], v) {
			out = append(out, v)
		}
	}
	return out
}

// superseded reports a version whose rules a later one repeats, in other words or under another number: the file of the later
// has the rows of both.
func superseded(later []version, v version) bool {
	return slices.ContainsFunc(later, func(u version) bool { return u.row.State == "approved" && u.usable() && sameFile(u, v) })
}

// sameFile reports two versions whose rows stand in one file.
func sameFile(a, b version) bool {
	return a.row.Name == b.row.Name && (bytes.Equal(a.row.Fingerprint, b.row.Fingerprint) || sameRules(a.p.Release, b.p.Release))
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
	out.Author = number(r.Author)
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
