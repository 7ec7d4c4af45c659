package retention

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Foreseen is what goes, of which dossier, and why.
type Foreseen struct {
	Procedure, Rule string
	Dossier         int64
	Reference       string // "" of what was never sent
	Since           time.Time
	Keep            string    // ISO 8601
	Day             time.Time // first day on which nothing of it may be left
	Rests           string    // words of the opinion that the period rests on; "" where the house proposes it
}

// Foresee lists what will have gone at an instant if nothing happens until then, rule by rule, the longest due first. Nothing is
// changed.
func (k *Keeper) Foresee(ctx context.Context, at time.Time) (out []Foreseen, err error) {
	defer fault.Wrap(&err, "retention.Foresee")
	for _, p := range k.Catalogue.All() {
		for i := range p.Flow.Timed {
			t := &p.Flow.Timed[i]
			if t.Rule == nil {
				continue
			}
			found, err := k.foresee(ctx, p.ID, t, at)
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				f.Procedure, f.Rule, f.Rests = p.ID, t.ID, t.Rule.Quote
				out = append(out, f)
			}
		}
	}
	return out, nil
}

func (k *Keeper) foresee(ctx context.Context, procedureID string, t *workflow.Timed, at time.Time) (out []Foreseen, err error) {
	if t.Erase == workflow.Part {
		rows, err := k.Store.Q().EndingsListed(ctx, sqlc.EndingsListedParams{Rule: t.ID, Procedure: procedureID, Until: workflow.Day(at)})
		for _, r := range rows {
			f := Foreseen{Dossier: r.DossierID, Since: r.Since, Keep: r.Keep, Day: r.Due}
			if r.Reference != nil {
				f.Reference = *r.Reference
			}
			out = append(out, f)
		}
		return out, err
	}
	rows, err := k.Store.Q().DraftsUntouched(ctx, sqlc.DraftsUntouchedParams{Procedure: procedureID, States: t.States, Before: at})
	for _, r := range rows {
		if t.Due(r.UpdatedAt, at) {
			day := workflow.Day(workflow.EndOfDay(t.At.Of(r.UpdatedAt)))
			out = append(out, Foreseen{Dossier: r.ID, Since: r.UpdatedAt, Keep: t.Rule.Period.String(), Day: day})
		}
	}
	return out, err
}
