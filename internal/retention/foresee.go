package retention

import (
	"context"
	"slices"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Foreseen is what goes, of which dossier, and why.
type Foreseen struct {
	Procedure, Rule string
	What            []string // categories
	Dossier         int64
	Reference       string // "" of what was never sent
	Since           time.Time
	Keep            string    // ISO 8601
	Day             time.Time // first day on which nothing of it may be left
	Rests           string    // words of the opinion that the period rests on; "" where the house proposes it
	Former          bool      // the rule is of a definition that is no longer in force: its categories and words are not known
}

// Foresee lists what will have gone at an instant if nothing happens until then, rule by rule, the longest due first. Nothing is
// changed.
func (k *Keeper) Foresee(ctx context.Context, at time.Time) (out []Foreseen, err error) {
	defer fault.Wrap(&err, "retention.Foresee")
	all, err := k.procedures(ctx)
	if err != nil {
		return nil, err
	}
	err = rules(all, func(p *procedure.Procedure, t *workflow.Timed) error {
		found, err := k.foresee(ctx, p.ID, t, at)
		for _, f := range found {
			f.Procedure, f.Rule, f.What, f.Rests = p.ID, t.ID, t.Rule.What, t.Rule.Quote
			out = append(out, f)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	former, err := k.former(ctx, all, at)
	return append(out, former...), err
}

// former lists what goes by rules that nothing in force knows any more.
func (k *Keeper) former(ctx context.Context, all []*procedure.Procedure, at time.Time) (out []Foreseen, err error) {
	rows, err := k.Store.Q().EndingsStrayListed(ctx, sqlc.EndingsStrayListedParams{Until: workflow.Day(at), Known: known(all)})
	for _, r := range rows {
		f := Foreseen{Procedure: r.Procedure, Rule: r.Rule, Dossier: r.DossierID, Since: r.Since, Keep: r.Keep, Day: r.Due, Former: true}
		if r.Reference != nil {
			f.Reference = *r.Reference
		}
		out = append(out, f)
	}
	return out, err
}

// procedures are those that are served, and the last definition of those that are not and have dossiers still: nobody’s data stay
// because a procedure was taken out of service.
func (k *Keeper) procedures(ctx context.Context) ([]*procedure.Procedure, error) {
	all := slices.Clone(k.Catalogue.All())
	ids := make([]string, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	rows, err := k.Store.Q().DefinitionsFormer(ctx, ids)
	for _, r := range rows {
		p := k.Catalogue.ByHash(r.Hash)
		if p == nil {
			if p, err = k.Catalogue.Adopt(r.Content); err != nil {
				return nil, err
			}
		}
		all = append(all, p)
	}
	return all, err
}

// known are the rules of procedures, as procedure/rule.
func known(all []*procedure.Procedure) []string {
	out := []string{}
	_ = rules(all, func(p *procedure.Procedure, t *workflow.Timed) error { // which fails where what it does fails
		out = append(out, p.ID+"/"+t.ID)
		return nil
	})
	return out
}

// rules goes through the rules that take something of dossiers.
func rules(all []*procedure.Procedure, do func(p *procedure.Procedure, t *workflow.Timed) error) error {
	for _, p := range all {
		for i := range p.Flow.Timed {
			if t := &p.Flow.Timed[i]; t.Rule != nil {
				if err := do(p, t); err != nil {
					return err
				}
			}
		}
	}
	return nil
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

// Lot is what goes together: of one rule, on one day.
type Lot struct {
	Procedure, Rule, Keep, Rests string
	What                         []string // categories
	Day                          time.Time
	Dossiers                     int
	Former                       bool
}

// Lots gathers what is foreseen, in the order in which it goes.
func Lots(found []Foreseen) (out []Lot) {
	type key struct {
		procedure, rule, keep string
		day                   time.Time
	}
	at := map[key]int{}
	for _, f := range found {
		k := key{f.Procedure, f.Rule, f.Keep, f.Day}
		i, known := at[k]
		if !known {
			i, at[k] = len(out), len(out)
			out = append(out, Lot{Procedure: f.Procedure, Rule: f.Rule, Keep: f.Keep, Rests: f.Rests, What: f.What, Day: f.Day, Former: f.Former})
		}
		out[i].Dossiers++
	}
	slices.SortStableFunc(out, func(a, b Lot) int { return a.Day.Compare(b.Day) })
	return out
}

// Why something stands although a clock has run out.
const (
	AtWork = "at_work" // the dossier is not closed: nothing of it goes
	Late   = "late"    // it is due: more than one run takes, or the run has failed on it
	Broken = "broken"  // lines of the journal whose chain is broken: they are evidence, and are neither signed nor cut
)

// Held is what is held back, and why.
type Held struct {
	Procedure, Rule, Rests string // of no procedure: the journal
	Why                    string // [AtWork], [Late] or [Broken]
	Count                  int    // dossiers, or chains of the journal
	Since                  time.Time
	Former                 bool // see [Foreseen]
}

// HeldBack lists what will stand at an instant although its period is over by then, and why.
func (k *Keeper) HeldBack(ctx context.Context, at time.Time) (out []Held, err error) {
	defer fault.Wrap(&err, "retention.HeldBack")
	all, err := k.procedures(ctx)
	if err != nil {
		return nil, err
	}
	err = rules(all, func(p *procedure.Procedure, t *workflow.Timed) error {
		if t.Erase != workflow.Part {
			return nil
		}
		late, err := k.Store.Q().EndingsLate(ctx, sqlc.EndingsLateParams{Rule: t.ID, Procedure: p.ID, Today: workflow.Day(k.Store.Now())})
		if err != nil {
			return err
		}
		if late.N > 0 {
			out = append(out, Held{Procedure: p.ID, Rule: t.ID, Rests: t.Rule.Quote, Why: Late, Count: int(late.N), Since: late.Since})
		}
		held, err := k.atWork(ctx, p, t, at)
		if held.Count > 0 {
			out = append(out, held)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	former, err := k.former(ctx, all, k.Store.Now())
	for _, f := range former {
		if n := len(out); n > 0 && out[n-1].Former && out[n-1].Procedure == f.Procedure && out[n-1].Rule == f.Rule {
			out[n-1].Count++
			continue
		}
		out = append(out, Held{Procedure: f.Procedure, Rule: f.Rule, Why: Late, Count: 1, Since: f.Day, Former: true})
	}
	if err != nil {
		return nil, err
	}
	last, err := k.Store.Q().JournalChecks(ctx, 1)
	if len(last) > 0 && last[0].Faults > 0 {
		out = append(out, Held{Why: Broken, Count: int(last[0].Faults), Since: workflow.Day(last[0].At)})
	}
	return out, err
}

// atWork counts the dossiers at work that a rule would have taken, had they been closed in time: its clock began before the closing.
func (k *Keeper) atWork(ctx context.Context, p *procedure.Procedure, t *workflow.Timed, at time.Time) (out Held, err error) {
	if t.At.Clock != workflow.Received && t.At.Clock != "created" {
		return out, nil
	}
	rows, err := k.Store.Q().DossiersLongAtWork(ctx, sqlc.DossiersLongAtWorkParams{Procedure: p.ID, Created: workflow.Add(at, slack)})
	out = Held{Procedure: p.ID, Rule: t.ID, Rests: t.Rule.Quote, Why: AtWork}
	for _, r := range rows {
		since := r.CreatedAt
		if t.At.Clock == workflow.Received && r.SubmittedAt != nil {
			since = *r.SubmittedAt
		}
		if t.At.Clock == workflow.Received && r.ReceivedOn != nil && workflow.Since(*r.ReceivedOn).Before(since) {
			since = workflow.Since(*r.ReceivedOn)
		}
		if day := workflow.Day(workflow.EndOfDay(t.At.Of(since))); t.Due(since, at) {
			if out.Count++; out.Since.IsZero() || day.Before(out.Since) {
				out.Since = day
			}
		}
	}
	return out, err
}

// LastErased are the latest certificates.
func (k *Keeper) LastErased(ctx context.Context, most int) (out []Certificate, err error) {
	defer fault.Wrap(&err, "retention.LastErased")
	rows, err := k.Store.Q().CertificatesLast(ctx, int32(most))
	for _, r := range rows {
		out = append(out, Certificate{r.ID, r.Rule, r.Procedure, deref(r.DossierID), deref(r.AccountID), r.Category, int(r.Count), r.Whole, r.At})
	}
	return out, err
}
