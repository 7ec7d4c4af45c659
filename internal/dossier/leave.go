package dossier

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
)

// Leave takes a person out of the online service (RP-020): dossiers at work are cancelled and drafts erased, by the moves
// that their workflows mark for it; decided dossiers stay until their purge. The account itself is closed by its own room.
func (o *Office) Leave(ctx context.Context, a access.Actor) (err error) {
	defer fault.Wrap(&err, "dossier.Leave")
	if a.Kind != access.Person {
		return fault.New(fault.Forbidden, "")
	}
	mine, err := o.queries().DossiersToLeave(ctx, &a.AccountID)
	if err != nil {
		return err
	}
	for _, s := range mine {
		p, err := o.definition(ctx, o.queries(), s.Procedure, s.Definition) // the moves a dossier knows are those of its start
		if err != nil {
			return err
		}
		if p.Flow.Owner() == nil {
			continue
		}
		for _, m := range p.Flow.Moves(s.State, p.Flow.Owner().ID) {
			if !m.Leaves {
				continue
			}
			if err := o.Move(ctx, a, s.PublicID, Act{Move: m.ID}); err != nil && fault.Of(err) != fault.NotFound {
				return err
			}
		}
	}
	return nil
}
