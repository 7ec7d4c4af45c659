package dossier

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

// Leave takes a person out of the online service (RP-020): dossiers at work are cancelled and drafts erased, by the moves
// that their workflows mark for it; decided dossiers stay until their purge. What they did for others ends: a dossier stays its
// applicant's, a draft goes whose applicant is not known and has not said yes. The account itself is closed by its own room.
func (o *Office) Leave(ctx context.Context, a access.Actor) (err error) {
	defer fault.Wrap(&err, "dossier.Leave")
	if a.Kind != access.Person {
		return fault.New(fault.Forbidden, "")
	}
	mine, err := o.queries().DossiersToLeave(ctx, a.AccountID)
	if err != nil {
		return err
	}
	for _, s := range mine {
		if s.Entrusted {
			if err := o.leaveTo(ctx, a, s.PublicID); err != nil {
				return err
			}
			continue
		}
		p, err := o.definition(ctx, o.queries(), s.Procedure, s.Definition) // the moves a dossier knows are those of its start
		if err != nil {
			return err
		}
		if err := o.leave(ctx, a, p, s.PublicID, s.State); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) leave(ctx context.Context, a access.Actor, p *procedure.Procedure, publicID, state string) error {
	if p.Flow.Owner() == nil {
		return nil
	}
	for _, m := range p.Flow.Moves(state, p.Flow.Owner().ID) {
		if !m.Leaves {
			continue
		}
		if err := o.Move(ctx, a, publicID, Act{Move: m.ID}); err != nil && fault.Of(err) != fault.NotFound {
			return err
		}
	}
	return nil
}

// leaveTo leaves a dossier under a mandate: the holder's ends, whatever it covered, and the applicant keeps theirs.
func (o *Office) leaveTo(ctx context.Context, a access.Actor, publicID string) error {
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return err
	}
	switch {
	case !a.UnderMandate(d.Dossier):
		if d.OwnerID != a.AccountID {
			return nil
		}
		return o.leave(ctx, a, d.Def, publicID, d.State) // taken over: the applicant's own
	case !a.Stands(d.Dossier):
		return nil
	case d.Mandate.FirmID != 0 && len(d.Mandate.Members) > 1:
		return nil // the others go on
	case d.StateKind == workflow.Draft && !d.Mandate.Agreed() && !d.Mandate.Known:
		return o.leave(ctx, a, d.Def, publicID, d.State)
	}
	if err := o.Renounce(ctx, a, publicID); fault.Of(err) != fault.Conflict && fault.Of(err) != fault.NotFound {
		return err
	}
	return nil // the applicant has ended it meanwhile
}
