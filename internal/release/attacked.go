package release

import (
	"context"
	"errors"
	"slices"

	"guichet/internal/attack"
	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// attacked lets the attacker, who shares no code with any of this, try the new file beside all that were handed over of its
// schema, with what can be tried without a register: differences, remnants, order, groups, parts. Nothing may be found.
func (h *House) attacked(ctx context.Context, r sqlc.ReleaseRequest, f frozen, m made) error {
	schema, err := attack.ParseSchema([]byte(f.v.row.Content))
	if err != nil {
		return fault.From(fault.Internal, "release.fault", err)
	}
	kept, err := h.Store.Q().ReleaseFilesKept(ctx, sqlc.ReleaseFilesKeptParams{Procedure: r.Procedure, Schema: f.v.row.Fingerprint, Through: r.Through})
	if err != nil {
		return err
	}
	series := make([]*attack.Release, 0, len(kept)+1)
	for _, k := range append(kept, sqlc.ReleaseFilesKeptRow{Name: m.name, Content: m.book, Certificate: m.certificate}) {
		x, err := attack.Open(k.Name, k.Content, k.Certificate)
		if err != nil {
			return fault.From(fault.Internal, "release.fault", err)
		}
		series = append(series, x)
	}
	slices.SortStableFunc(series, func(a, b *attack.Release) int { return a.Month - b.Month })
	report, err := attack.Run(ctx, []*attack.Schema{schema}, &attack.Register{}, series, attack.Options{})
	if err != nil {
		return err
	}
	for _, x := range report.Findings {
		return fault.From(fault.Internal, "release.fault", errors.New("attack "+x.Protection+" "+x.Attack))
	}
	return nil
}
