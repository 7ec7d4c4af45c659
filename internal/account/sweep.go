package account

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Sweeping is the hourly job that removes sessions and links of the past.
type Sweeping struct{}

// Kind names the job for the queue.
func (Sweeping) Kind() string { return "account.sweep" }

// RegisterJobs makes w able to sweep.
func (d *Desk) RegisterJobs(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Sweeping) error { return d.Sweep(ctx) })
}

// Sweep removes sessions and links that ended more than a day ago, agents whose accounts were closed, and numbers and addresses that nobody has proven in time; until then a session that ran out of time still
// says whose it was, so that what its person was typing can be kept.
func (d *Desk) Sweep(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "account.Sweep")
	before := d.Store.Now().Add(-24 * time.Hour)
	if err := d.Store.Q().SessionDropExpired(ctx, before); err != nil {
		return err
	}
	if err := d.Store.Q().TokenDropExpired(ctx, before); err != nil {
		return err
	}
	if err := d.Store.Q().UsedOnceSweep(ctx, before); err != nil {
		return err
	}
	if err := d.Store.Q().FactorSweep(ctx, before); err != nil {
		return err
	}
	if err := d.eraseClosed(ctx); err != nil {
		return err
	}
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := d.endUnmapped(ctx, tx); err != nil {
			return err
		}
		if err := tx.Q.ReachUnclaim(ctx, &before); err != nil {
			return err
		}
		if err := tx.Q.EmailChangeSweep(ctx, sqlc.EmailChangeSweepParams{Asked: before.Add(-confirmLife), Done: before.Add(-regainLife)}); err != nil {
			return err
		}
		return tx.Q.ReachSweep(ctx)
	})
}
