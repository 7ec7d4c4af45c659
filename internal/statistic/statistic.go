// Package statistic counts closed months exactly before their dossiers are erased, and hides what is few.
package statistic

import (
	"context"
	"errors"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/tabulate"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// House is where months are counted, and figures are asked for.
type House struct {
	Store     *store.Store
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Keys      *seal.Keyring
	Texts     *text.Catalogue
}

// Months asks for the months that are over to be counted; it is made every day and does nothing on most.
type Months struct{}

// Kind names the job.
func (Months) Kind() string { return "statistic_months" }

// Register lets the queue count.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Months) error { return h.CountAll(ctx) })
}

// CountAll counts, for every procedure that has statistics and for each of their clocks, the months that are over and were not
// counted yet. A month stays as it was counted, whatever becomes of its dossiers later: a dossier that is opened and closed
// anew is counted once more, in the month of that closing. One procedure that cannot be counted holds up no other.
func (h *House) CountAll(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "statistic.CountAll")
	var faults []error
	for _, p := range h.Catalogue.All() {
		if p.Statistics == nil {
			continue
		}
		for _, counts := range []string{procedure.CountSubmitted, procedure.CountClosed} {
			if len(p.Statistics.Of(counts)) > 0 {
				faults = append(faults, h.countClock(ctx, p, counts))
			}
		}
	}
	return errors.Join(faults...)
}

// countClock counts the months of one clock: from the first of which a dossier stands to the last that is over, which is counted
// too when nothing happened in it, but for those of which some dossiers may be erased already, since half of a month would be
// told as the whole.
func (h *House) countClock(ctx context.Context, p *procedure.Procedure, counts string) error {
	now := h.Store.Now()
	last := release.LastMonth(now)
	first, err := h.first(ctx, p, counts)
	if fault.Of(err) == fault.NotFound {
		first, err = now, nil
	}
	if err != nil {
		return err
	}
	done, err := h.Store.Q().StatisticCounted(ctx, sqlc.StatisticCountedParams{Procedure: p.ID, Counts: counts})
	if err != nil {
		return err
	}
	counted := map[time.Time]bool{}
	for _, m := range done {
		counted[m] = true
	}
	month := release.LastMonth(first).AddDate(0, 1, 0)
	if month.After(last) && len(done) > 0 {
		month = last
	}
	var faults []error
	for ; !month.After(last); month = month.AddDate(0, 1, 0) {
		if counted[month] {
			continue
		}
		whole, err := h.whole(ctx, p, month)
		if err == nil && whole {
			err = h.countMonth(ctx, p, counts, month)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (h *House) first(ctx context.Context, p *procedure.Procedure, counts string) (time.Time, error) {
	if counts == procedure.CountSubmitted {
		return h.Store.Q().DossierFirstSubmitted(ctx, p.ID)
	}
	return h.Store.Q().DossierFirstClosed(ctx, p.ID)
}

// whole tells whether all dossiers of a month still stand: no rule can have reached them, or none has taken anything, since the
// month began, of a dossier that was sent or closed in it. Old ones go every month: they hold nothing up.
func (h *House) whole(ctx context.Context, p *procedure.Procedure, month time.Time) (bool, error) {
	begin := release.MonthEnd(month.AddDate(0, -1, 0))
	if dossier.PurgeDay(p, begin).After(workflow.Day(h.Store.Now())) {
		return true, nil
	}
	rules, traced, stand := []string{}, false, true
	for i := range p.Flow.KeepRules {
		switch k := &p.Flow.KeepRules[i]; {
		case k.From == "entry":
			traced, stand = true, stand && workflow.Add(begin, k.Period).After(h.Store.Now())
		case k.OfDossier() && !k.AtOnce():
			rules = append(rules, k.ID)
		}
	}
	gone, err := h.Store.Q().PurgedSince(ctx, sqlc.PurgedSinceParams{
		Procedure: p.ID, Rules: rules, Since: begin, Until: release.MonthEnd(month), LinesStand: traced && stand,
	})
	return !gone, err
}

// countMonth counts one month of one clock, all its figures from the same dossiers. The true counts live in this function's
// memory alone.
func (h *House) countMonth(ctx context.Context, p *procedure.Procedure, counts string, month time.Time) (err error) {
	defer fault.Wrap(&err, "statistic.countMonth %s %s %s", p.ID, counts, month.Format("2006-01"))
	after, end := release.MonthEnd(month.AddDate(0, -1, 0)), release.MonthEnd(month)
	in := h.Office.ClosedIn
	if counts == procedure.CountSubmitted {
		in = h.Office.SubmittedIn
	}
	ds, err := in(ctx, p.ID, after, end)
	if err != nil {
		return err
	}
	return h.keep(ctx, p, counts, month, recordsOf(p.Statistics.Axes(counts), ds))
}

// keep hides what is few and keeps the rest, in one transaction. A month that another server has counted meanwhile stays.
func (h *House) keep(ctx context.Context, p *procedure.Procedure, counts string, month time.Time, records [][]int) error {
	told, err := tabulate.Hide(setOf(p, counts, month), records, h.rank)
	if err != nil {
		return err
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.StatisticMonthInsert(ctx, sqlc.StatisticMonthInsertParams{Procedure: p.ID, Counts: counts, Month: month, At: tx.Now})
		if fault.Of(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		for i, f := range p.Statistics.Of(counts) {
			err := tx.Q.StatisticInsert(ctx, sqlc.StatisticInsertParams{
				Procedure: p.ID, Counts: counts, Month: month, Figure: printOf(p.Statistics, f), Cells: told[i].Cells(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// rank is an order that nobody outside the keyring can foresee. Names hold the month, so that no month's order tells another's.
func (h *House) rank(name string) uint64 {
	return uint64(tabulate.KeyOf(h.Keys.Index("statistic order", name)))
}
