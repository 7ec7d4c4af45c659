package dossier

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// Closed is a dossier that was filed and is closed.
type Closed struct {
	*Dossier
	Judged bool // by a release, which judges a dossier once
}

// ToFreeze opens the dossiers of a procedure that were filed and closed before end, those already judged as well: who lives
// with whom is seen from all of them. One that is erased meanwhile is passed over.
func (o *Office) ToFreeze(ctx context.Context, procedureID string, end time.Time) (_ []Closed, err error) {
	defer fault.Wrap(&err, "dossier.ToFreeze %s", procedureID)
	rows, err := o.queries().DossiersToFreeze(ctx, sqlc.DossiersToFreezeParams{Procedure: procedureID, Before: &end})
	if err != nil {
		return nil, err
	}
	out := make([]Closed, 0, len(rows))
	for _, row := range rows {
		d, err := o.load(ctx, o.queries(), row.PublicID)
		if fault.Of(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Closed{d, row.Judged})
	}
	return out, nil
}
