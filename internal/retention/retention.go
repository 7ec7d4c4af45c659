// Package retention does what the clock brings about: timers, the end of drafts, what each retention rule erases, and logs past
// their year.
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

// Keeper runs all that is timed, of every procedure.
type Keeper struct {
	Store     *store.Store
	Keys      *seal.Keyring
	Catalogue *procedure.Catalogue
	Office    *dossier.Office
	Log       *slog.Logger
	Most      int // dossiers that one run erases, at most; 0: [Most]
}

// Most is how many dossiers one run erases where nothing else is set: what is left goes with the next one, an hour later.
const Most = 2000

// AtMost is how many dossiers one run erases.
func (k *Keeper) AtMost() int {
	if k.Most == 0 {
		return Most
	}
	return k.Most
}

// Tick asks for a run; it is made every hour.
type Tick struct{}

// Kind names the job.
func (Tick) Kind() string { return "retention" }

// Register lets the queue run the rules.
func (k *Keeper) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Tick) error { return k.Run(ctx) })
}

// Ran is what a run did.
type Ran struct {
	Erased int  // dossiers that went, in whole or in part
	Left   bool // more is due than one run erases
}

// Run is Once, for who need not know what was done.
func (k *Keeper) Run(ctx context.Context) error {
	_, err := k.Once(ctx)
	return err
}

// Once does all that is due now. It can be repeated and interrupted at will: what it has erased is not there to erase again.
func (k *Keeper) Once(ctx context.Context) (_ Ran, err error) {
	defer fault.Wrap(&err, "retention.Once")
	all, err := k.procedures(ctx)
	if err != nil {
		return Ran{}, err
	}
	r := &run{Keeper: k, procedures: all, now: k.Store.Now(), most: k.AtMost()}
	var faults []error
	for _, p := range all {
		for _, d := range p.Flow.Deadlines {
			faults = append(faults, r.deadline(ctx, p, d, r.now))
		}
		for i := range p.Flow.Timed {
			faults = append(faults, r.timed(ctx, p, &p.Flow.Timed[i]))
		}
	}
	faults = append(faults, r.each(ctx, r.stray(), r.erasing(func(id string) error { return r.Office.End(ctx, id) })), k.destroyKeys(ctx, r.now), k.logs(ctx, r.now))
	return Ran{r.erased, r.erased >= r.most}, errors.Join(faults...)
}

// destroyKeys destroys the keys of days that are over, and keys of their own whose data are gone, once they wrap nothing any more:
// one dossier that cannot be erased holds up its own day alone.
func (k *Keeper) destroyKeys(ctx context.Context, now time.Time) error {
	days, err := k.Keys.DaysBefore(workflow.Day(now).AddDate(0, 0, 1)) // a purge day is the first on which nothing may be left
	if err != nil {
		return err
	}
	names, err := k.Keys.OwnKeys(workflow.Sub(now, workflow.Duration{Days: 1})) // a younger one may be on its way to its row
	if err != nil {
		return err
	}
	owns := len(names)
	for _, day := range days {
		names = append(names, "day/"+day.Format(time.DateOnly))
	}
	rows, err := k.Store.Q().KeysNeeded(ctx, names)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for _, by := range rows {
		needed[by] = true
	}
	var faults []error
	for i, by := range names {
		switch {
		case needed[by]:
		case i < owns:
			faults = append(faults, k.Keys.DestroyOwn(by))
		default:
			faults = append(faults, k.Keys.DestroyDay(days[i-owns]))
		}
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
			tx.Q.SessionsErase(ctx, now), tx.Q.TokensErase(ctx, week),
			tx.Q.AccountsNeverConfirmed(ctx, sqlc.AccountsNeverConfirmedParams{Before: week, At: now}),
			tx.Q.AccountsGone(ctx, sqlc.AccountsGoneParams{Before: &now, At: now}),
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
