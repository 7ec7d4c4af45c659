package account

import (
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

type addressKey struct{}

// From gives a context that knows the address somebody asks from. It is kept nowhere but in the connection log of agents, and only
// where a procedure of theirs says so.
func From(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// noteAddress adds a line of a sign-in to the connection log, with the address it came from where an agent's procedure has that
// noted (DS-029), sealed.
func (d *Desk) noteAddress(ctx context.Context, tx *store.Tx, a sqlc.Account, act string) error {
	line := sqlc.ConnectionInsertParams{AccountID: &a.ID, Kind: a.Kind, Act: act, Now: tx.Now}
	if address, _ := ctx.Value(addressKey{}).(string); address != "" && a.Kind == agent && d.Traced != nil {
		by, err := d.ActorIn(ctx, tx.Q, a.ID, tx.Now)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(by.Grants, func(g access.Grant) bool { return d.Traced(g.Procedure) }) {
			if line.Address, err = d.Keys.SealFor(a.ID, "connection", []byte(address)); err != nil {
				return err
			}
		}
	}
	return tx.Q.ConnectionInsert(ctx, line)
}

// addressOf opens what noteAddress sealed; "" where nothing was noted, or under another keyring.
func (d *Desk) addressOf(account int64, sealed []byte) string {
	plain, err := d.Keys.OpenFor(account, "connection", sealed)
	if sealed == nil || err != nil {
		return ""
	}
	return string(plain)
}

// ConnectionsOfHolders lists the latest sign-ins and sign-outs of those who hold or held a right of a procedure between two
// instants, newest first; who may read them is the caller's to know.
func (d *Desk) ConnectionsOfHolders(ctx context.Context, q Look) (_ []Connection, err error) {
	defer fault.Wrap(&err, "account.ConnectionsOfHolders %s", q.Procedure)
	rows, err := d.Store.Q().ConnectionsOfHolders(ctx, sqlc.ConnectionsOfHoldersParams{Procedure: q.Procedure, Since: q.Since, Until: q.Until, Most: q.Most})
	out := make([]Connection, len(rows))
	for i, r := range rows {
		out[i] = Connection{Act: r.Act, At: r.At, AccountID: number(r.AccountID)}
		out[i].Address = d.addressOf(out[i].AccountID, r.Address)
	}
	return out, err
}
