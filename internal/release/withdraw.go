package release

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Withdraw takes back a request, in the name of who asked and while nobody has decided. Forbidden release.not_own: somebody else
// asked. Conflict release.decided: somebody was quicker.
func (h *House) Withdraw(ctx context.Context, a access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "release.Withdraw %s", id)
	r, err := h.request(ctx, a, id)
	if err != nil {
		return err
	}
	if a.AccountID == 0 || a.AccountID != r.AskedBy {
		return fault.New(fault.Forbidden, "release.not_own")
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.ReleaseRequestWithdraw(ctx, r.ID)
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "release.decided")
		}
		if err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: r.Procedure, RequestID: &r.ID, ActorID: &a.AccountID, Act: "withdrawn"})
	})
}
