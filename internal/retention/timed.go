package retention

import (
	"context"
	"errors"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// run is one run: its instant, and how much it has erased already.
type run struct {
	*Keeper
	procedures   []*procedure.Procedure
	now          time.Time
	most, erased int
}

// timed does what one timed thing of one procedure says, for every dossier whose clock has run out. One dossier it fails on, or
// that is passed over, holds up no other.
func (r *run) timed(ctx context.Context, p *procedure.Procedure, t *workflow.Timed) error {
	if t.Rule != nil && t.Erase == workflow.Part {
		return errors.Join(r.reschedule(ctx, p, t), r.each(ctx, r.ending(p, t), r.erasing(func(id string) error { return r.Office.End(ctx, id) })))
	}
	page := r.due(p, t)
	switch {
	case t.At.Clock == workflow.AnswerBy:
		return r.each(ctx, r.onTheDay(p, t), func(id string) error { return r.Office.OnTheDay(ctx, id, *t) })
	case t.At.Clock == workflow.Goes:
		return r.each(ctx, r.going(p, t), func(id string) error { return r.Office.Announce(ctx, id, *t) })
	case t.Erase == workflow.Whole:
		return r.each(ctx, page, r.erasing(func(id string) error { return r.Office.Expire(ctx, id, *t) }))
	case t.Move != "":
		return r.each(ctx, page, func(id string) error { return r.Office.Clockwork(ctx, id, t.Move) })
	}
	return r.each(ctx, page, func(id string) error { return r.Office.Remind(ctx, id, t.Notify) })
}

// errEnough ends a list when the run has erased as much as it may.
var errEnough = errors.New("enough")

func (r *run) erasing(erase func(publicID string) error) func(string) error {
	return func(publicID string) error {
		if r.erased >= r.most {
			return errEnough
		}
		err := erase(publicID)
		if err == nil {
			r.erased++
		}
		return err
	}
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
// its context, or when enough was done: what is left is found again at the next run.
func (r *run) each(ctx context.Context, page pageOf, do func(publicID string) error) error {
	var faults []error
	for after := (due{}); ; {
		found, err := page(ctx, after)
		if err != nil || len(found) == 0 {
			return errors.Join(append(faults, err)...)
		}
		for _, d := range found {
			err := do(d.publicID)
			if errors.Is(err, errEnough) {
				return errors.Join(faults...)
			}
			if err != nil && fault.Of(err) != fault.NotFound && fault.Of(err) != fault.Conflict {
				faults = append(faults, err)
			}
			after = d
		}
		if ctx.Err() != nil {
			return errors.Join(append(faults, ctx.Err())...)
		}
	}
}

// ending finds the closed dossiers of which a rule keeps something no longer, by the day that was written at their closing.
func (r *run) ending(p *procedure.Procedure, t *workflow.Timed) pageOf {
	return func(ctx context.Context, after due) ([]due, error) {
		rows, err := r.Store.Q().EndingsDue(ctx, sqlc.EndingsDueParams{
			Day: workflow.Day(r.now), Rule: t.ID, Procedure: p.ID, AfterDay: after.clock, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(x sqlc.EndingsDueRow) due { return due{x.DossierID, x.PublicID, x.Due} }), err
	}
}

// stray finds the closed dossiers that are due under a rule that nothing in force knows any more.
func (r *run) stray() pageOf {
	in := known(r.procedures)
	return func(ctx context.Context, after due) ([]due, error) {
		rows, err := r.Store.Q().EndingsStray(ctx, sqlc.EndingsStrayParams{
			Day: workflow.Day(r.now), Known: in, AfterDay: after.clock, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(x sqlc.EndingsStrayRow) due { return due{x.DossierID, x.PublicID, x.Due} }), err
	}
}

// reschedule applies a duration that was changed to the dossiers that were closed under another.
func (r *run) reschedule(ctx context.Context, p *procedure.Procedure, t *workflow.Timed) error {
	page := func(ctx context.Context, after due) ([]due, error) {
		rows, err := r.Store.Q().EndingsStale(ctx, sqlc.EndingsStaleParams{
			Rule: t.ID, Keep: t.Rule.Period.String(), Procedure: p.ID, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(x sqlc.EndingsStaleRow) due { return due{id: x.DossierID, publicID: x.PublicID} }), err
	}
	return r.each(ctx, page, func(id string) error { return r.Office.Reschedule(ctx, id) })
}

// onTheDay finds the dossiers for which a timer of the day to answer goes off. The clock shows the end of that day, so the latest
// day that is due is the one before the instant the timer reaches back to; notice given before the day is none when the day is over.
func (r *run) onTheDay(p *procedure.Procedure, t *workflow.Timed) pageOf {
	reached, since := workflow.Sub(r.now, t.At.Offset), time.Time{}
	if t.At.Before {
		reached, since = workflow.Add(r.now, t.At.Offset), workflow.Day(r.now)
	}
	return func(ctx context.Context, after due) ([]due, error) {
		rows, err := r.Store.Q().AnswerDue(ctx, sqlc.AnswerDueParams{
			Procedure: p.ID, States: t.States, Until: ptr(workflow.Day(reached).AddDate(0, 0, -1)), Since: &since, Timer: t.ID,
			AfterClock: after.clock, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(x sqlc.AnswerDueRow) due { return due{x.ID, x.PublicID, *x.Clock} }), err
	}
}

// going finds the closed dossiers whose person is to be told of the day on which nothing is left, and was not told of that day.
func (r *run) going(p *procedure.Procedure, t *workflow.Timed) pageOf {
	until := workflow.Day(workflow.Add(workflow.Add(r.now, t.At.Offset), slack))
	return func(ctx context.Context, after due) ([]due, error) {
		rows, err := r.Store.Q().DossiersGoing(ctx, sqlc.DossiersGoingParams{
			Procedure: p.ID, States: t.States, Today: ptr(workflow.Day(r.now)), Until: &until, Template: t.Notify, Notice: t.At.Offset.String(),
			AfterDay: after.clock, AfterID: after.id, Lim: pageLength,
		})
		found := dues(rows, func(x sqlc.DossiersGoingRow) due { return due{x.ID, x.PublicID, *x.Day} })
		return reached(t, found, r.now, workflow.Since), err
	}
}

// slack is looked at beyond what the index is asked for: a month taken off now is not a month added to a clock. What is not due
// to the second is then left out.
var slack = workflow.Duration{Days: 4}

// due turns "clock + duration is past" into "clock is before now - duration", which an index answers.
func (r *run) due(p *procedure.Procedure, t *workflow.Timed) pageOf {
	before := workflow.Sub(r.now, t.At.Offset)
	if t.At.Before {
		before = workflow.Add(r.now, t.At.Offset)
	}
	before = workflow.Add(before, slack)
	read := func(ctx context.Context, after due) ([]due, error) {
		if t.At.Clock == "closed" {
			rows, err := r.Store.Q().ClosedDue(ctx, sqlc.ClosedDueParams{
				Procedure: p.ID, States: t.States, Before: &before, Day: ptr(workflow.Day(r.now)), Template: t.Notify, AfterClock: after.clock, AfterID: after.id, Lim: pageLength,
			})
			return dues(rows, func(x sqlc.ClosedDueRow) due { return due{x.ID, x.PublicID, *x.Clock} }), err
		}
		rows, err := r.Store.Q().TimerDue(ctx, sqlc.TimerDueParams{
			Procedure: p.ID, States: t.States, Before: before, Template: t.Notify, AfterClock: after.clock, AfterID: after.id, Lim: pageLength,
		})
		return dues(rows, func(x sqlc.TimerDueRow) due { return due{x.ID, x.PublicID, x.Clock} }), err
	}
	return func(ctx context.Context, after due) ([]due, error) {
		found, err := read(ctx, after)
		return reached(t, found, r.now, func(clock time.Time) time.Time { return clock }), err
	}
}

// reached are those among dossiers in the order of their clocks whose moment has come.
func reached(t *workflow.Timed, found []due, now time.Time, clock func(time.Time) time.Time) []due {
	for i, d := range found {
		if !t.Due(clock(d.clock), now) {
			return found[:i]
		}
	}
	return found
}

func dues[T any](rows []T, of func(T) due) []due {
	out := make([]due, len(rows))
	for i, r := range rows {
		out[i] = of(r)
	}
	return out
}

func ptr[T any](v T) *T { return &v }
