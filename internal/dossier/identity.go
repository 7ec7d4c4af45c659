package dossier

import (
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/text"
)

// IdentityProven is the line of a journal that says by which other dossier somebody has proven who they are.
const IdentityProven = "identity_proven"

// MayProve tells whether the person may prove who they are now, beside a document: not whoever acts for them.
func (o *Office) MayProve(a access.Actor, d *Dossier) bool {
	return a.Stands(d.Dossier) && !a.UnderMandate(d.Dossier) && access.Can(a, access.Own, d.Dossier, "") &&
		slices.Contains(newest(o.Catalogue, d.Def).Flow.Identity.States, d.State)
}

// Elsewhere tells whether a reference, however it is typed, may be another dossier's than d: its own proves nothing about d.
func (d *Dossier) Elsewhere(reference string) bool { return text.Reference(reference) != d.Reference }

// NoteIdentity notes that the person has proven to be whom the dossier of that reference is about, and tells the agent who has this
// one: what follows from it is theirs to say (DS-073). Whoever calls it has seen the proof. Errors: NotFound, Conflict
// "identity.closed" when it may not be proven any more.
func (o *Office) NoteIdentity(ctx context.Context, a access.Actor, publicID, reference string) (err error) {
	defer fault.Wrap(&err, "dossier.NoteIdentity %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !a.Stands(d.Dossier) {
			return errNotFound
		}
		if !o.MayProve(a, d) || !d.Elsewhere(reference) {
			return fault.New(fault.Conflict, "identity.closed")
		}
		if err := o.note(ctx, tx, a, d, IdentityProven, journal.Detail{"reference": text.Reference(reference)}); err != nil {
			return err
		}
		return o.notify(ctx, tx, d, newest(o.Catalogue, d.Def).Flow.Identity.Tells, d.AssigneeID, false)
	})
}
