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

// Slip is why the months are not judged as somebody who delivered a schema, or approved a version, must think: another version
// goes on in its place, and nothing stops.
type Slip struct {
	Key       string // of the text that says why, with delivered, kept, next and stale; "" when all is as it looks
	Delivered int    // number in the delivered file
	Kept      int    // number of the version that goes on
	Next      int    // free number
	Stale     int    // number of a version that no longer suits the form, 0 for none
}

// base finds the version that counts as the delivered one, and keeps the file when it is new: what is delivered now is what
// was approved with the program, and a version that is delivered no longer is not in force. A file that alters what was
// registered or frozen under its number, or repeats another version under a new one, is not kept: its levels never change
// once they were used, and a month has one version. It is kept all the same where what it alters cannot be read any more: the
// file was held to the form of today, so it can always be judged by.
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
	case at >= 0 && all[at].usable():
		slip.Key = "release.slip_number"
	case at >= 0:
		slip.Key, slip.Stale = "release.slip_stale", int(all[at].row.Version)
		at = own
	case own >= 0 && all[own].row.State == "approved":
		at = own
	case own >= 0:
		slip.Key = "release.slip_undecided"
		if at = latest(p, all); at < 0 { // there is nothing else to judge by
			at = own
		}
	default:
		if at = repeated(p, all); at >= 0 {
			slip.Key = "release.slip_same"
		}
	}
	if at < 0 {
		if all, err = h.keepFile(ctx, p, all); err != nil {
			return nil, slip, err
		}
		at = len(all) - 1
	}
	all[at].delivered, all[at].row.State = p.Release.Version, "approved"
	slip.Kept = int(all[at].row.Version)
	if top := highest(p.ID, all); !top.usable() {
		slip.Key, slip.Stale = "release.slip_stale", int(top.row.Version)
	}
	if slip.Key != "" {
		h.tell(ctx, p.ID, slip)
	}
	return all, slip, nil
}

// other finds a version of other rules that was used under the file's number, best one that can still be read; -1 when there
// is none, or the file's own was.
func (h *House) other(ctx context.Context, p *procedure.Procedure, all []version, own int) (int, error) {
	if own >= 0 {
		if used, err := h.used(ctx, all[own]); err != nil || used {
			return -1, err
		}
	}
	found := -1
	for i := len(all) - 1; i >= 0; i-- {
		v := all[i]
		if i == own || !v.first(p) || int(v.row.Version) != p.Release.Version || v.usable() && sameRules(v.p.Release, p.Release) {
			continue
		}
		used, err := h.used(ctx, v)
		if err != nil {
			return -1, err
		}
		if used && v.usable() {
			return i, nil
		}
		if used && found < 0 {
			found = i
		}
	}
	return found, nil
}

// used reports a version that people chose at the desk, or that rows are frozen by.
func (h *House) used(ctx context.Context, v version) (bool, error) {
	if v.row.Origin == "desk" {
		return v.row.State == "approved", nil
	}
	return h.Store.Q().ReleaseUsed(ctx, sqlc.ReleaseUsedParams{Procedure: v.row.Procedure, Schema: v.row.Fingerprint})
}

// repeated finds the last version that has the file's rules under another number; -1 when there is none.
func repeated(p *procedure.Procedure, all []version) int {
	at := -1
	for i, v := range all {
		if !v.first(p) || !v.usable() || !sameRules(v.p.Release, p.Release) {
			continue
		}
		if at = i; int(v.row.Version) == p.Release.Version {
			return -1 // the same version in other words
		}
	}
	return at
}

// latest is the approved version with the highest number that can be judged by; -1 when there is none.
func latest(p *procedure.Procedure, all []version) int {
	at := -1
	for i, v := range all {
		if v.first(p) && v.usable() && (at < 0 || v.row.Version >= all[at].row.Version) {
			at = i
		}
	}
	return at
}

// first reports an approved version of the first schema.
func (v version) first(p *procedure.Procedure) bool {
	return v.row.Name == p.ID && v.row.State == "approved"
}

// keepFile keeps the delivered file as a version, the last of all.
func (h *House) keepFile(ctx context.Context, p *procedure.Procedure, all []version) ([]version, error) {
	sum := sha256.Sum256(p.Release.Source)
	schema, err := schemaOf(p)
	if err != nil {
		return nil, err
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err := tx.Q.ReleaseSchemaInsert(ctx, sqlc.ReleaseSchemaInsertParams{
			PublicID: publicID(), Procedure: p.ID, Name: p.ID, Version: int32(p.Release.Version), Fingerprint: fingerprint(schema),
			Sha256: sum[:], Content: string(p.Release.Source), Origin: "file", State: "approved", FloorShare: 1, At: tx.Now,
		})
		if err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: p.ID, SchemaID: &id, Act: "version delivered"})
	})
	if err != nil && (fault.Of(err) != fault.Conflict || fault.Key(err) != "") { // a conflict: another server was quicker
		return nil, err
	}
	row, err := h.Store.Q().ReleaseSchemaBySum(ctx, sqlc.ReleaseSchemaBySumParams{Procedure: p.ID, Sha256: sum[:]})
	if err != nil {
		return nil, err
	}
	v, err := h.read(p, row)
	return append(all, v), err
}

// tell writes a slip to the log, once.
func (h *House) tell(ctx context.Context, procedure string, s Slip) {
	if _, told := h.told.LoadOrStore([2]any{procedure, s}, true); !told {
		slog.WarnContext(ctx, "months are judged by another release schema than was delivered or approved", "procedure", procedure, "why", s.Key,
			"delivered", s.Delivered, "goes_on", s.Kept, "next_free", s.Next, "stale", s.Stale)
	}
}
