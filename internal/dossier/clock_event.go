package dossier

import (
	"context"

	"guichet/internal/store"
)

// happened tells of what has happened to a dossier by itself, as the definition in force says: whom, and in which words. Who
// applied on paper has had no hand in it, and is not told.
func (o *Office) happened(ctx context.Context, tx *store.Tx, d *Dossier, event string) error {
	for _, e := range newest(o.Catalogue, d.Def).Flow.After(event) {
		to, kept := d.OwnerID, true
		if e.To == "assignee" {
			to, kept = d.AssigneeID, false
		} else if d.AtCounter() {
			continue // it happened to what the desk has entered
		}
		if err := o.notify(ctx, tx, d, e.Notify, to, kept); err != nil {
			return err
		}
	}
	return nil
}
