package rotation

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// page is how many dossiers one look takes.
const page = 200

// turnSearch makes a search key a month, has every dossier indexed under it, and destroys the one before. Meanwhile dossiers
// are written and looked for under both.
func (h *House) turnSearch(ctx context.Context) error {
	name := searchKey(h.Keys.SearchKey())
	older := h.olderSearch(name)
	if len(older) == 0 {
		return h.searchAges(ctx, name)
	}
	if deaf, err := h.deaf(ctx, knows(name)); err != nil || deaf > 0 {
		return err // whoever has not heard of the key still writes without it
	}
	if err := h.reindex(ctx); err != nil {
		return err
	}
	for _, x := range older {
		if err := h.destroy(ctx, x); err != nil {
			return err
		}
	}
	if err := h.Keys.Look(); err != nil {
		return err
	}
	return h.Keys.Look() // forgotten at the second look
}

func searchKey(n int) string { return fmt.Sprintf("search/%04d", n) }

// olderSearch are the search keys beside the newest.
func (h *House) olderSearch(newest string) (names []string) {
	for _, name := range h.Keys.Known() {
		if strings.HasPrefix(name, "search/") && name != newest {
			names = append(names, name)
		}
	}
	return names
}

// searchAges sweeps what the key before has left, and makes the next one when this one is a month old.
func (h *House) searchAges(ctx context.Context, name string) error {
	rows, err := h.Store.Q().KeyringKeys(ctx)
	if err != nil {
		return err
	}
	now := h.Store.Now()
	for _, k := range rows {
		if strings.HasPrefix(k.Name, "search/") && k.DestroyedAt != nil && k.RetiredAt == nil {
			if err := h.sweep(ctx, k.Name); err != nil {
				return err
			}
		}
		if k.Name == name && !now.Before(workflow.Add(k.MadeAt, workflow.Duration{Months: 1})) {
			return h.RotateSearch(ctx)
		}
	}
	if err := h.note(ctx, name); err != nil { // of a keyring that nobody has rotated yet
		return err
	}
	return h.reindex(ctx) // those that a server wrote which had slept through a rotation, or all, after an older keyring came back
}

// RotateSearch makes a new search key; the turns of the clock move the dossiers to it.
func (h *House) RotateSearch(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "rotation.RotateSearch")
	been, err := h.been(ctx, "search")
	if err != nil {
		return err
	}
	name, err := h.Keys.Make("search", been)
	if err != nil {
		return err
	}
	return h.note(ctx, name)
}

// note writes down when a key was first there.
func (h *House) note(ctx context.Context, name string) error {
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.KeyringKeyNote(ctx, sqlc.KeyringKeyNoteParams{Name: name, At: tx.Now})
	})
}

// reindex makes every dossier that is not yet findable under the newest search key so. One that cannot be opened holds up no
// other, but the key before stays until it can, or is gone.
func (h *House) reindex(ctx context.Context) error {
	newest := int16(h.Keys.SearchKey())
	var after int64
	var last error
	for {
		rows, err := h.Store.Q().DossiersNotIndexed(ctx, sqlc.DossiersNotIndexedParams{After: after, Key: newest, Lim: page})
		if err != nil || len(rows) == 0 {
			return errors.Join(err, last)
		}
		for _, r := range rows {
			after = r.ID
			if err := h.Reindex(ctx, r.PublicID); err != nil && fault.Of(err) != fault.NotFound { // erased meanwhile
				last = err
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
}

// sweep deletes the tokens of a key that was destroyed: no server that knew it is left to write any.
func (h *House) sweep(ctx context.Context, name string) error {
	unknown := func(s sqlc.KeyringServersRow) bool { return !knows(name)(s) }
	if left, err := h.deaf(ctx, unknown); err != nil || left > 0 {
		return err
	}
	in := sqlc.SearchTokensSweepParams{Key: int16(h.Keys.SearchKey()), Lim: page}
	for {
		err := h.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			in.After, err = tx.Q.SearchTokensSweep(ctx, in)
			return err
		})
		if err != nil {
			return err
		}
		if in.After == 0 {
			break
		}
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.KeyringKeyRetire(ctx, sqlc.KeyringKeyRetireParams{Name: name, At: &tx.Now})
	})
}
