package dossier

import (
	"context"
	"io"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// The acts of the clock on a deadline.
const (
	dueSoon = "due_soon"
	dueOver = "due_over"
)

// openDeadline notes when the dossier was received, and the day by which it is to be answered: what was filed says whether one runs.
func (o *Office) openDeadline(ctx context.Context, tx *store.Tx, d *Dossier, j *form.Journey) error {
	received := workflow.Day(tx.Now)
	if !d.arrived.IsZero() {
		received = workflow.Day(d.arrived)
	}
	if d.Paper {
		paper, err := o.paperFiling(ctx, tx.Q, d)
		if err != nil {
			return err
		}
		if paper != nil && !paper.ReceivedOn.IsZero() {
			received = paper.ReceivedOn
		}
	}
	d.ReceivedOn, d.DueOn = &received, nil
	deadline, err := d.Def.Flow.DeadlineOf(j.Values())
	if err != nil {
		return err
	}
	if deadline != nil {
		due := deadline.From(received)
		d.DueOn = &due
	}
	return d.storeDue(ctx, tx)
}

// settleDeadline looks anew, when answers are filed again, at whether a deadline runs and which: one that runs since counts from
// the receipt like any, one that runs no more is gone, and a day that was granted stays with the deadline it was granted for.
func (o *Office) settleDeadline(ctx context.Context, tx *store.Tx, d *Dossier, j *form.Journey) error {
	if d.ReceivedOn == nil || len(d.Def.Flow.Deadlines) == 0 {
		return nil
	}
	before, err := d.filedDeadline(tx.Now)
	if err != nil {
		return err
	}
	now, err := d.Def.Flow.DeadlineOf(j.Values())
	if err != nil || now == before {
		return err
	}
	d.DueOn, d.dueWarned, d.DueOverAt = nil, nil, nil
	if now != nil {
		due := now.From(*d.ReceivedOn)
		d.DueOn = &due
	}
	return d.storeDue(ctx, tx)
}

func (d *Dossier) storeDue(ctx context.Context, tx *store.Tx) error {
	return tx.Q.DossierDue(ctx, sqlc.DossierDueParams{ID: d.ID, ReceivedOn: d.ReceivedOn, DueOn: d.DueOn, DueWarned: append([]string{}, d.dueWarned...), DueOverAt: d.DueOverAt})
}

// Deadline is the rule behind the day by which the dossier is to be answered; nil where none runs.
func (d *Dossier) Deadline() *workflow.Deadline {
	if d.DueOn == nil || len(d.Def.Flow.Deadlines) == 0 {
		return nil
	}
	deadline, err := d.filedDeadline(d.UpdatedAt)
	if err != nil || deadline == nil {
		return d.Def.Flow.Deadlines[0]
	}
	return deadline
}

// filedDeadline is the rule that what was filed calls for, nil for none: a correction that was not sent changes nothing yet.
func (d *Dossier) filedDeadline(at time.Time) (*workflow.Deadline, error) {
	were := form.Raw{}
	for _, step := range d.filed {
		merge(were, step.raw)
	}
	return d.Def.Flow.DeadlineOf(d.Def.Form.Walk(were, d.facts(nil), workflow.Day(at)).Values())
}

// Late tells whether the day by which the dossier was to be answered is over, and it is not closed.
func (d *Dossier) Late(now time.Time) bool {
	return d.DueOn != nil && !d.Closed() && d.DueOn.Before(workflow.Day(now))
}

// DaysLeft are those until the day by which the dossier is to be answered, that day included; below zero once it is over.
func (d *Dossier) DaysLeft(now time.Time) int {
	return int(d.DueOn.Sub(workflow.Day(now)).Hours() / 24)
}

// extend takes the deadline to the day that the decision grants, which is later than the one that stood (DS-104). Problems are
// about the move's own fields.
func (d *Dossier) extend(m *workflow.Move, j *form.Journey) []form.Problem {
	deadline := d.Def.Flow.Extends(m)
	if deadline == nil {
		return nil
	}
	day, ok := j.Value(deadline.Until).(time.Time)
	if !ok || day.IsZero() {
		return nil // said already: it is required
	}
	if d.DueOn == nil || !day.After(*d.DueOn) {
		return []form.Problem{{Path: deadline.Until, Message: notLater}}
	}
	d.granted = &day
	return nil
}

var notLater = text.Words{
	FR: "La date accordée doit être postérieure à la date limite en cours.",
	EN: "The day granted has to be later than the one that stands.",
}

// grant keeps the day that a move has brought; warnings of the old one count no more.
func (o *Office) grant(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if d.granted == nil {
		return nil
	}
	d.DueOn, d.dueWarned, d.DueOverAt = d.granted, nil, nil
	return d.storeDue(ctx, tx)
}

// WarnDue tells the desk that the day by which a dossier is to be answered comes near, or is over, by the deadline that runs for it:
// nothing else changes. A dossier that is found late, or by another deadline of its procedure, is told of as it stands now.
// Conflict: there is nothing to tell that was not told.
func (o *Office) WarnDue(ctx context.Context, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.WarnDue %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		deadline := o.running(d)
		if deadline == nil || d.Closed() || d.DueOverAt != nil {
			return fault.New(fault.Conflict, "move.not_from_here")
		}
		act, tells := dueSoon, deadline.Warns
		untold := slices.DeleteFunc(d.passed(deadline, tx.Now), func(w string) bool { return slices.Contains(d.dueWarned, w) })
		if d.dueWarned = append(d.dueWarned, untold...); d.Late(tx.Now) {
			act, tells, d.DueOverAt = dueOver, deadline.Breached, &tx.Now
		} else if len(untold) == 0 {
			return fault.New(fault.Conflict, "move.not_from_here")
		}
		line := journal.Line{Role: d.Def.Flow.Clockwork(), Act: act, Detail: journal.Detail{"due": d.DueOn.Format(time.DateOnly)}}
		if err := o.inscribe(ctx, tx, d, line); err != nil {
			return err
		}
		if err := d.storeDue(ctx, tx); err != nil {
			return err
		}
		return o.notify(ctx, tx, d, tells, d.AssigneeID, false)
	})
}

// running is the deadline that runs for a dossier, as the definition in force warns of it; nil where none does.
func (o *Office) running(d *Dossier) *workflow.Deadline {
	own := d.Deadline()
	if own == nil {
		return nil
	}
	if now := newest(o.Catalogue, d.Def).Flow.Deadline(own.ID); now != nil {
		return now
	}
	return own
}

// passed are the warnings whose moment is over: what is entered late is warned of once.
func (d *Dossier) passed(deadline *workflow.Deadline, now time.Time) []string {
	out := []string{}
	for i, early := range deadline.Early {
		if !d.DueOn.After(workflow.Day(workflow.Add(now, early))) {
			out = append(out, deadline.Warn[i])
		}
	}
	return out
}

// proof is a file that an agent brings for a move, before it is made.
type proof struct{ move string }

// AttachForMove checks and keeps a file that a move asks of its mover, such as a decision it rests on: as documents are checked
// and kept. Errors: NotFound, Forbidden "move.not_yours", Conflict "move.not_from_here", "document.too_many_here".
func (o *Office) AttachForMove(ctx context.Context, a access.Actor, publicID, move, path, name string, src io.Reader) (err error) {
	defer fault.Wrap(&err, "dossier.AttachForMove %s %s", publicID, path)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return err
	}
	if err := d.mayProve(a, move, path); err != nil {
		return err
	}
	return o.receive(ctx, a, d, arrival{id: newPublicID(), path: path, name: name, proof: &proof{move}}, src)
}

// mayProve tells whether an agent may bring a file for a move now.
func (d *Dossier) mayProve(a access.Actor, move, path string) error {
	m, f := d.Def.Flow.Move(move), d.Def.Form.Field(path)
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") {
		return errNotFound
	}
	if m == nil || f == nil || f.Kind != form.File || !slices.Contains(m.Form.Fields, path) {
		return errNotFound
	}
	mine := roles(d.Def, a, d.Dossier)
	if !access.Can(a, access.Process, d.Dossier, category(d.Def, path)) || !slices.ContainsFunc(mine, func(r string) bool { return slices.Contains(m.By, r) }) {
		return fault.New(fault.Forbidden, "move.not_yours")
	}
	if !slices.ContainsFunc(mine, func(r string) bool { return slices.Contains(d.Def.Flow.Moves(d.State, r), m) }) {
		return fault.New(fault.Conflict, "move.not_from_here")
	}
	if most := 1.0; f.Max == nil && float64(len(d.Unused(path))) >= most || f.Max != nil && float64(len(d.Unused(path))) >= *f.Max {
		return fault.New(fault.Conflict, "document.too_many_here")
	}
	return nil
}

// Unused are the files of an agents’ field that no move has rested on yet.
func (d *Dossier) Unused(path string) (out []Attached) {
	for _, x := range d.Documents {
		if x.Path == path && !x.Used {
			out = append(out, x)
		}
	}
	return out
}

// DropForMove takes back a file that was brought for a move and not used.
func (o *Office) DropForMove(ctx context.Context, a access.Actor, publicID, move, documentID string) (err error) {
	defer fault.Wrap(&err, "dossier.DropForMove %s %s", publicID, documentID)
	var blob string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(d.Documents, func(x Attached) bool { return x.ID == documentID })
		if i < 0 {
			return errNotFound
		}
		path := d.Documents[i].Path
		d.Documents = slices.Delete(d.Documents, i, i+1)
		if err := d.mayProve(a, move, path); err != nil {
			return err
		}
		if blob, err = tx.Q.DocumentUnused(ctx, sqlc.DocumentUnusedParams{DossierID: d.ID, PublicID: documentID, Paths: []string{path}}); err != nil {
			return err
		}
		return o.inscribe(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: "detach", ActorID: a.AccountID, Detail: journal.Detail{"path": path, "document": documentID}})
	})
	if err == nil {
		o.dropBlobs(ctx, []string{blob})
	}
	return err
}

// proofsOf are the agents’ files that a move asks for.
func (d *Dossier) proofsOf(m *workflow.Move) (out []string) {
	for _, id := range m.Form.Fields {
		if f := d.Def.Form.Field(id); f != nil && f.Kind == form.File {
			out = append(out, id)
		}
	}
	return out
}
