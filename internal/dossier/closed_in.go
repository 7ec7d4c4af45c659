package dossier

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
)

// ClosedIn opens the dossiers of a procedure that were filed, and closed from after on and before end. One that is erased
// meanwhile is passed over.
func (o *Office) ClosedIn(ctx context.Context, procedureID string, after, end time.Time) (_ []*Dossier, err error) {
	defer fault.Wrap(&err, "dossier.ClosedIn %s", procedureID)
	ids, err := o.queries().DossiersClosedIn(ctx, sqlc.DossiersClosedInParams{Procedure: procedureID, After: &after, Before: &end})
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

// PurgeDay is the first day on which nothing may be left of a dossier of p that is closed at an instant.
func PurgeDay(p *procedure.Procedure, closed time.Time) time.Time {
	return purgeDay(p, mainRule, nil, closed)
}
