package dossier

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// ClosedUnjudged opens the dossiers of a procedure that were filed, closed before end, and never judged by a release.
// One that is erased meanwhile is passed over.
func (o *Office) ClosedUnjudged(ctx context.Context, procedureID string, end time.Time) (_ []*Dossier, err error) {
	defer fault.Wrap(&err, "dossier.ClosedUnjudged %s", procedureID)
	ids, err := o.queries().DossiersUnjudged(ctx, sqlc.DossiersUnjudgedParams{Procedure: procedureID, Before: &end})
	if err != nil {
		return nil, err
	}
	out := make([]*Dossier, 0, len(ids))
	for _, id := range ids {
		d, err := o.load(ctx, o.queries(), id)
		if fault.Of(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
