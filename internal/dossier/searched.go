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
// answer by runs), and when somebody was asked or looked for after it was put together: what is said to have been found, or not,
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
	if stands.Rests >= 0 && stands.Last > stands.Rests {
		unmet = append(unmet, needGathered)
	}
	if len(unmet) == 0 {
		return nil
	}
	return fault.From(fault.Invalid, "move.unmet", &workflow.Unmet{Needs: unmet})
}

// mayTell refuses an answer while a search is open, one that says that nothing was found when nobody has looked, and one that rests
// on the journal as it was before somebody was asked, or looked for.
func (o *Office) mayTell(ctx context.Context, tx *store.Tx, d *Dossier, found bool, rests int) error {
	stands, err := tx.Q.InquiryStands(ctx, d.ID)
	switch {
	case err != nil:
		return err
	case stands.Open > 0:
		return fault.New(fault.Conflict, "inquiry.orders_open")
	case !found && !stands.Searched:
		return fault.New(fault.Conflict, "inquiry.unsearched")
	case int(stands.Last) > rests:
		return fault.New(fault.Conflict, "inquiry.again")
	}
	return nil
}

// nextLine is the number of the next line of the journal of a dossier that is locked: what an answer knew is below it.
func (d *Dossier) nextLine() int32 { return int32(d.chain.Seq) + 1 }
