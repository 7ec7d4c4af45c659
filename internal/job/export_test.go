package job

import (
	"context"

	"guichet/internal/store"
)

// Make makes a job of the clock as the elected server does.
func (e Every) Make(ctx context.Context, tx *store.Tx) error {
	_, err := inserter.InsertTx(ctx, tx.PGX(), e.Args, e.once())
	return err
}
