package dossier

import (
	"context"
	"errors"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// close starts the retention clocks (RP-033, RP-184). What goes at once is gone with the closing (DS-114). From now on every
// other data key of the dossier is wrapped by the key of its last day, and dies with it; what seals the dossier itself lasts as
// long as the last of its rules. It returns the files to drop after the commit.
func (o *Office) close(ctx context.Context, tx *store.Tx, d *Dossier) (blobs []string, err error) {
	d.ClosedAt = &tx.Now
	p := newest(o.Catalogue, d.Def) // retention always comes from the definition in force
	days := map[string]time.Time{mainRule: workflow.Day(workflow.EndOfDay(tx.Now))}
	for i := range p.Flow.KeepRules {
		k := &p.Flow.KeepRules[i]
		switch {
		case !k.OfDossier():
		case k.AtOnce():
			more, err := o.endPart(ctx, tx, d, k)
			if err != nil {
				return nil, err
			}
			blobs = append(blobs, more...)
		default:
			since, err := o.since(ctx, tx, d, k.From)
			if err != nil {
				return nil, err
			}
			days[k.ID] = k.Last(since, tx.Now)
			row := sqlc.EndingUpsertParams{DossierID: d.ID, Rule: k.ID, Since: since, Keep: k.Period.String(), Due: days[k.ID]}
			if err := tx.Q.EndingUpsert(ctx, row); err != nil {
				return nil, err
			}
		}
	}
	return blobs, o.rewrap(ctx, tx, d, days)
}

// rewrap gives each data key to the day on which what it seals must be gone; the dossier's own to the last of them all.
func (o *Office) rewrap(ctx context.Context, tx *store.Tx, d *Dossier, days map[string]time.Time) error {
	var last time.Time
	for _, day := range days {
		if day.After(last) {
			last = day
		}
	}
	d.PurgeOn = &last
	keys, err := tx.Q.DataKeysOf(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		day, known := days[k.Rule]
		if !known || k.Rule == mainRule {
			day = last
		}
		key, err := o.Keys.Unwrap(k.Wrapped, k.WrappedBy)
		if err != nil {
			return err
		}
		wrapped, by, err := o.Keys.WrapForDay(key, day)
		if err != nil {
			return err
		}
		if err := tx.Q.DataKeyRewrap(ctx, sqlc.DataKeyRewrapParams{DossierID: d.ID, Rule: k.Rule, Wrapped: wrapped, WrappedBy: by}); err != nil {
			return err
		}
	}
	return nil
}

// since is what a clock shows when the dossier is closed. A clock that never began to run, such as a date that nobody gave,
// begins with the closing: what is not dated is kept no longer than what was closed today.
func (o *Office) since(ctx context.Context, tx *store.Tx, d *Dossier, clock string) (time.Time, error) {
	switch clock {
	case "closed":
		return tx.Now, nil
	case "created":
		return d.CreatedAt, nil
	case "last_edit":
		return d.UpdatedAt, nil
	case workflow.Received:
		switch {
		case d.SubmittedAt == nil:
			return d.CreatedAt, nil
		case d.ReceivedOn != nil && d.ReceivedOn.Before(workflow.Day(*d.SubmittedAt)): // a paper, entered later
			return workflow.Since(*d.ReceivedOn), nil
		}
		return *d.SubmittedAt, nil
	}
	if state, ok := strings.CutPrefix(clock, "state."); ok {
		return o.entered(ctx, tx, d, state)
	}
	date, ok := d.Def.Form.Walk(with(d.Answers(), d.Agent), d.facts(nil), workflow.Day(tx.Now)).Value(clock).(time.Time)
	if !ok || date.IsZero() {
		return tx.Now, nil
	}
	return workflow.Since(date), nil
}

// entered is when the dossier last came into a state: now, or as its journal tells.
func (o *Office) entered(ctx context.Context, tx *store.Tx, d *Dossier, state string) (time.Time, error) {
	at := tx.Now
	if d.State == state {
		return at, nil
	}
	acts, err := journal.Entries(ctx, tx.Q, d.key, d.ID, d.chain.Head)
	for _, e := range acts {
		if e.Detail["to"] == state {
			at = e.At
		}
	}
	return at, err
}

// Reschedule applies the durations in force to a closed dossier that was closed under others: what is due earlier goes earlier,
// what is kept longer is kept longer, from the clocks as they stood. Conflict: it is not closed.
func (o *Office) Reschedule(ctx context.Context, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.Reschedule %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !d.Closed() || d.ClosedAt == nil {
			return fault.New(fault.Conflict, "dossier.at_work")
		}
		rows, err := tx.Q.EndingsOf(ctx, d.ID)
		if err != nil {
			return err
		}
		p, days := newest(o.Catalogue, d.Def), map[string]time.Time{}
		for _, r := range rows {
			days[r.Rule] = r.Due
			k := p.Flow.Rule(r.Rule)
			if k == nil || !k.OfDossier() || r.Keep == k.Period.String() {
				continue
			}
			days[r.Rule] = k.Last(r.Since, tx.Now) // tomorrow at the earliest: the key of a day that is over may be gone
			row := sqlc.EndingUpsertParams{DossierID: d.ID, Rule: r.Rule, Since: r.Since, Keep: k.Period.String(), Due: days[r.Rule]}
			if err := tx.Q.EndingUpsert(ctx, row); err != nil {
				return err
			}
		}
		if err := o.rewrap(ctx, tx, d, days); err != nil {
			return err
		}
		return tx.Q.DossierPurgeOn(ctx, sqlc.DossierPurgeOnParams{ID: d.ID, PurgeOn: d.PurgeOn})
	})
}

// ownKey is the data key of what goes at once, made when the first of it arrives: the keyring holds what wraps it under a name of
// its own, so that it can be destroyed alone, and no backup of the database opens what it sealed.
func (o *Office) ownKey(ctx context.Context, q *sqlc.Queries, d *Dossier, rule string) (key seal.Key, err error) {
	key, wrapped, by, err := o.Keys.NewOwnKey()
	if err != nil {
		return key, err
	}
	made, err := q.DataKeyOnce(ctx, sqlc.DataKeyOnceParams{DossierID: d.ID, Rule: rule, Wrapped: wrapped, WrappedBy: by})
	if err == nil && len(made) == 1 {
		return key, nil
	}
	if err := errors.Join(err, o.Keys.DestroyOwn(by)); err != nil {
		return key, err
	}
	return o.documentKey(ctx, q, d, rule) // another upload was quicker
}
