// Package rotation changes the keys that wrap and the keys that find, while the service runs.
package rotation

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// House rotates the keys of one keyring, which several servers share.
type House struct {
	Store *store.Store
	Keys  *seal.Keyring
	// Reindex makes one dossier findable under the search keys of today.
	Reindex func(ctx context.Context, publicID string) error
	Log     *slog.Logger

	id string // of this server among those at work; empty: it serves nobody
}

// How often a server reads which keys there are, and how often who rotates asks whether all have.
const (
	beat = 5 * time.Second
	ask  = 100 * time.Millisecond
)

// Backups is how long backups of the database live: a key that may be needed to read one stays until the last has gone.
const Backups = 30 * 24 * time.Hour

// Hear reads which keys the keyring holds and which of them wraps. A keyring that lacks the one that wraps is older than the
// database: nothing is served with it.
func (h *House) Hear(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "rotation.Hear")
	if err := h.Keys.Look(); err != nil {
		return err
	}
	name, err := h.Store.Q().KeyringKeyInUse(ctx)
	if err != nil || name == "" || name == h.Keys.Wraps() {
		return err
	}
	if err := h.Keys.Use(name); fault.Of(err) == fault.NotFound {
		return fmt.Errorf("the keyring has no %s, which wraps the keys of this database: it is older than the database. Bring back a newer backup of the keyring", name)
	}
	return err
}

// Begin makes this server one that whoever rotates a key waits for.
func (h *House) Begin(ctx context.Context) error {
	h.id = rand.Text()
	return h.Beat(ctx)
}

// Beat hears, and says what was heard: in this order, so that what is said is true.
func (h *House) Beat(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "rotation.Beat")
	if err := h.Hear(ctx); err != nil {
		return err
	}
	return h.Store.Q().KeyringServerBeat(ctx, sqlc.KeyringServerBeatParams{ID: h.id, Knows: h.Keys.Known(), Wraps: h.Keys.Wraps()})
}

// Follow hears of keys until ctx ends, and then no longer counts as a server at work.
func (h *House) Follow(ctx context.Context) {
	every := time.NewTicker(beat)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if err := h.Beat(ctx); err != nil && ctx.Err() == nil {
				h.Log.WarnContext(ctx, "the keyring is not heard for a moment", "error", err.Error())
			}
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), beat)
			defer cancel()
			_ = h.Store.Q().KeyringServerGone(end, h.id) // or it is forgotten with its last beat
			return
		}
	}
}

// deaf are the servers at work of which the question is not true.
func (h *House) deaf(ctx context.Context, ok func(sqlc.KeyringServersRow) bool) (n int, err error) {
	servers, err := h.Store.Q().KeyringServers(ctx)
	for _, s := range servers {
		if !ok(s) {
			n++
		}
	}
	return n, err
}

// knows asks whether a server has read a key.
func knows(name string) func(sqlc.KeyringServersRow) bool {
	return func(s sqlc.KeyringServersRow) bool { return slices.Contains(s.Knows, name) }
}

// Tick asks for the turn of the clock: the search key once a month, and retired keys when their time is over.
type Tick struct{}

// Kind names the job.
func (Tick) Kind() string { return "keys" }

// Register lets the queue rotate.
func (h *House) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Tick) error { return h.Turn(ctx) })
}

// Turn does what is due, as far as it can be done now; the next turn goes on.
func (h *House) Turn(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "rotation.Turn")
	if err := h.Hear(ctx); err != nil {
		return err
	}
	if err := h.turnSearch(ctx); err != nil {
		return err
	}
	return h.destroyRetired(ctx)
}

// destroyRetired erases master keys that no row needs, and of whose time no backup of the database is left.
func (h *House) destroyRetired(ctx context.Context) error {
	rows, err := h.Store.Q().KeyringKeys(ctx)
	if err != nil {
		return err
	}
	for _, k := range rows {
		due := k.RetiredAt != nil && k.DestroyedAt == nil && strings.HasPrefix(k.Name, "master/") && !h.Store.Now().Before(k.RetiredAt.Add(Backups))
		if !due {
			continue
		}
		if err := h.destroy(ctx, k.Name); err != nil {
			return err
		}
	}
	return nil
}

// destroy erases a key's file, then notes that it has gone.
func (h *House) destroy(ctx context.Context, name string) error {
	if err := h.Keys.Destroy(name); err != nil {
		return err
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.KeyringKeyNote(ctx, sqlc.KeyringKeyNoteParams{Name: name, At: tx.Now}); err != nil { // of a keyring from before
			return err
		}
		return tx.Q.KeyringKeyDestroyed(ctx, sqlc.KeyringKeyDestroyedParams{Name: name, At: &tx.Now})
	})
}

// been are the names that keys of a kind have had: none comes again.
func (h *House) been(ctx context.Context, kind string) (names []string, err error) {
	rows, err := h.Store.Q().KeyringKeys(ctx)
	for _, k := range rows {
		if strings.HasPrefix(k.Name, kind+"/") {
			names = append(names, k.Name)
		}
	}
	return names, err
}
