package dossier

import (
	"context"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// notMine notes that the address is somebody else's: they have nothing to do with the dossier from now on and are written to no
// more. Who acts is told, and the desk of a dossier that was sent.
func (o *Office) notMine(ctx context.Context, tx *store.Tx, d *Dossier, account int64) error {
	if _, err := tx.Q.MandateWrong(ctx, sqlc.MandateWrongParams{ID: d.Mandate.ID, At: &tx.Now}); err != nil {
		return over(err)
	}
	if d.Mandate.State == access.Confirmed {
		d.Mandate.State = access.Proposed
	}
	d.Mandate.Wrong, d.Mandate.PrincipalID = true, 0
	if err := tx.Q.MandateLinksEnd(ctx, d.Mandate.ID); err != nil {
		return err
	}
	if err := o.inscribe(ctx, tx, d, journal.Line{Role: principalRole, Act: actWrong, ActorID: account}); err != nil {
		return err
	}
	if err := o.tellHolder(ctx, tx, d, mandateWrong); err != nil {
		return err
	}
	return o.tellDeskOfEnd(ctx, tx, d, ending{actor: account})
}

// MayReaddress tells whether the actor may correct the applicant's address of a dossier that was sent: who acts as long as the
// applicant has not answered from it and is not known, and who processes as long as it is not in the applicant's hands: an account of
// that address that answered as the dossier does may all the same be the declarant's own.
func (o *Office) MayReaddress(a access.Actor, d *Dossier) bool {
	m := d.Mandate
	if m.ID == 0 || d.StateKind == workflow.Draft || o.MandateRules(d) == nil {
		return false
	}
	if a.Kind == access.Agent {
		return (d.OwnerID == 0 || m.Concerns(d.OwnerID)) && access.Can(a, access.Process, d.Dossier, "")
	}
	return !m.Known && a.UnderMandate(d.Dossier) && a.Stands(d.Dossier) && (m.State == access.Proposed || m.Wrong)
}

// Readdress corrects the applicant's address of a dossier that was sent: the old one is told that it counts no more, the new one
// that somebody acts, and what was ended from the old one by nobody knows whom stands again. In a draft the answer itself is
// corrected; here only by who has lost it by such an end. Errors: NotFound, Invalid "mandate.address" (no address that may
// stand), Conflict "mandate.same" (it is that one already), Conflict "mandate.said_no", TooMany "mandate.many".
func (o *Office) Readdress(ctx context.Context, a access.Actor, publicID, typed string) (err error) {
	defer fault.Wrap(&err, "dossier.Readdress %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		lost, err := o.lost(ctx, tx.Q, a, d)
		if err != nil {
			return err
		}
		if !lost && !o.MayReaddress(a, d) {
			return errNotFound
		}
		p := o.mandating(d)
		path := p.Flow.Mandate.Principal.Email
		j := p.Form.Walk(with(d.Answers(), form.Raw{path: {typed}}), nil, workflow.Day(tx.Now))
		for _, x := range j.Check(p.Form.StepOf(path).ID) {
			if !x.Warn && x.Path == path {
				return fault.New(fault.Invalid, "mandate.address")
			}
		}
		if one(j, path) == "" {
			return fault.New(fault.Invalid, "mandate.address")
		}
		if lost {
			return o.reclaim(ctx, tx, a, d, path, one(j, path))
		}
		return o.readdress(ctx, tx, a, d, p.Flow.Mandate, j)
	})
}

// readdress puts the address of the answers in the place of the one the mandate has.
func (o *Office) readdress(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, rules *workflow.Mandate, j *form.Journey) error {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil {
		return err
	}
	to := reachedBy(rules.Principal, j, d.Lang)
	index := o.mailbox(to.Email)
	if string(row.PrincipalIndex) == string(index) {
		return fault.New(fault.Conflict, "mandate.same")
	}
	often, err := o.asksOften(ctx, tx, a, d, index)
	if err != nil {
		return err
	}
	if often != nil {
		return often
	}
	if err := o.drop(ctx, tx, d, byOf(a)); err != nil {
		return err
	}
	if reopens := saidNo(row); reopens {
		row.State, row.EndedAt, row.EndedBy = string(access.Proposed), nil, ""
		if err := o.tellHolder(ctx, tx, d, mandateReopened); err != nil {
			return err
		}
	}
	id := newPublicID()
	sealed, err := d.sealReached(id, to)
	if err != nil {
		return err
	}
	next, err := tx.Q.MandateMove(ctx, sqlc.MandateMoveParams{
		ID: row.ID, PublicID: id, PrincipalIndex: index, Own: o.isOwn(rules, j, index), Sealed: sealed, At: tx.Now,
		State: row.State, EndedAt: row.EndedAt, EndedBy: row.EndedBy,
	})
	if err != nil {
		return err
	}
	d.Mandate.ID, d.Mandate.PrincipalID, d.Mandate.Known, d.Mandate.Wrong, d.Mandate.State = next.ID, 0, false, false, access.MandateState(next.State)
	if err := o.inscribe(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: actMoved, ActorID: a.AccountID}); err != nil {
		return err
	}
	if next.SameAddress || !d.Mandate.Live(tx.Now) {
		return nil
	}
	return tellReached(ctx, tx, d, to, mandateProposed)
}

func byOf(a access.Actor) string {
	if a.Kind == access.Agent {
		return "agent"
	}
	return "holder"
}

// followAnswer lets an address that was corrected among the answers be the mandate's too, where it may be corrected.
func (o *Office) followAnswer(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, j *form.Journey) error {
	p := o.mandating(d)
	if !o.MayReaddress(a, d) || one(j, p.Flow.Mandate.Principal.Email) == "" {
		return nil
	}
	err := o.readdress(ctx, tx, a, d, p.Flow.Mandate, j)
	switch fault.Key(err) {
	case "mandate.same", "mandate.many", "mandate.said_no": // an answer is sent all the same: who acts is corrected on its own page
		return nil
	}
	return err
}
