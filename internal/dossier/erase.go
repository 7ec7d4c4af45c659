package dossier

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// certificate is what is written of an erasure: nothing in it names anybody.
type certificate struct {
	procedure, rule string
	whole           bool
	counts          map[string]int // by category
}

// certify writes a line for each category.
func certify(ctx context.Context, tx *store.Tx, id int64, c certificate) error {
	var faults []error
	for _, category := range sorted(c.counts) {
		faults = append(faults, tx.Q.PurgeCertificateInsert(ctx, sqlc.PurgeCertificateInsertParams{
			Rule: c.rule, Procedure: c.procedure, DossierID: id, Category: category, Count: int32(c.counts[category]), Whole: c.whole, At: tx.Now,
		}))
	}
	return errors.Join(faults...)
}

func sorted(counts map[string]int) (out []string) {
	for category := range counts {
		out = append(out, category)
	}
	slices.Sort(out)
	return out
}

// counts are how many answers and documents of each category stand on the dossier; of some categories alone where they are named.
func (d *Dossier) counts(of []string) map[string]int {
	out := map[string]int{}
	for _, c := range d.Def.Form.Categories {
		if of == nil || slices.Contains(of, c.ID) {
			out[c.ID] = 0
		}
	}
	count := func(path string) {
		if n, known := out[category(d.Def, path)]; known {
			out[category(d.Def, path)] = n + 1
		}
	}
	for path := range d.Filed {
		count(path)
	}
	for path := range d.Agent {
		count(path)
	}
	for _, x := range d.Documents {
		count(x.Path)
	}
	return out
}

// erase destroys a dossier with all it holds, its keys included, and certifies it; of the journal what names nobody stays. It
// returns its files, in whole and in pieces.
func (o *Office) erase(ctx context.Context, tx *store.Tx, id int64, certificates ...certificate) ([]string, error) {
	blobs, err := tx.Q.DocumentBlobs(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, c := range certificates {
		if err := certify(ctx, tx, id, c); err != nil {
			return nil, err
		}
	}
	if err := journal.Forget(ctx, tx, id); err != nil {
		return nil, err
	}
	pieces, err := tx.Q.UploadBlobs(ctx, id)
	if err != nil {
		return nil, err
	}
	return append(blobs, pieces...), tx.Q.DossierDelete(ctx, id)
}

// End carries out the retention rules of a closed dossier whose last day is over: each takes what it names, and the last of them
// the dossier. It takes no key: a dossier whose answers open no more goes all the same. Files go before the rows that speak of
// them, so that a stop in between leaves no file that nobody knows; the next run finds the rows again. Conflict: it is at work, or
// nothing is due.
func (o *Office) End(ctx context.Context, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.End %s", publicID)
	return o.destroy(ctx, publicID, func(tx *store.Tx, s sqlc.DossierStandingRow) ([]string, error) {
		rows, err := tx.Q.EndingsOf(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		var due []string
		for _, r := range rows {
			if !r.Due.After(workflow.Day(tx.Now)) {
				due = append(due, r.Rule)
			}
		}
		if s.StateKind != workflow.Closed || len(due) == 0 {
			return nil, fault.New(fault.Conflict, "dossier.at_work")
		}
		if len(due) == len(rows) {
			return o.endWhole(ctx, tx, publicID, s, due)
		}
		return o.endParts(ctx, tx, publicID, due)
	})
}

// Expire erases a draft that nobody has touched for as long as its rule says; one that was touched meanwhile is left alone
// (Conflict). Whom somebody acted for in it is told.
func (o *Office) Expire(ctx context.Context, publicID string, t workflow.Timed) (err error) {
	defer fault.Wrap(&err, "dossier.Expire %s by %s", publicID, t.ID)
	return o.destroy(ctx, publicID, func(tx *store.Tx, s sqlc.DossierStandingRow) ([]string, error) {
		if s.StateKind != workflow.Draft || !slices.Contains(t.States, s.State) || !t.Due(s.UpdatedAt, tx.Now) {
			return nil, fault.New(fault.Conflict, "dossier.at_work")
		}
		if err := o.tellForgotten(ctx, tx, publicID, s.ID); err != nil {
			return nil, err
		}
		return o.endWhole(ctx, tx, publicID, s, []string{t.ID})
	})
}

// Reapply erases again what a certificate says was erased, in a database that was brought back from before: the whole dossier, or
// what one rule names. Whatever state the dossier is in, it is one from the past.
func (o *Office) Reapply(ctx context.Context, publicID, rule string, whole bool) (err error) {
	defer fault.Wrap(&err, "dossier.Reapply %s by %s", publicID, rule)
	return o.destroy(ctx, publicID, func(tx *store.Tx, s sqlc.DossierStandingRow) ([]string, error) {
		if !whole {
			return o.partAgain(ctx, tx, publicID, rule)
		}
		rules, err := o.withAnonymous(ctx, tx, s, rule)
		if err != nil {
			return nil, err
		}
		return o.endWhole(ctx, tx, publicID, s, rules)
	})
}

// withAnonymous are the rules under which a dossier brought back from before goes again: the one certified, behind those that
// keep something anonymous of it and had not ended yet when the backup was taken.
func (o *Office) withAnonymous(ctx context.Context, tx *store.Tx, s sqlc.DossierStandingRow, rule string) (rules []string, err error) {
	p := o.Catalogue.Get(s.Procedure)
	if s.StateKind == workflow.Draft || p == nil {
		return []string{rule}, nil
	}
	rows, err := tx.Q.EndingsOf(ctx, s.ID)
	for i := range p.Flow.KeepRules {
		k := &p.Flow.KeepRules[i]
		stands := s.StateKind != workflow.Closed || slices.ContainsFunc(rows, func(r sqlc.EndingsOfRow) bool { return r.Rule == k.ID })
		if k.Then == "anonymise" && k.OfDossier() && k.ID != rule && stands {
			rules = append(rules, k.ID)
		}
	}
	return append(rules, rule), err
}

// destroy does an erasure under the dossier's lock. Its files are gone before it commits; a store that is away ends it, and all
// stands as it did but for files that were to go anyhow.
func (o *Office) destroy(ctx context.Context, publicID string, what func(tx *store.Tx, s sqlc.DossierStandingRow) ([]string, error)) error {
	return o.Store.InPurge(ctx, func(tx *store.Tx) error {
		if err := tx.Q.DossierLock(ctx, publicID); err != nil {
			return err
		}
		s, err := tx.Q.DossierStanding(ctx, publicID)
		if err != nil {
			return err
		}
		blobs, err := what(tx, s)
		if err != nil {
			return err
		}
		for _, b := range blobs {
			if err := o.Blobs.Delete(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// endWhole erases a dossier under the rules that are due, and keeps what a rule makes anonymous of it.
func (o *Office) endWhole(ctx context.Context, tx *store.Tx, publicID string, s sqlc.DossierStandingRow, rules []string) ([]string, error) {
	d, err := o.load(ctx, tx.Q, publicID)
	if fault.Of(err) == fault.Unavailable { // a key service that is away: it goes with the next run
		return nil, err
	}
	if err != nil {
		slog.WarnContext(ctx, "dossier erased unopened", "dossier", publicID, "error", err.Error())
		unopened := certificate{s.Procedure, rules[len(rules)-1], true, map[string]int{"answers": int(s.Pages)}}
		return o.erase(ctx, tx, s.ID, unopened)
	}
	holds, err := tx.Q.DossierHolds(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	var lines []certificate
	for i, rule := range rules {
		k := o.ruleOf(d, rule)
		line := certificate{s.Procedure, rule, true, d.counts(nil)}
		if k != nil && k.OfDossier() {
			line.counts = d.counts(k.What)
			if err := o.anonymise(ctx, tx, d, k); err != nil {
				return nil, err
			}
		}
		if i == len(rules)-1 {
			line.counts["messages"], line.counts["generated"], line.counts["consents"] = int(holds.Messages), int(holds.Generated), int(holds.Consents)
		}
		lines = append(lines, line)
	}
	return o.erase(ctx, tx, s.ID, lines...)
}

// month is the month of an instant in Europe/Monaco, as its first day.
func month(at time.Time) time.Time {
	day := workflow.Day(at)
	return day.AddDate(0, 0, 1-day.Day())
}

// dropKeys destroys keys of the keyring whose data are gone. One that a stop leaves behind wraps nothing any more, and is found
// by the next run.
func (o *Office) dropKeys(ctx context.Context, names []string) {
	for _, by := range names {
		if err := o.Keys.DestroyOwn(by); err != nil {
			slog.WarnContext(ctx, "key left behind", "error", err.Error())
		}
	}
}
