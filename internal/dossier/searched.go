package dossier

import (
	"context"
	"slices"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/workflow"
)

// What an answer lacks before it may be given, as needs of the move that gives it.
const (
	needOrders   = "orders"   // somebody who was asked has not answered, and nothing says why
	needSearch   = "search"   // nobody has looked
	needGathered = "gathered" // it was put together before somebody else was asked, or looked for
)

// searched refuses a move that gives an answer as long as a search is open, before any was made where a right is exercised (a day to
// answer by runs), and when what was put together is older than what was asked since: what is said to have been found, or not,
// rests on what was looked for (DS-018, DS-069, DS-096).
func (o *Office) searched(ctx context.Context, tx *store.Tx, d *Dossier, effects []workflow.Effect) error {
	if !slices.ContainsFunc(effects, func(e workflow.Effect) bool { return e.Deliver != "" }) {
		return nil
	}
	stands, err := tx.Q.InquiryStands(ctx, d.ID)
	if err != nil {
		return err
	}
	var unmet []string
	if stands.Open > 0 {
		unmet = append(unmet, needOrders)
	}
	if d.DueOn != nil && !stands.Searched {
		unmet = append(unmet, needSearch)
	}
	if stands.Stale {
		unmet = append(unmet, needGathered)
	}
	if len(unmet) == 0 {
		return nil
	}
	return fault.From(fault.Invalid, "move.unmet", &workflow.Unmet{Needs: unmet})
}

// mayTell refuses to put an answer together while a search is open, and to say that nothing was found when nobody has looked.
func (o *Office) mayTell(ctx context.Context, tx *store.Tx, d *Dossier, found bool) error {
	stands, err := tx.Q.InquiryStands(ctx, d.ID)
	switch {
	case err != nil:
		return err
	case stands.Open > 0:
		return fault.New(fault.Conflict, "inquiry.orders_open")
	case !found && !stands.Searched:
		return fault.New(fault.Conflict, "inquiry.unsearched")
	}
	return nil
}

// stillTells refuses to keep what was put together before somebody was asked, or looked for, meanwhile.
func (o *Office) stillTells(ctx context.Context, tx *store.Tx, d *Dossier) error {
	stands, err := tx.Q.InquiryStands(ctx, d.ID)
	switch {
	case err != nil:
		return err
	case stands.Open > 0:
		return fault.New(fault.Conflict, "inquiry.orders_open")
	case stands.Stale:
		return fault.New(fault.Conflict, "inquiry.again")
	}
	return nil
}
