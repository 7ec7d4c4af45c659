// Package release freezes closed months of dossiers into anonymous cohorts, and hands them over by four eyes.
package release

import (
	"context"
	"errors"
	"sync"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/text"
)

// House is where releases are made.
type House struct {
	Store     *store.Store
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Texts     *text.Catalogue
	// Stream makes up what a schema is tried on before it is registered: closed dossiers of 36 months (P11). Without one
	// no version can be registered at the desk.
	Stream func(ctx context.Context, p *procedure.Procedure) ([]Past, error)

	parsed parsed
	told   sync.Map                // slips of delivered files that stand in the log
	step   func(name string) error // a test ends the program between two steps
}

// Freeze asks for the judgement of the months that are over, and for the declared tables; it is made every day and does
// nothing on most.
type Freeze struct{}

// Kind names the job.
func (Freeze) Kind() string { return "freeze" }

// Register lets the queue freeze and count, and make what was approved.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Freeze) error { return h.EndMonths(ctx) })
	job.Register(w, h.make)
}

// EndMonths freezes the months that are over, and then answers the declared questions for them.
func (h *House) EndMonths(ctx context.Context) error {
	return errors.Join(h.FreezeAll(ctx), h.TabulateAll(ctx))
}

// FreezeAll judges, for every procedure that is released, what waits at the end of the last month that is over. One that
// cannot be judged holds up no other.
func (h *House) FreezeAll(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "release.FreezeAll")
	month := LastMonth(h.Store.Now())
	for _, p := range h.Catalogue.All() {
		if p.Release == nil {
			continue
		}
		if bad := h.freeze(ctx, p, month); bad != nil && fault.Key(bad) != "release.moved" {
			err = errors.Join(err, bad)
		}
	}
	return err
}

// LastMonth is the first day of the last month that is over in Europe/Monaco, as midnight UTC.
func LastMonth(now time.Time) time.Time {
	y, m, _ := now.In(text.Zone).Date()
	return time.Date(y, m-1, 1, 0, 0, 0, 0, time.UTC)
}

// MonthEnd is the instant at which a month, told by its first day, is over in Europe/Monaco.
func MonthEnd(month time.Time) time.Time {
	return time.Date(month.Year(), month.Month()+1, 1, 0, 0, 0, 0, text.Zone)
}

// allowed holds that only who has the right exports (RP-022); to anybody else there is no release.
func (h *House) allowed(a access.Actor, id string) (*procedure.Procedure, error) {
	p := h.Catalogue.Get(id)
	if p == nil || p.Release == nil || !access.May(a, access.Export, id) && a.Kind != access.System {
		return nil, fault.New(fault.NotFound, "")
	}
	return p, nil
}

// at is a boundary between two steps.
func (h *House) at(name string) error {
	if h.step == nil {
		return nil
	}
	return h.step(name)
}
