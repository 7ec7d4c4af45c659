// Package retention erases what is due, when it is due: timers of drafts, the purge of closed dossiers, and logs past their year.
package retention

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Keeper runs the retention rules of every procedure.
type Keeper struct {
	Store     *store.Store
	Keys      *seal.Keyring
	Catalogue *procedure.Catalogue
	Office    *dossier.Office
	Log       *slog.Logger
}

// Tick asks for a run; it is made every hour.
type Tick struct{}

// Kind names the job.
func (Tick) Kind() string { return "retention" }

// Register lets the queue run the rules.
func (k *Keeper) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Tick) error { return k.Run(ctx) })
}

// Run does all that is due now. It can be repeated and interrupted at will: what it has erased is not there to erase again.
func (k *Keeper) Run(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "retention.Run")
	now := k.Store.Now()
	var faults []error
	for _, p := range k.Catalogue.All() {
		for _, d := range p.Flow.Deadlines {
			faults = append(faults, k.deadline(ctx, p, d, now))
		}
		for _, t := range p.Flow.TimerRules {
			faults = append(faults, k.timer(ctx, p, t, now))
		}
	}
	faults = append(faults, k.purge(ctx, now), k.logs(ctx, now))
	return errors.Join(faults...)
}

// purge erases closed dossiers whose last day is over, files before keys: nothing is left that a lost key alone would hide
// (RP-184). Then the day's keys go, and with them what backups still hold (design, decision 6). One dossier that cannot be
// erased holds up no other, but the keys stay until it has gone too.
func (k *Keeper) purge(ctx context.Context, now time.Time) error {
	today := workflow.Day(now)
	page := func(ctx context.Context, after due) ([]due, error) {
		rows, err := k.Store.Q().DossiersToPurge(ctx, sqlc.DossiersToPurgeParams{Day: &today, AfterDay: after.clock, AfterID: after.id, Lim: pageLength})
		return dues(rows, func(r sqlc.DossiersToPurgeRow) due { return due{r.ID, r.PublicID, *r.PurgeOn} }), err
	}
	if err := each(ctx, page, func(publicID string) error { return k.Office.Erase(ctx, publicID, "dossier") }); err != nil {
		return err // the keys go when the last dossier of their day has gone
	}
	return k.destroyKeys(today)
}

// destroyKeys destroys the keys of the days up to today: a dossier's purge day is the first on which nothing of it may be left.
func (k *Keeper) destroyKeys(today time.Time) error {
	days, err := k.Keys.DaysBefore(today.AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	var faults []error
	for _, day := range days {
		faults = append(faults, k.Keys.DestroyDay(day))
	}
	return errors.Join(faults...)
}

// logs erases traces older than their rolling year (RP-185), and what only served for a moment.
func (k *Keeper) logs(ctx context.Context, now time.Time) error {
	year := workflow.Sub(now, workflow.Duration{Years: 1})
	week := workflow.Sub(now, workflow.Duration{Weeks: 1})
	day := workflow.Sub(now, workflow.Duration{Days: 1})
	return k.Store.InPurge(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Q.ConnectionLogErase(ctx, sqlc.ConnectionLogEraseParams{Agents: k.tooOld("agent_log", now), People: k.tooOld("connection_log", now)}), tx.Q.MailErase(ctx, year),
			tx.Q.SessionsErase(ctx, now), tx.Q.TokensErase(ctx, week), tx.Q.AccountsNeverConfirmed(ctx, week), tx.Q.AccountsGone(ctx, &now),
			tx.Q.BulkSweep(ctx, day), tx.Q.WaysErase(ctx, day), tx.Q.BulkErase(ctx, &year),
		)
	})
}

// tooOld is the instant before which no line of a log is kept that belongs to no single procedure, such as who signed in at a
// door: the shortest period of all procedures that have one (DS-111, RP-185).
func (k *Keeper) tooOld(category string, now time.Time) time.Time {
	latest := workflow.Sub(now, workflow.Duration{Years: 1})
	for _, p := range k.Catalogue.All() {
		rule := p.Flow.Keep(category)
		if rule == nil {
			continue
		}
		if t := workflow.Sub(now, rule.Period); t.After(latest) {
			latest = t
		}
	}
	return latest
}
