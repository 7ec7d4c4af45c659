package release

import (
	"context"
	"errors"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/tabulate"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// TabulateAll answers the declared questions, of every procedure, for the months that are over and were not counted yet. It
// comes after FreezeAll, since what shows a secret is counted from the cohorts. One procedure that cannot be counted holds up
// no other.
func (h *House) TabulateAll(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "release.TabulateAll")
	var faults []error
	for _, p := range h.Catalogue.All() {
		faults = append(faults, h.tabulateOver(ctx, p), h.tabulateFrozen(ctx, p))
	}
	return errors.Join(faults...)
}

// tabulateOver counts the last month that is over, and those before it that nobody was there to count: as far back as closed
// dossiers stand, without a month of which some may be erased already, since half of it would be told as the whole.
func (h *House) tabulateOver(ctx context.Context, p *procedure.Procedure) error {
	now := h.Store.Now()
	last := LastMonth(now)
	first, err := h.Store.Q().DossierFirstClosed(ctx, p.ID)
	if fault.Of(err) == fault.NotFound {
		first, err = now, nil
	}
	if err != nil {
		return err
	}
	var faults []error
	for month := monthOf(first); month.Before(last); month = month.AddDate(0, 1, 0) {
		if dossier.PurgeDay(p, MonthEnd(month.AddDate(0, -1, 0))).After(workflow.Day(now)) {
			faults = append(faults, h.tabulate(ctx, p, month))
		}
	}
	return errors.Join(append(faults, h.tabulate(ctx, p, last))...)
}

// monthly is one answer, ready to be kept.
type monthly struct {
	question *procedure.Question
	month    time.Time
	told     tabulate.Told
}

// tabulate counts all dossiers that were closed in one month, whatever the release made of them. All questions of a month see
// the same dossiers. The true numbers live in this function's memory alone.
func (h *House) tabulate(ctx context.Context, p *procedure.Procedure, month time.Time) error {
	var open []*procedure.Question
	for i := range p.Questions {
		q := &p.Questions[i]
		done, err := h.tabulated(ctx, p, q)
		if err != nil {
			return err
		}
		if !q.Frozen() && !done[month] {
			open = append(open, q)
		}
	}
	if len(open) == 0 {
		return nil
	}
	ds, err := h.Office.ClosedIn(ctx, p.ID, MonthEnd(month.AddDate(0, -1, 0)), MonthEnd(month))
	if err != nil {
		return err
	}
	var out []monthly
	for _, q := range open {
		told, err := tabulate.Perturb(gridOf(p, q, month), h.recordsOf(q, ds))
		if err != nil {
			return err
		}
		out = append(out, monthly{q, month, told})
	}
	return h.keepCounts(ctx, p, out)
}

// recordsOf reads what a question counts by from dossiers. The key of a record is of the dossier's public id, under a key
// that never leaves the keyring; it is kept nowhere.
func (h *House) recordsOf(q *procedure.Question, ds []*dossier.Dossier) []tabulate.Record {
	out := make([]tabulate.Record, len(ds))
	for i, d := range ds {
		b := dossierOf(d)
		out[i].Key = tabulate.KeyOf(h.Office.Keys.Index("record key", d.PublicID))
		for _, by := range q.Within() {
			out[i].Values = append(out[i].Values, place(by, b.counts(by, d)))
		}
	}
	return out
}

// counts is what a dossier brings to a thing to count by, as its values say it; "" where it brings nothing.
func (b brought) counts(by procedure.By, d *dossier.Dossier) string {
	switch {
	case by.Of != nil:
		return step(by.Of.Levels[by.Level], b.raw(*by.Of))
	case by.Derived == procedure.ByOutcome:
		return b.state
	case d.SubmittedAt != nil:
		return procedure.Level{Cuts: by.Cuts}.Of(daysBetween(*d.SubmittedAt, b.closed))
	}
	return ""
}

// daysBetween counts days of the calendar.
func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(text.Zone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}

// tabulated are the months for which a question is answered.
func (h *House) tabulated(ctx context.Context, p *procedure.Procedure, q *procedure.Question) (map[time.Time]bool, error) {
	months, err := h.Store.Q().ReleaseTabulationMonths(ctx, sqlc.ReleaseTabulationMonthsParams{Procedure: p.ID, Question: questionPrint(q)})
	out := map[time.Time]bool{}
	for _, m := range months {
		out[m] = true
	}
	return out, err
}

// keepCounts keeps answers in one transaction. One that another server has kept meanwhile stays as it is.
func (h *House) keepCounts(ctx context.Context, p *procedure.Procedure, answers []monthly) error {
	if len(answers) == 0 {
		return nil
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		for _, c := range answers {
			err := tx.Q.ReleaseTabulationInsert(ctx, sqlc.ReleaseTabulationInsertParams{
				Procedure: p.ID, Question: questionPrint(c.question), Month: c.month, At: tx.Now, Cells: c.told.Cells(),
			})
			if err != nil {
				return err
			}
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: p.ID, Act: "tabulated"})
	})
}
