package rotation

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// wrapped is a data key as a row holds it.
type wrapped struct {
	id   int64
	rule string // of a dossier's key
	key  []byte
	of   string // whose it is, for an operator
}

// shelf is a table whose rows hold a data key.
type shelf struct {
	take func(ctx context.Context, tx *store.Tx, by string, after wrapped) ([]wrapped, error) // in one order
	put  func(ctx context.Context, tx *store.Tx, from, to string, rows []wrapped) error
}

// shelves are all tables that hold data keys under a master key; a test compares them with the schema.
var shelves = map[string]shelf{
	"data_key": {
		func(ctx context.Context, tx *store.Tx, by string, after wrapped) (out []wrapped, err error) {
			rows, err := tx.Q.DataKeysWrappedBy(ctx, sqlc.DataKeysWrappedByParams{By: by, After: after.id, AfterRule: after.rule, Lim: page})
			for _, r := range rows {
				out = append(out, wrapped{r.DossierID, r.Rule, r.Wrapped, fmt.Sprintf("dossier %s, rule %s", r.PublicID, r.Rule)})
			}
			return out, err
		},
		func(ctx context.Context, tx *store.Tx, from, to string, rows []wrapped) error {
			in := sqlc.DataKeysRewrappedParams{FromKey: from, ToKey: to}
			for _, r := range rows {
				in.Ids, in.Rules, in.Wrapped = append(in.Ids, r.id), append(in.Rules, r.rule), append(in.Wrapped, r.key)
			}
			return tx.Q.DataKeysRewrapped(ctx, in)
		},
	},
	"account": {
		func(ctx context.Context, tx *store.Tx, by string, after wrapped) (out []wrapped, err error) {
			rows, err := tx.Q.AccountsWrappedBy(ctx, sqlc.AccountsWrappedByParams{By: by, After: after.id, Lim: page})
			for _, r := range rows {
				out = append(out, wrapped{id: r.ID, key: r.WrappedKey, of: fmt.Sprint("account ", r.ID)})
			}
			return out, err
		},
		func(ctx context.Context, tx *store.Tx, from, to string, rows []wrapped) error {
			in := sqlc.AccountsRewrappedParams{FromKey: from, ToKey: to}
			for _, r := range rows {
				in.Ids, in.Wrapped = append(in.Ids, r.id), append(in.Wrapped, r.key)
			}
			return tx.Q.AccountsRewrapped(ctx, in)
		},
	},
	"firm": {
		func(ctx context.Context, tx *store.Tx, by string, after wrapped) (out []wrapped, err error) {
			rows, err := tx.Q.FirmsWrappedBy(ctx, sqlc.FirmsWrappedByParams{By: by, After: after.id, Lim: page})
			for _, r := range rows {
				out = append(out, wrapped{id: r.ID, key: r.WrappedKey, of: fmt.Sprint("firm ", r.ID)})
			}
			return out, err
		},
		func(ctx context.Context, tx *store.Tx, from, to string, rows []wrapped) error {
			in := sqlc.FirmsRewrappedParams{FromKey: from, ToKey: to}
			for _, r := range rows {
				in.Ids, in.Wrapped = append(in.Ids, r.id), append(in.Wrapped, r.key)
			}
			return tx.Q.FirmsRewrapped(ctx, in)
		},
	},
}

// rewrap goes through all tables, a page a transaction: short ones, that nobody waits for. One key that does not open keeps no
// other from being wrapped anew: it stays as it is, and is named.
func (h *House) rewrap(ctx context.Context, from, to string, o Order) (shut []string, err error) {
	done, left := int64(0), int64(0)
	if o.Tell != nil {
		if left, err = h.wrappedBy(ctx, from); err != nil {
			return nil, err
		}
	}
	for _, table := range slices.Sorted(maps.Keys(shelves)) {
		last := wrapped{}
		for {
			rows, not, err := h.rewrapPage(ctx, shelves[table], from, to, last)
			if err != nil {
				return nil, err
			}
			shut = append(shut, not...)
			if len(rows) == 0 {
				break
			}
			last = rows[len(rows)-1]
			if done += int64(len(rows)); o.Tell != nil {
				o.Tell(done, max(left-done, 0))
			}
		}
	}
	return shut, nil
}

// rewrapPage gives the rows it has gone through, and what those are of that do not open.
func (h *House) rewrapPage(ctx context.Context, s shelf, from, to string, after wrapped) (rows []wrapped, shut []string, err error) {
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		if rows, err = s.take(ctx, tx, from, after); err != nil || len(rows) == 0 {
			return err
		}
		open := make([]wrapped, 0, len(rows))
		for _, r := range rows {
			key, err := h.Keys.Unwrap(r.key, from)
			if kind := fault.Of(err); kind == fault.NotFound || kind == fault.Unavailable {
				return err // of the master key: none of its rows opens
			}
			if err != nil {
				shut = append(shut, r.of)
				continue
			}
			if r.key, err = h.Keys.Wrap(key, to); err != nil {
				return err
			}
			open = append(open, r)
		}
		if len(open) == 0 {
			return nil
		}
		return s.put(ctx, tx, from, to, open)
	})
	return rows, shut, err
}

func (h *House) wrappedBy(ctx context.Context, name string) (n int64, err error) {
	counts, err := h.Store.Q().WrappedCounts(ctx)
	for _, c := range counts {
		if c.ByKey == name {
			n += c.N
		}
	}
	return n, err
}
