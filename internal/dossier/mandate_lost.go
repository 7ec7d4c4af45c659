package dossier

import (
	"context"
	"maps"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// byPrincipal says in a mandate's row that it was ended from the applicant's address or account.
const byPrincipal = "principal"

// saidNo tells whether the mandate was ended by whoever reads the applicant's address, which may be mistyped: nobody knows who.
func saidNo(row sqlc.Mandate) bool {
	return row.EndedBy == byPrincipal && row.KnownAt == nil && (row.State == string(access.Denied) || row.State == string(access.Revoked))
}

// Lost tells whether the actor has lost a draft of theirs by a no from the address they gave for the applicant, of nobody knows whom:
// they see nothing of it, and get it back by giving another address ([Office.Readdress]). NotFound for everybody else.
func (o *Office) Lost(ctx context.Context, a access.Actor, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.Lost %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return err
	}
	if lost, err := o.lost(ctx, o.queries(), a, d); err != nil || lost {
		return err
	}
	return errNotFound
}

// LostDrafts lists the drafts of which [Office.Lost] tells: nothing of what is in them.
func (o *Office) LostDrafts(ctx context.Context, a access.Actor) (out []Asking, err error) {
	defer fault.Wrap(&err, "dossier.LostDrafts")
	if a.Kind != access.Person {
		return nil, fault.New(fault.Forbidden, "")
	}
	rows, err := o.queries().MandatesLost(ctx, a.AccountID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		x := Asking{PublicID: r.PublicID, Ended: true}
		if r.EndedAt != nil {
			x.At = *r.EndedAt
		}
		if p := o.Catalogue.Get(r.Procedure); p != nil {
			x.Procedure = p.Title
		}
		out = append(out, x)
	}
	return out, nil
}

func (o *Office) lost(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier) (bool, error) {
	m := d.Mandate
	if a.Kind != access.Person || m.ID == 0 || m.HolderID != a.AccountID || d.OwnerID != a.AccountID || d.StateKind != workflow.Draft || m.Live(o.Store.Now()) || o.MandateRules(d) == nil {
		return false, nil
	}
	row, err := q.MandateStanding(ctx, d.ID)
	return err == nil && saidNo(row), err
}

// reclaim gives a lost draft back with another address of the applicant, who is then told as at first. Whoever began it typed all that
// it holds; what was said from the old address goes on being heard: it is not written to for this dossier again.
func (o *Office) reclaim(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, path, address string) error {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil {
		return err
	}
	index := o.mailbox(address)
	if string(row.PrincipalIndex) == string(index) {
		return fault.New(fault.Conflict, "mandate.same")
	}
	often, err := o.asksOften(ctx, tx, a, d, index)
	if err == nil {
		err = often
	}
	if err != nil {
		return err
	}
	if err := o.drop(ctx, tx, d, byOf(a)); err != nil {
		return err
	}
	d.Mandate = access.Mandate{}
	step := d.Def.Form.StepOf(path)
	old := d.own(step, d.typed())
	next := maps.Clone(old)
	next[path] = []string{address}
	page, err := o.keep(ctx, tx, d, step, d.stage(), old, next)
	if err != nil {
		return err
	}
	if err := tx.Q.AnswerUpsert(ctx, page); err != nil {
		return err
	}
	if err := o.touch(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: actMoved, ActorID: a.AccountID}); err != nil {
		return err
	}
	return o.whoActs(ctx, tx, a, d, step.ID, func() *form.Journey { return d.Journey(nil, tx.Now) })
}
