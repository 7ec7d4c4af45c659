package rotation_test

import (
	"context"
	"errors"
	"testing"

	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

// The search key changes by the calendar: made after a month, left once every server has read it, destroyed when every dossier
// has moved. A dossier that cannot be opened keeps the old key, and holds up no other.
func TestSearchKeyChangesEveryMonth(t *testing.T) {
	w := open(t)
	ctx := t.Context()
	_, err := w.st.Pool().Exec(ctx, `insert into definition values ('x', 'p', '', now());
		insert into dossier (public_id, procedure, definition, state, state_kind, created_at, updated_at, submitted_at, search_key)
			select 'd' || i, 'p', 'x', 's', 'open', now(), now(), case when i < 5 then now() end, 1 from generate_series(1, 5) i`)
	w.must(err)
	stuck := errors.New("it cannot be opened")
	var broken string
	h := w.house()
	moved := map[string]bool{}
	h.Reindex = func(ctx context.Context, id string) error {
		if id == broken {
			return stuck
		}
		moved[id] = true
		return w.st.InTx(ctx, func(tx *store.Tx) error {
			_, err := tx.PGX().Exec(ctx, "update dossier set search_key = $1 where public_id = $2", h.Keys.SearchKey(), id)
			return err
		})
	}
	for day := range 30 { // 22 November to 21 December
		w.clock.Set(testkit.Today.AddDate(0, 0, day))
		w.must(h.Turn(ctx))
	}
	if w.has("search/0002") || len(moved) > 0 {
		t.Fatal("it changed before a month was over")
	}
	w.clock.Set(testkit.Today.AddDate(0, 1, 0))
	w.must(h.Turn(ctx))
	if !w.has("search/0001") || !w.has("search/0002") {
		t.Fatal("it did not change after a month")
	}
	beat := func(knows ...string) {
		w.must(w.st.InTx(ctx, func(tx *store.Tx) error {
			return tx.Q.KeyringServerBeat(ctx, sqlc.KeyringServerBeatParams{ID: "other", Knows: knows, Wraps: "master/0001"})
		}))
	}
	beat("search/0001")
	w.must(h.Turn(ctx))
	if len(moved) > 0 {
		t.Error("dossiers moved before every server had read the key")
	}
	beat("search/0001", "search/0002")
	broken = "d2"
	if err := h.Turn(ctx); !errors.Is(err, stuck) || !moved["d4"] || !w.has("search/0001") {
		t.Errorf("%v; %v moved", err, moved)
	}
	broken = ""
	w.must(h.Turn(ctx))
	if w.has("search/0001") || !moved["d2"] || moved["d5"] {
		t.Errorf("%v moved", moved)
	}
	swept := func() int {
		return w.count("select count(*) from keyring_key where name = 'search/0001' and retired_at is not null")
	}
	w.must(h.Turn(ctx))
	if swept() != 0 {
		t.Error("swept while a server still knew the old key")
	}
	beat("search/0002")
	w.must(h.Turn(ctx))
	if swept() != 1 {
		t.Error("not swept")
	}
}
