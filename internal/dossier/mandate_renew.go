package dossier

import (
	"context"
	"errors"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// endingSoon is how long before its end both sides are told, and a mandate can be renewed.
const endingSoon = 30 * 24 * time.Hour

// renew lets the same person act for as long as their kind of mandate may last, from now: what ends soon, by the applicant's account
// or a link to their address; what has ended, by an account that has proven to be theirs. What an agent ended stays ended, and what who
// acted has laid down is theirs to take up.
func (o *Office) renew(ctx context.Context, tx *store.Tx, d *Dossier, account int64) error {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil {
		return err
	}
	rules := o.MandateRules(d)
	if rules == nil || rules.Of(row.Kind) == nil || row.HolderID == nil || d.StateKind == workflow.Closed {
		return errOver
	}
	known, live := account != 0 && d.Mandate.Known, d.Mandate.Live(tx.Now)
	if live && row.EndsAt.After(tx.Now.Add(endingSoon)) || !live && !known {
		return errOver
	}
	ends := workflow.Add(tx.Now, rules.Of(row.Kind).Longer)
	if _, err := tx.Q.MandateRenew(ctx, sqlc.MandateRenewParams{ID: row.ID, At: &tx.Now, EndsAt: ends, Known: known}); err != nil {
		return over(err)
	}
	if d.Mandate.State != access.Verified {
		d.Mandate.State = access.Confirmed
	}
	d.Mandate.Ends = ends
	if err := tx.Q.MandateLinksEnd(ctx, row.ID); err != nil {
		return err
	}
	if err := o.inscribe(ctx, tx, d, journal.Line{Role: principalRole, Act: actRenewed, ActorID: account}); err != nil {
		return err
	}
	if err := o.tellPrincipal(ctx, tx, d, mandateConfirmed); err != nil {
		return err
	}
	return o.tellHolder(ctx, tx, d, mandateAgreed)
}

// goesOn is until when a mandate lasts that is agreed to now: its whole time where it would end soon, for nobody is asked twice.
func (o *Office) goesOn(ctx context.Context, tx *store.Tx, d *Dossier) (time.Time, error) {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil {
		return time.Time{}, err
	}
	rules := o.MandateRules(d)
	if rules == nil || rules.Of(row.Kind) == nil || d.StateKind == workflow.Closed || row.EndsAt.After(tx.Now.Add(endingSoon)) {
		return row.EndsAt, nil
	}
	return workflow.Add(tx.Now, rules.Of(row.Kind).Longer), nil
}

// warnOfEnds tells both sides of what ends soon, once.
func (o *Office) warnOfEnds(ctx context.Context) error {
	now := o.Store.Now()
	due, err := o.queries().MandatesEnding(ctx, sqlc.MandatesEndingParams{At: now, Until: now.Add(endingSoon)})
	if err != nil {
		return err
	}
	var failed error
	for _, publicID := range due {
		err := o.Store.InTx(ctx, func(tx *store.Tx) error {
			d, err := o.lock(ctx, tx, publicID)
			if err != nil || !d.Mandate.Live(tx.Now) {
				return err
			}
			if err := tx.Q.MandateWarned(ctx, sqlc.MandateWarnedParams{ID: d.Mandate.ID, At: &tx.Now}); err != nil || d.StateKind == workflow.Closed {
				return err
			}
			if err := o.tellHolder(ctx, tx, d, mandateRunsOut); err != nil {
				return err
			}
			return o.tellPrincipalByMail(ctx, tx, d, mandateEnding)
		})
		if fault.Of(err) != fault.NotFound {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// tellPrincipalByMail is tellPrincipal for what says nothing without its link.
func (o *Office) tellPrincipalByMail(ctx context.Context, tx *store.Tx, d *Dossier, template string) error {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil || row.SameAddress || row.WrongAt != nil {
		return err
	}
	_, err = notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: template, Via: notify.Email})
	return err
}
