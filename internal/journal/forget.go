package journal

import (
	"context"
	"errors"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
)

// Forgotten asks for the personal parts of a dossier's lines to be erased, where who ended the dossier may not do it: the role
// that serves changes no line.
type Forgotten struct {
	DossierID int64 `json:"dossier_id"`
}

// Kind names the job.
func (Forgotten) Kind() string { return "journal_forget" }

// Forget erases what names a person in all lines and readings of a dossier that is erased by this transaction; the chain stays
// whole. Where the transaction may not, it leaves a job that does: what was sealed is past opening already, since the key of the
// dossier goes with it.
func Forget(ctx context.Context, tx *store.Tx, dossierID int64) error {
	if !tx.Purging {
		return job.Insert(ctx, tx, Forgotten{dossierID})
	}
	return errors.Join(tx.Q.JournalDetailErase(ctx, dossierID), tx.Q.JournalReadErase(ctx, dossierID))
}

// Register says how the journal's jobs are done.
func Register(w *job.Workers, s *store.Store) {
	job.Register(w, func(ctx context.Context, f Forgotten) (err error) {
		defer fault.Wrap(&err, "journal.Forget %d", f.DossierID)
		return s.InPurge(ctx, func(tx *store.Tx) error { return Forget(ctx, tx, f.DossierID) })
	})
}
