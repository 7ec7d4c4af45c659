package account

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Right is a role of a procedure given to an agent, until an instant or until it is taken away (RP-157 to RP-161).
type Right struct {
	ID              int64 // 0 before it is given
	Procedure, Role string
	Team            string
	Until           time.Time // zero: no end
	By              int64     // who gave it, 0 for the installation
	Since           time.Time
}

// GiveRight gives a right in the caller's transaction; by 0 is the installation itself (first administrator, demonstration).
func GiveRight(ctx context.Context, tx *store.Tx, id int64, r Right, by int64) (err error) {
	defer fault.Wrap(&err, "account.GiveRight %s of %s to %d", r.Role, r.Procedure, id)
	row := sqlc.GrantInsertParams{AccountID: id, Procedure: r.Procedure, Role: r.Role, Team: r.Team, Now: tx.Now}
	if by != 0 {
		row.GrantedBy = &by
	}
	if !r.Until.IsZero() {
		row.Until = &r.Until
	}
	return tx.Q.GrantInsert(ctx, row)
}

// Give gives another agent a right; nobody gives one to themselves.
func (d *Desk) Give(ctx context.Context, by access.Actor, id int64, r Right) (err error) {
	defer fault.Wrap(&err, "account.Give to %d by %d", id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, _ sqlc.Account) error {
		return GiveRight(ctx, tx, id, r, by.AccountID)
	})
}

// Withdraw ends a right of another agent from the next request on.
func (d *Desk) Withdraw(ctx context.Context, by access.Actor, id, right int64) (err error) {
	defer fault.Wrap(&err, "account.Withdraw %d from %d by %d", right, id, by.AccountID)
	return d.asAdministrator(ctx, by, id, func(tx *store.Tx, _ sqlc.Account) error {
		_, err := tx.Q.GrantEnd(ctx, sqlc.GrantEndParams{ID: right, AccountID: id, Now: &tx.Now})
		return err
	})
}

func (d *Desk) rightsByAccount(ctx context.Context) (map[int64][]Right, error) {
	rows, err := d.Store.Q().GrantsAll(ctx)
	if err != nil {
		return nil, err
	}
	now, out := d.Store.Now(), map[int64][]Right{}
	for _, g := range rows {
		if g.Until == nil || g.Until.After(now) {
			out[g.AccountID] = append(out[g.AccountID], rightOf(g))
		}
	}
	return out, nil
}

func rightOf(g sqlc.AgentGrant) Right {
	r := Right{ID: g.ID, Procedure: g.Procedure, Role: g.Role, Team: g.Team, Since: g.GrantedAt}
	if g.Until != nil {
		r.Until = *g.Until
	}
	if g.GrantedBy != nil {
		r.By = *g.GrantedBy
	}
	return r
}
