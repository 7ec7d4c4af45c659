package app

import (
	"context"
	"time"

	"guichet/internal/backoffice"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

// openJournal says how long the lines of each procedure are kept: as long as its rule for what happened when.
func (a *App) openJournal() error {
	signer, err := a.Keys.Signer()
	if err != nil {
		return err
	}
	a.Journal = &journal.Keeper{Store: a.Store, Keys: a.Keys, Signer: signer}
	for _, p := range a.Catalogue.All() {
		a.Journal.Procedures = append(a.Journal.Procedures, p.ID)
	}
	a.Journal.Before = func(id string, now time.Time) time.Time {
		var latest time.Time
		for _, p := range a.Catalogue.All() {
			if t := tooOld(p, now); (id == "" || p.ID == id) && t.After(latest) {
				latest = t
			}
		}
		if latest.IsZero() { // of a procedure that there is no more
			return workflow.Sub(now, workflow.Duration{Years: 1})
		}
		return latest
	}
	return nil
}

// tooOld is the instant before which a procedure keeps no line of what happened when.
func tooOld(p *procedure.Procedure, now time.Time) time.Time {
	if k := p.Flow.Keep("timestamps"); k != nil {
		return workflow.Sub(now, k.Period)
	}
	return workflow.Sub(now, workflow.Duration{Years: 1})
}

// journal tells whether the journal can only be added to by the role that serves, and what the last look at it found.
func (a *App) journal(ctx context.Context, p *backoffice.Part) (err error) {
	p.There = true
	if p.Away, err = a.Store.Rewrites(ctx); err != nil {
		return err
	}
	last, err := a.Store.Q().JournalChecks(ctx, 1)
	p.Broken = len(last) > 0 && last[0].Faults > 0
	return err
}
