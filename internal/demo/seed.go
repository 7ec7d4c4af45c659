package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"golang.org/x/sync/errgroup"

	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Size is how many dossiers a demonstration has.
type Size struct {
	Work, Closed int
	Past         int // months with a frozen cohort, the last ones of the dossiers above; 0 for those alone
}

// Full is the demonstration's size.
var Full = Size{Work: 400, Closed: 3000, Past: 36}

// Seed is that of the demonstration: everybody sees the same people.
const Seed = 198_2021

// Password is that of everybody who can sign in to the demonstration. Accounts with it are made nowhere else.
const Password = "demo-guichet-2026"

const (
	loading = "loading"
	loaded  = "loaded"
)

// Loaded tells whether a database holds the demonstration, whole or in part: it must never serve real people.
func Loaded(ctx context.Context, s *store.Store) (_ bool, err error) {
	defer fault.Wrap(&err, "demo.Loaded")
	state, err := stateOf(ctx, s)
	return state != "", err
}

func stateOf(ctx context.Context, s *store.Store) (state string, err error) {
	raw, err := s.Q().DemoState(ctx)
	if fault.Of(err) == fault.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return state, json.Unmarshal(raw, &state)
}

func setState(ctx context.Context, s *store.Store, state string) error {
	raw, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return s.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.DemoStateSet(ctx, sqlc.DemoStateSetParams{Value: raw, Now: tx.Now})
	})
}

// ErrOccupied says that the database has accounts that no demonstration made.
var ErrOccupied = errors.New("this database has accounts that the demo did not make; the demo needs an empty one")

// Loader fills a house with the demonstration.
type Loader struct {
	Office     *dossier.Office
	Accounts   *account.Desk
	Controller string // the authority, as the terms name it
	Contact    string
	Owner      string // address of the database for the role that owns the tables, which alone may clear them; empty: the office's may
	Blobs      string // folder of the sealed files, when they are kept in one; lets them be written without a sync each
	// Freeze judges, at the store's time, what a release is made of.
	Freeze func(ctx context.Context, s *store.Store, o *dossier.Office) error
	Tell   func(done, total int) // told, from several goroutines, how many dossiers are made; may be nil
	Size   Size
	done   atomic.Int64
}

// Load fills the house unless it is full already. One that was interrupted begins anew. It must run before the doors open
// and before the queue works: nothing that is due in the past is sent.
func (l *Loader) Load(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "demo.Load")
	state, err := stateOf(ctx, l.Office.Store)
	if err != nil || state == loaded {
		return err
	}
	if err := l.prepare(ctx, state); err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a fifth of the time otherwise; there is memory before the doors open
	w, err := readWorld()
	if err != nil {
		return err
	}
	for _, p := range l.Office.Catalogue.All() {
		s, err := readScript(p.ID)
		if err != nil {
			return err
		}
		if s == nil {
			continue
		}
		if err := l.seed(ctx, p, s, w); err != nil {
			return err
		}
	}
	return l.finish(ctx)
}

// prepare marks the database before anything is written.
func (l *Loader) prepare(ctx context.Context, state string) error {
	n, err := l.Office.Store.Q().AccountCount(ctx)
	if err != nil {
		return err
	}
	if n > 0 && state == "" {
		return ErrOccupied
	}
	if state == loading {
		if err := l.asOwner(ctx, clearAll); err != nil {
			return err
		}
	}
	return setState(ctx, l.Office.Store, loading)
}

func clearAll(ctx context.Context, s *store.Store) error {
	return s.InTx(ctx, func(tx *store.Tx) error { return errors.Join(tx.Q.DemoClear(ctx), tx.Q.DemoSettingsClear(ctx)) })
}

// asOwner does what only the owner of the tables may.
func (l *Loader) asOwner(ctx context.Context, do func(context.Context, *store.Store) error) error {
	if l.Owner == "" {
		return do(ctx, l.Office.Store)
	}
	s, err := store.Open(ctx, l.Owner, l.Office.Store.Now)
	if err != nil {
		return err
	}
	defer s.Close()
	return do(ctx, s)
}

// finish takes back what would be done for invented people, makes everything durable, and only then says that it is there.
func (l *Loader) finish(ctx context.Context) error {
	err := l.Office.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.DemoMailsDone(ctx); err != nil {
			return err
		}
		return tx.Q.DemoJobsDrop(ctx)
	})
	if err != nil {
		return err
	}
	if err := l.asOwner(ctx, func(ctx context.Context, s *store.Store) error { _, err := s.Pool().Exec(ctx, "analyze"); return err }); err != nil {
		return err
	}
	syscall.Sync() // the sealed files were written without a sync each
	return setState(ctx, l.Office.Store, loaded)
}

// workers write at once: the database and this program take turns.
const workers = 4

// seed makes one procedure's accounts and dossiers.
func (l *Loader) seed(ctx context.Context, p *procedure.Procedure, s *script, w *world) error {
	now := l.Office.Store.Now()
	staff, err := l.hire(ctx, p, s, w, now)
	if err != nil {
		return err
	}
	staff.papers, err = openDrawer(ctx, l.Office.Workshop, s.Papers, now)
	if err != nil {
		return err
	}
	plans := s.plans(w, l.Size, Seed, now)
	queue := make(chan plan)
	g, gctx := errgroup.WithContext(ctx)
	var past *memory
	g.Go(func() (err error) {
		past, err = l.remember(p, now)
		return err
	})
	for range workers {
		g.Go(func() error { return l.work(gctx, p, s, staff, queue) })
	}
	g.Go(func() error {
		defer close(queue)
		for _, x := range plans {
			select {
			case queue <- x:
			case <-gctx.Done():
				return gctx.Err()
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil || p.Release == nil {
		return err
	}
	return l.freeze(ctx, past, now)
}

// work makes dossiers until none is left.
func (l *Loader) work(ctx context.Context, p *procedure.Procedure, s *script, staff *staff, queue <-chan plan) error {
	h, err := l.newHand(ctx, p, s, staff)
	if err != nil {
		return err
	}
	defer h.store.Close()
	for x := range queue {
		if err := h.make(ctx, x); err != nil {
			return fmt.Errorf("story %s: %w", x.story.ID, err)
		}
		l.tell()
	}
	return nil
}

// tell says how far it is.
func (l *Loader) tell() {
	total := l.Size.Work + l.Size.Closed
	if n := int(l.done.Add(1)); l.Tell != nil && n <= total { // those who sign in come on top
		l.Tell(n, total)
	}
}

// desk is the accounts' desk over another store.
func (l *Loader) desk(s *store.Store) *account.Desk {
	cfg := l.Accounts.Config
	cfg.Store = s
	return account.NewDesk(cfg)
}
