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

func dueParams(day time.Time) sqlc.DossiersToPurgeParams {
	return sqlc.DossiersToPurgeParams{Day: &day, Lim: mostPerRun}
}

// timer does what one timer of one procedure says, for every dossier whose clock has run out. One dossier it fails on holds up no other.
func (k *Keeper) timer(ctx context.Context, p *procedure.Procedure, t workflow.TimerRule, now time.Time) error {
	if t.At.Clock == workflow.AnswerBy {
		return k.onTheDay(ctx, p, t, now)
	}
	due, err := k.due(ctx, p, t, now)
	if err != nil {
		return err
	}
	return each(due, func(publicID string) error { return k.fire(ctx, t, publicID) })
}

// each does something to dossiers; one that has gone or moved on meanwhile is passed over.
func each(due []string, do func(publicID string) error) error {
	var faults []error
	for _, publicID := range due {
		if err := do(publicID); err != nil && fault.Of(err) != fault.NotFound && fault.Of(err) != fault.Conflict {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// onTheDay lets a timer of the day to answer go off. The clock shows the end of that day, so the latest day that is due is the
// one before the instant the timer reaches back to; notice given before the day is none when the day is over.
func (k *Keeper) onTheDay(ctx context.Context, p *procedure.Procedure, t workflow.TimerRule, now time.Time) error {
	reached, since := workflow.Sub(now, t.At.Offset), time.Time{}
	if t.At.Before {
		reached, since = workflow.Add(now, t.At.Offset), workflow.Day(now)
	}
	due, err := k.Store.Q().AnswerDue(ctx, sqlc.AnswerDueParams{
		Procedure: p.ID, States: t.States, Until: ptr(workflow.Day(reached).AddDate(0, 0, -1)), Since: &since, Timer: t.ID, Lim: mostPerRun,
	})
	if err != nil {
		return err
	}
	return each(due, func(publicID string) error { return k.Office.OnTheDay(ctx, publicID, t) })
}

// due turns "clock + duration is past" into "clock is before now - duration", which an index answers.
// A month taken off now can land a day late at month ends, never a day early.
func (k *Keeper) due(ctx context.Context, p *procedure.Procedure, t workflow.TimerRule, now time.Time) ([]string, error) {
	before := workflow.Sub(now, t.At.Offset)
	if t.At.Before {
		before = workflow.Add(now, t.At.Offset)
	}
	if t.At.Clock == "closed" {
		rows, err := k.Store.Q().ClosedDue(ctx, sqlc.ClosedDueParams{Procedure: p.ID, Before: &before, Day: ptr(workflow.Day(now)), Lim: mostPerRun})
		return publicIDs(rows, func(r sqlc.ClosedDueRow) string { return r.PublicID }), err
	}
	states := t.States
	if id, ok := strings.CutPrefix(t.At.Clock, "state."); ok && len(states) == 0 {
		states = []string{id}
	}
	rows, err := k.Store.Q().TimerDue(ctx, sqlc.TimerDueParams{Procedure: p.ID, States: states, Before: before, Lim: mostPerRun})
	return publicIDs(rows, func(r sqlc.TimerDueRow) string { return r.PublicID }), err
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

func publicIDs[T any](rows []T, of func(T) string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out
}

func ptr[T any](v T) *T { return &v }
