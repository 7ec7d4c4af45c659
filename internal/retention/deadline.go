package retention

import (
	"context"
	"errors"
	"time"

	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// deadline tells the desk of what is due soon, and of what is over (DS-074). Nothing but the telling changes. Which deadline of its
// procedure runs for a dossier was settled when it was filed.
func (r *run) deadline(ctx context.Context, p *procedure.Procedure, d *workflow.Deadline, now time.Time) error {
	faults := []error{r.dueBy(ctx, p, "", workflow.Day(now).AddDate(0, 0, -1))}
	for i, early := range d.Early {
		faults = append(faults, r.dueBy(ctx, p, d.Warn[i], workflow.Day(workflow.Add(now, early))))
	}
	return errors.Join(faults...)
}

func (r *run) dueBy(ctx context.Context, p *procedure.Procedure, warning string, until time.Time) error {
	page := func(ctx context.Context, after due) ([]due, error) {
		rows, err := r.Store.Q().DueDossiers(ctx, sqlc.DueDossiersParams{Procedure: p.ID, Until: &until, Warning: warning, AfterDay: after.clock, AfterID: after.id, Lim: pageLength})
		return dues(rows, func(x sqlc.DueDossiersRow) due { return due{x.ID, x.PublicID, *x.DueOn} }), err
	}
	return r.each(ctx, page, func(publicID string) error { return r.Office.WarnDue(ctx, publicID) }) // by its own deadline
}
