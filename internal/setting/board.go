// Package setting is what an administration sets on screens: words, lists, limits, teams, closed days, the survey.
package setting

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/text"
)

// Config is what the board acts on.
type Config struct {
	Store     *store.Store
	Texts     *text.Catalogue
	Catalogue *procedure.Catalogue
	Survey    string // address of the survey as the deployment has it, where nobody set another
	Log       *slog.Logger
}

// Board holds what is in force, lays it on texts and definitions, and takes changes. Readers never wait: they see one state
// or the next (RP-159).
type Board struct {
	Config

	laying sync.Mutex // one state is laid on at a time
	now    atomic.Pointer[state]
}

// state is what was set, and what came of it.
type state struct {
	last    int64 // the change it goes up to
	values  map[string]stored
	misfits map[string]string // why a key is left out
}

type stored struct {
	value Value
	seq   int64 // of the change
}

// New makes a board on which nothing is set yet; see Load.
func New(c Config) *Board {
	b := &Board{Config: c}
	b.now.Store(&state{last: -1})
	return b
}

// Load reads what is set and lays it on, unless it is what is in force. What no longer fits is left out and logged as a
// warning, each time the server starts and each time something changes: the files' own stands in its place.
func (b *Board) Load(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "setting.Load")
	b.laying.Lock()
	defer b.laying.Unlock()
	rows, err := b.Store.Q().SettingsInForce(ctx)
	if err != nil {
		return err
	}
	next := &state{values: map[string]stored{}, misfits: map[string]string{}}
	for _, r := range rows {
		next.last = r.Last
		if r.Key == "" {
			continue
		}
		v := Value{}
		if err := json.Unmarshal(r.Value, &v); err != nil {
			next.misfits[r.Key] = "it cannot be read"
			continue
		}
		next.values[r.Key] = stored{v, r.Seq}
	}
	if next.last == b.now.Load().last {
		return nil
	}
	b.lay(next)
	for key, why := range next.misfits {
		b.Log.WarnContext(ctx, "a setting no longer fits and is left out: take it back, or set it anew on the configuration pages", "key", key, "why", why)
	}
	b.now.Store(next)
	return nil
}

const (
	looks  = time.Minute     // a server reads anew after this long even when it heard nothing
	resume = 2 * time.Second // before it listens again after the database was away
)

// Follow keeps the board as the database has it until ctx ends, whichever server a change is made on: PostgreSQL tells every
// listener at the commit, on a connection of the board's own, so that pages and saves read nothing for it.
func (b *Board) Follow(ctx context.Context) {
	for ctx.Err() == nil {
		if err := b.listen(ctx); err != nil && ctx.Err() == nil {
			b.Log.WarnContext(ctx, "changes of settings are not heard for a moment", "error", err.Error())
		}
		again := time.NewTimer(resume)
		select {
		case <-ctx.Done():
		case <-again.C:
		}
		again.Stop()
	}
}

// listen reads at once, and whenever a change is told, until something fails.
func (b *Board) listen(ctx context.Context) error {
	held, err := b.Store.Pool().Acquire(ctx)
	if err != nil {
		return err
	}
	conn := held.Hijack() // it listens: nobody else may have it
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "listen setting"); err != nil {
		return err
	}
	for {
		if err := b.Load(ctx); err != nil {
			return err
		}
		wait, stop := context.WithTimeout(ctx, looks)
		_, err := conn.WaitForNotification(wait)
		stop()
		if err != nil && (!pgconn.Timeout(err) || ctx.Err() != nil) {
			return err
		}
	}
}
