package dossier

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// ClosedIn opens the dossiers of a procedure that were filed, and closed from after on and before end. One that is erased
// meanwhile is passed over.
func (o *Office) ClosedIn(ctx context.Context, procedureID string, after, end time.Time) (_ []*Dossier, err error) {
	defer fault.Wrap(&err, "dossier.ClosedIn %s", procedureID)
	ids, err := o.queries().DossiersClosedIn(ctx, sqlc.DossiersClosedInParams{Procedure: procedureID, After: &after, Before: &end})
	if err != nil {
		return nil, err
	}
	return o.loadAll(ctx, ids)
}

// SubmittedIn opens the dossiers of a procedure that were sent from after on and before end, whatever became of them since. One
// that is erased meanwhile is passed over.
func (o *Office) SubmittedIn(ctx context.Context, procedureID string, after, end time.Time) (_ []*Dossier, err error) {
	defer fault.Wrap(&err, "dossier.SubmittedIn %s", procedureID)
	ids, err := o.queries().DossiersSubmittedIn(ctx, sqlc.DossiersSubmittedInParams{Procedure: procedureID, After: &after, Before: &end})
	if err != nil {
		return nil, err
	}
	return o.loadAll(ctx, ids)
}

func (o *Office) loadAll(ctx context.Context, ids []string) ([]*Dossier, error) {
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

// PurgeDay is the first day on which something may be gone of a dossier of p that is closed at an instant, other than what goes
// with the closing itself.
func PurgeDay(p *procedure.Procedure, closed time.Time) time.Time {
	first := time.Time{}
	for i := range p.Flow.KeepRules {
		k := &p.Flow.KeepRules[i]
		if !k.OfDossier() || k.AtOnce() {
			continue
		}
		day := workflow.Day(workflow.EndOfDay(closed)) // another clock may have run out by then
		if k.From == "closed" {
			day = k.Last(closed, closed)
		}
		if first.IsZero() || day.Before(first) {
			first = day
		}
	}
	return first
}
