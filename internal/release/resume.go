package release

import (
	"context"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
)

// Resume asks again for every file that was let be made and is not there. A server calls it when it starts: a job that its
// forerunner was killed in would else count as running for minutes. Where the file is being made, by another server, both make
// it, and one of them hands it over.
func (h *House) Resume(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "release.Resume")
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		open, err := tx.Q.ReleaseRequestsOpen(ctx)
		if err != nil {
			return err
		}
		for _, id := range open {
			if err := job.Insert(ctx, tx, Make{Request: id}); err != nil {
				return err
			}
		}
		return nil
	})
}
