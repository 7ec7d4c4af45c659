package dossier

import (
	"context"
	"net/url"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Correct puts one answer right in the person's place, as an agent does at the counter with the paper in hand.
//
// The journal says that it was the agent, and in which stage: on a dossier that waits for its person, what was asked for is
// typed among the corrections, and goes with the next sending; on one at work, the answer is filed anew, the old one kept
// beside it. Errors: NotFound (not an answer that can be typed, or not the agent's dossier), Conflict "dossier.not_open", "move.held"
// (a colleague is deciding) or "dossier.stale" (the answer is no more what the agent saw), Forbidden "dossier.frozen" (it was not asked for),
// Invalid "move.missing" caused by *Missing (the answer cannot stand).
func (o *Office) Correct(ctx context.Context, a access.Actor, publicID, path string, seen []string, posted url.Values) (err error) {
	defer fault.Wrap(&err, "dossier.Correct %s %s", publicID, path)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.atHand(ctx, tx, a, publicID)
		if err != nil {
			return err
		}
		step := d.Correctable(path)
		if step == nil {
			return errNotFound
		}
		old := d.own(step, d.typed())
		if !slices.Equal(old[path], seen) {
			return fault.New(fault.Conflict, "dossier.stale")
		}
		next, err := d.corrected(step, path, posted, old, workflow.Day(tx.Now))
		if err != nil {
			return err
		}
		stage, err := o.keepCorrected(ctx, tx, d, step, old, next)
		if err != nil {
			return err
		}
		if rules := o.MandateRules(d); rules != nil && path == rules.Principal.Email && stage == stageFiled {
			if err := o.followAnswer(ctx, tx, a, d, d.Journey(nil, tx.Now)); err != nil {
				return err
			}
		}
		return o.touch(ctx, tx, d, journal.Line{
			Role: role(d.Def, a, d.Dossier), Act: "correct", ActorID: a.AccountID, Detail: journal.Detail{"path": path, "step": step.ID, "stage": stage},
		})
	})
}

// Sent is how often the person has sent the dossier: filings that were an agent's correction at the counter are none.
func (d *Dossier) Sent() int { return d.Round - d.byAgents }

// Correctable is the step of an answer that an agent may type in the person's place, or nil: what is computed, a document or a
// whole group is none.
func (d *Dossier) Correctable(path string) *form.Step {
	f, step := d.Def.Form.Field(path), d.Def.Form.StepOf(path)
	if !d.Askable(path) || step.Files || f.Kind == form.File || f.Kind == form.Group || f.Compute != "" {
		return nil
	}
	return step
}

// corrected binds and checks the one answer.
func (d *Dossier) corrected(step *form.Step, path string, posted url.Values, old form.Raw, today time.Time) (form.Raw, error) {
	one := url.Values{form.ShownName: {path}}
	for name, v := range posted {
		if !covers(path, name) {
			return nil, fault.New(fault.Invalid, "form.unknown_field")
		}
		one[name] = v
	}
	next, err := d.Def.Form.Bind(step.ID, one, old)
	if err != nil {
		return nil, err
	}
	j := d.Def.Form.Walk(with(d.Answers(), next), nil, today)
	problems := slices.DeleteFunc(j.Check(step.ID), func(p form.Problem) bool { return !covers(path, p.Path) })
	if form.Blocking(problems) {
		return nil, fault.From(fault.Invalid, "move.missing", &Missing{Problems: problems})
	}
	return next, nil
}

func (o *Office) keepCorrected(ctx context.Context, tx *store.Tx, d *Dossier, step *form.Step, old, next form.Raw) (stage string, err error) {
	if d.StateKind == workflow.Waiting {
		page, err := o.keep(ctx, tx, d, step, stageCorrection, old, next)
		if err != nil {
			return "", err
		}
		return stageCorrection, tx.Q.AnswerUpsert(ctx, page)
	}
	merge(d.Filed, next)
	if err := o.refile(ctx, tx, d, d.Journey(nil, tx.Now)); err != nil {
		return "", err
	}
	return stageFiled, tx.Q.DossierRound(ctx, sqlc.DossierRoundParams{ID: d.ID, Round: int32(d.Round)})
}
