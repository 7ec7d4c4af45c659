package journal

import (
	"context"
	"errors"

	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Forgotten asks for the personal parts of a dossier's lines to be erased, where who ended the dossier may not do it: the role
// that serves changes no line.
type Forgotten struct {
	DossierID int64 `json:"dossier_id"`
}

// Kind names the job.
func (Forgotten) Kind() string { return "journal_forget" }

// Forget erases what names a person in all lines and readings of a dossier that is erased by this transaction; the chain stays
// whole, and where it ends is kept. Where the transaction may not, it leaves a job that does: what was sealed is past opening already, since the key of the
// dossier goes with it.
func Forget(ctx context.Context, tx *store.Tx, dossierID int64) error {
	end := tx.Q.JournalTailInsert(ctx, sqlc.JournalTailInsertParams{DossierID: dossierID, At: tx.Now})
	if !tx.Purging {
		return errors.Join(end, job.Insert(ctx, tx, Forgotten{dossierID}))
	}
	if _, err := tx.Q.JournalLinkLock(ctx); err != nil { // a reading is chained with its reader or without, never half
		return err
	}
	return errors.Join(end, tx.Q.JournalDetailErase(ctx, dossierID), tx.Q.JournalReadErase(ctx, dossierID))
}
