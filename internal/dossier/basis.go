package dossier

import (
	"context"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// basis says by what right an agent reads a dossier, as the journal keeps it. A dossier that is neither theirs nor waiting in the
// queue of their team is read for a purpose they have stated, where the definition asks for one: until then Forbidden
// "reading.purpose". Of all others than agents it is "".
func (o *Office) basis(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier) (string, error) {
	if a.Kind != access.Agent {
		return "", nil
	}
	if request := access.Glass(a, d.Dossier); request != "" {
		return journal.Glass + ":" + request, nil
	}
	if near := d.near(a); near != "" {
		return near, nil
	}
	return o.purpose(ctx, q, a, d)
}

// stillOpen is for how long an agent goes on reading what was near when they opened it, and was taken by a colleague meanwhile:
// what they were typing is not lost to them. It is not renewed by reading on.
const stillOpen = 15 * time.Minute

// near is the basis on which an agent reads without stating why, "" when there is none.
func (d *Dossier) near(a access.Actor) string {
	switch {
	case d.AssigneeID == a.AccountID || d.StateKind == "draft":
		return journal.Own
	case d.inQueueOf(a), d.awaitsSecond(a):
		return journal.Queue
	}
	return ""
}

// leftHands lets an agent see for a while what became of a dossier that was near and that their own act has taken away from them.
func (o *Office) leftHands(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, before string, erased bool) error {
	if a.Kind != access.Agent || erased || before == "" || d.near(a) != "" || len(newest(o.Catalogue, d.Def).Flow.Readings.Purposes) == 0 {
		return nil
	}
	return o.stated(ctx, tx, a, d, Acted, "")
}

// inQueueOf tells whether the dossier is nobody's and still at work, in the queue of a team of the agent's. A right without a
// team is for every queue, and a dossier without one is in everybody's.
func (d *Dossier) inQueueOf(a access.Actor) bool {
	return d.AssigneeID == 0 && !d.Closed() && d.ofTeams(a)
}

// ofTeams tells whether the dossier lies in a queue of the agent's.
func (d *Dossier) ofTeams(a access.Actor) bool {
	return slices.ContainsFunc(a.Grants, func(g access.Grant) bool {
		return g.Procedure == d.Procedure && g.Only == nil && (d.Team == "" || g.Team == "" || g.Team == d.Team)
	})
}

// noteRead notes that an agent or another system reads a part of the dossier.
func (o *Office) noteRead(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, what string) error {
	basis, err := o.basis(ctx, tx.Q, a, d)
	if err != nil {
		return err
	}
	return journal.Read(ctx, tx, d.ID, journal.Reading{ActorID: a.AccountID, Role: role(d.Def, a, d.Dossier), What: what, Basis: basis})
}

// Chronicle adds a line to a dossier's journal in the caller's transaction, under the dossier's lock: of what concerns it and is
// no move.
func (o *Office) Chronicle(ctx context.Context, tx *store.Tx, a access.Actor, publicID, act string, detail journal.Detail) (err error) {
	defer fault.Wrap(&err, "dossier.Chronicle %s %s", publicID, act)
	d, err := o.lock(ctx, tx, publicID)
	if err != nil {
		return err
	}
	return o.note(ctx, tx, a, d, act, detail)
}

// purpose is what the agent has stated, as the journal keeps it; "" where the definition in force asks for nothing.
func (o *Office) purpose(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier) (string, error) {
	if len(newest(o.Catalogue, d.Def).Flow.Readings.Purposes) == 0 {
		return "", nil
	}
	now := o.Store.Now()
	id, err := q.ReadingPurposeOf(ctx, sqlc.ReadingPurposeOfParams{DossierID: d.ID, AccountID: a.AccountID, At: now, Recent: now.Add(-stillOpen)})
	switch {
	case fault.Of(err) == fault.NotFound:
		return "", fault.New(fault.Forbidden, "reading.purpose")
	case id == "":
		return journal.Left, err
	}
	return journal.Purpose + ":" + id, err
}
