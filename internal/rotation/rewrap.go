package rotation

import (
	"context"

	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// wrapped is a data key as a row holds it.
type wrapped struct {
	id   int64
	rule string // of a dossier's key
	key  []byte
}

// shelf is a table whose rows hold a data key.
type shelf struct {
	take func(ctx context.Context, tx *store.Tx, by string) ([]wrapped, error)
	put  func(ctx context.Context, tx *store.Tx, from, to string, rows []wrapped) error
}

// shelves are all tables that hold data keys under a master key; a test compares them with the schema.
var shelves = map[string]shelf{
	"data_key": {
		func(ctx context.Context, tx *store.Tx, by string) (out []wrapped, err error) {
			rows, err := tx.Q.DataKeysWrappedBy(ctx, sqlc.DataKeysWrappedByParams{By: by, Lim: page})
			for _, r := range rows {
				out = append(out, wrapped{r.DossierID, r.Rule, r.Wrapped})
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
		func(ctx context.Context, tx *store.Tx, by string) (out []wrapped, err error) {
			rows, err := tx.Q.AccountsWrappedBy(ctx, sqlc.AccountsWrappedByParams{By: by, Lim: page})
			for _, r := range rows {
				out = append(out, wrapped{id: r.ID, key: r.WrappedKey})
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
		func(ctx context.Context, tx *store.Tx, by string) (out []wrapped, err error) {
			rows, err := tx.Q.FirmsWrappedBy(ctx, sqlc.FirmsWrappedByParams{By: by, Lim: page})
			for _, r := range rows {
				out = append(out, wrapped{id: r.ID, key: r.WrappedKey})
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

// rewrap goes through all tables, a page a transaction: short ones, that nobody waits for.
func (h *House) rewrap(ctx context.Context, from, to string, o Order) error {
	done, left := int64(0), int64(0)
	if o.Tell != nil {
		var err error
		if left, err = h.wrappedBy(ctx, from); err != nil {
			return err
		}
	}
	for _, s := range shelves {
		for {
			n, err := h.rewrapPage(ctx, s, from, to)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			if done += int64(n); o.Tell != nil {
				o.Tell(done, max(left-done, 0))
			}
		}
	}
	return nil
}

func (h *House) rewrapPage(ctx context.Context, s shelf, from, to string) (n int, err error) {
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		rows, err := s.take(ctx, tx, from)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i, r := range rows {
			key, err := h.Keys.Unwrap(r.key, from)
			if err != nil {
				return err
			}
			if rows[i].key, err = h.Keys.Wrap(key, to); err != nil {
				return err
			}
		}
		n = len(rows)
		return s.put(ctx, tx, from, to, rows)
	})
	return n, err
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
