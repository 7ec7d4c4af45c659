package retention

import (
	"context"
	"errors"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// timer does what one timer of one procedure says, for every dossier whose clock has run out. One dossier it fails on, or that
// is passed over, holds up no other.
func (k *Keeper) timer(ctx context.Context, p *procedure.Procedure, t workflow.TimerRule, now time.Time) error {
	if t.At.Clock == workflow.AnswerBy {
		return k.onTheDay(ctx, p, t, now)
	}
	return each(ctx, k.due(p, t, now), func(publicID string) error { return k.fire(ctx, t, publicID) })
}

// due is a dossier that a clock calls for, with where it stands in that order.
type due struct {
	id       int64
	publicID string
	clock    time.Time
}

// pageOf reads the dossiers that come after one of them, pageLength at most.
type pageOf func(ctx context.Context, after due) ([]due, error)

// pageLength is how many dossiers are looked up together.
const pageLength = 100

// each does something to dossiers, page after page; one that has gone or moved on meanwhile is passed over. It ends early with
// its context: what is left is found again at the next run.
func each(ctx context.Context, page pageOf, do func(publicID string) error) error {
	var faults []error
	for after := (due{}); ; {
		found, err := page(ctx, after)
		if err != nil || len(found) == 0 {
			return errors.Join(append(faults, err)...)
		}
		for _, d := range found {
			if err := do(d.publicID); err != nil && fault.Of(err) != fault.NotFound && fault.Of(err) != fault.Conflict {
				faults = append(faults, err)
			}
			after = d
		}
		if ctx.Err() != nil {
			return errors.Join(append(faults, ctx.Err())...)
		}
	}
}

// onTheDay lets a timer of the day to answer go off. The clock shows the end of that day, so the latest day that is due is the
// one before the instant the timer reaches back to; notice given before the day is none when the day is over.
func (k *Keeper) onTheDay(ctx context.Context, p *procedure.Procedure, t workflow.TimerRule, now time.Time) error {
	reached, since := workflow.Sub(now, t.At.Offset), time.Time{}
	if t.At.Before {
		reached, since = workflow.Add(now, t.At.Offset), workflow.Day(now)
	}
	page := func(ctx context.Context, after due) ([]due, error) {
		rows, err := k.Store.Q().AnswerDue(ctx, sqlc.AnswerDueParams{
			Procedure: p.ID, States: t.States, Until: ptr(workflow.Day(reached).AddDate(0, 0, -1)), Since: &since, Timer: t.ID,
			AfterClock: after.clock, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(r sqlc.AnswerDueRow) due { return due{r.ID, r.PublicID, *r.Clock} }), err
	}
	return each(ctx, page, func(publicID string) error { return k.Office.OnTheDay(ctx, publicID, t) })
}

// due turns "clock + duration is past" into "clock is before now - duration", which an index answers.
// A month taken off now can land a day late at month ends, never a day early.
func (k *Keeper) due(p *procedure.Procedure, t workflow.TimerRule, now time.Time) pageOf {
	before := workflow.Sub(now, t.At.Offset)
	if t.At.Before {
		before = workflow.Add(now, t.At.Offset)
	}
	if t.At.Clock == "closed" {
		return func(ctx context.Context, after due) ([]due, error) {
			rows, err := k.Store.Q().ClosedDue(ctx, sqlc.ClosedDueParams{
				Procedure: p.ID, Before: &before, Day: ptr(workflow.Day(now)), Template: t.Notify, AfterClock: after.clock, AfterID: after.id, Lim: pageLength,
			})
			return dues(rows, func(r sqlc.ClosedDueRow) due { return due{r.ID, r.PublicID, *r.Clock} }), err
		}
	}
	states := t.States
	if id, ok := strings.CutPrefix(t.At.Clock, "state."); ok && len(states) == 0 {
		states = []string{id}
	}
	return func(ctx context.Context, after due) ([]due, error) {
		rows, err := k.Store.Q().TimerDue(ctx, sqlc.TimerDueParams{
			Procedure: p.ID, States: states, Before: before, Template: t.Notify, AfterClock: after.clock, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(r sqlc.TimerDueRow) due { return due{r.ID, r.PublicID, r.Clock} }), err
	}
}

func (k *Keeper) fire(ctx context.Context, t workflow.TimerRule, publicID string) error {
	switch {
	case t.Erase == "dossier":
		return k.Office.Erase(ctx, publicID, t.ID)
	case t.Move != "":
		return k.Office.Clockwork(ctx, publicID, t.Move)
	}
	return k.Office.Remind(ctx, publicID, t.Notify)
}

func dues[T any](rows []T, of func(T) due) []due {
	out := make([]due, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out
}

func ptr[T any](v T) *T { return &v }
