package dossier

import (
	"context"
	"encoding/json"
	"time"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// enrol puts a dossier that was received into the register of its procedure, or looks anew at whether it is its person's first:
// that is looked up by what makes two dossiers alike, among those received before.
func (o *Office) enrol(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if newest(o.Catalogue, d.Def).Flow.Register == nil || d.SubmittedAt == nil || d.ReceivedOn == nil {
		return nil
	}
	requested := workflow.Day(*d.SubmittedAt)
	if requested.After(*d.ReceivedOn) { // a message that lay in the mailbox
		requested = *d.ReceivedOn
	}
	if d.Paper {
		paper, err := o.paperFiling(ctx, tx.Q, d)
		if err != nil {
			return err
		}
		if paper != nil {
			requested = paper.SignedOn
		}
	}
	if _, err := tx.Q.RegisterLock(ctx, d.Procedure); err != nil {
		return err
	}
	line := sqlc.RegisterInscribeParams{DossierID: d.ID, Procedure: d.Procedure, RequestedOn: requested, ReceivedOn: *d.ReceivedOn}
	if err := tx.Q.RegisterInscribe(ctx, line); err != nil {
		return err
	}
	return tx.Q.RegisterLater(ctx, sqlc.RegisterLaterParams{DossierID: d.ID, ReceivedOn: *d.ReceivedOn})
}

// strike takes a dossier out of the register under the rule that ends its lines, and gives what is left of the line; nil where
// the rule ends none.
func (o *Office) strike(ctx context.Context, tx *store.Tx, p *procedure.Procedure, d *Dossier, k *workflow.KeepRule) ([]byte, error) {
	if p.Flow.Register == nil || p.Flow.Register.Rule != k.ID {
		return nil, nil
	}
	r, err := tx.Q.RegisterLineOf(ctx, d.ID)
	if fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	left, err := json.Marshal(d.registered(p, r.RequestedOn, r.ReceivedOn, r.First).anonymous(p))
	if err != nil {
		return nil, err
	}
	return left, tx.Q.RegisterLineDelete(ctx, d.ID)
}

// endedAt is the instant of which what is left of a dossier bears the month: of its closing, and of the erasure where a backup
// from before the closing was brought back.
func (d *Dossier) endedAt(now time.Time) time.Time {
	if d.ClosedAt == nil {
		return now
	}
	return *d.ClosedAt
}
