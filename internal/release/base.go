package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Slip is why the delivered schema is not judged by as it stands: another version goes on in its place, and nothing stops.
type Slip struct {
	Key       string // of the text that says why, with delivered, kept and next
	Delivered int    // number in the delivered file
	Kept      int    // number of the version that goes on in its place
	Next      int    // free number
}

// base finds the version that counts as the delivered one, and keeps the file when it is new: what is delivered now is what
// was approved with the program, and a version that is delivered no longer is not in force. A file that alters what was
// registered or frozen under its number, or repeats another version under a new one, is not kept: its levels never change
// once they were used, and a month has one version.
func (h *House) base(ctx context.Context, p *procedure.Procedure, all []version) ([]version, Slip, error) {
	sum := sha256.Sum256(p.Release.Source)
	own := -1
	for i, v := range all {
		if bytes.Equal(v.row.Sha256, sum[:]) {
			own = i
		}
	}
	slip := Slip{Delivered: p.Release.Version, Next: max(next(all)[p.ID], p.Release.Version+1)}
	at, err := h.other(ctx, p, all, own)
	switch {
	case err != nil:
		return nil, slip, err
	case at >= 0:
		slip.Key = "release.slip_number"
	case own >= 0 && all[own].row.State == "approved":
		at = own
	case own >= 0:
		at, slip.Key = latest(p, all), "release.slip_undecided"
	default:
		if at = repeated(p, all); at < 0 {
			return h.keepFile(ctx, p, all)
		}
		slip.Key = "release.slip_same"
	}
	if at < 0 {
		return all, slip, nil
	}
	all[at].delivered, slip.Kept = p.Release.Version, int(all[at].row.Version)
	if slip.Key != "" {
		h.tell(ctx, p.ID, slip)
	}
	return all, slip, nil
}

// other finds a version of other rules that was used under the file's number; -1 when there is none, or the file's own was.
func (h *House) other(ctx context.Context, p *procedure.Procedure, all []version, own int) (int, error) {
	if own >= 0 {
		if used, err := h.used(ctx, all[own]); err != nil || used {
			return -1, err
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		v := all[i]
		if i == own || !v.first(p) || int(v.row.Version) != p.Release.Version || v.p != nil && sameRules(v.p.Release, p.Release) {
			continue
		}
		if used, err := h.used(ctx, v); err != nil || used {
			return i, err
		}
	}
	return -1, nil
}

// used reports a version that people chose at the desk, or that rows are frozen by.
func (h *House) used(ctx context.Context, v version) (bool, error) {
	if v.row.Origin == "desk" {
		return v.row.State == "approved", nil
	}
	through, err := h.Store.Q().ReleaseThrough(ctx, sqlc.ReleaseThroughParams{Procedure: v.row.Procedure, Schemas: [][]byte{v.row.Fingerprint}})
	return through.Year() > 1, err
}

// repeated finds the last version that has the file's rules under another number; -1 when there is none.
func repeated(p *procedure.Procedure, all []version) int {
	at := -1
	for i, v := range all {
		if !v.first(p) || v.p == nil || !sameRules(v.p.Release, p.Release) {
			continue
		}
		if at = i; int(v.row.Version) == p.Release.Version {
			return -1 // the same version in other words
		}
	}
	return at
}

// latest is the approved version with the highest number; -1 when there is none.
func latest(p *procedure.Procedure, all []version) int {
	at := -1
	for i, v := range all {
		if v.first(p) && (at < 0 || v.row.Version >= all[at].row.Version) {
			at = i
		}
	}
	return at
}

// first reports an approved version of the first schema.
func (v version) first(p *procedure.Procedure) bool {
	return v.row.Name == p.ID && v.row.State == "approved"
}

// keepFile keeps the delivered file as a version.
func (h *House) keepFile(ctx context.Context, p *procedure.Procedure, all []version) ([]version, Slip, error) {
	sum := sha256.Sum256(p.Release.Source)
	schema, err := schemaOf(p)
	if err != nil {
		return nil, Slip{}, err
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.ReleaseSchemaInsert(ctx, sqlc.ReleaseSchemaInsertParams{
			PublicID: publicID(), Procedure: p.ID, Name: p.ID, Version: int32(p.Release.Version), Fingerprint: fingerprint(schema),
			Sha256: sum[:], Content: string(p.Release.Source), Origin: "file", State: "approved", FloorShare: 1, At: tx.Now,
		})
		return err
	})
	if err != nil && (fault.Of(err) != fault.Conflict || fault.Key(err) != "") { // a conflict: another server was quicker
		return nil, Slip{}, err
	}
	row, err := h.Store.Q().ReleaseSchemaBySum(ctx, sqlc.ReleaseSchemaBySumParams{Procedure: p.ID, Sha256: sum[:]})
	if err != nil {
		return nil, Slip{}, err
	}
	v, err := h.read(p, row)
	v.delivered = p.Release.Version
	return append(all, v), Slip{}, err
}

// tell writes a slip to the log, once.
func (h *House) tell(ctx context.Context, procedure string, s Slip) {
	if _, told := h.told.LoadOrStore([2]any{procedure, s}, true); !told {
		slog.WarnContext(ctx, "the delivered release schema is not in force as it stands", "procedure", procedure, "why", s.Key,
			"delivered", s.Delivered, "goes_on", s.Kept, "next_free", s.Next)
	}
}
