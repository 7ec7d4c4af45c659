package app

import (
	"context"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
)

// writeOut sends e-mails to people without an account; where no mail server is configured they wait, as others do.
func (a *App) writeOut() {
	if a.sender == nil {
		return
	}
	job.Register(a.Workers, func(ctx context.Context, w dossier.WriteOut) error {
		letter, err := a.Office.ComposeOut(ctx, w)
		if fault.Of(err) == fault.NotFound {
			return nil // erased, or taken over by an account, meanwhile
		}
		if err != nil {
			return err
		}
		return a.sender.SendOut(ctx, w.DossierID, w.Template, w.At, letter)
	})
}
