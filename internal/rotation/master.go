package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Order is how the master key is changed.
type Order struct {
	// Backup is called once the new key is made and before anything is wrapped by it: what is wrapped by a key of which there is
	// no backup is lost with the folder.
	Backup func() error
	// AtOnce destroys the keys before as soon as no row needs them, for a keyring that was stolen; else they stay as long as
	// backups of the database do.
	AtOnce bool
	// GiveUp retires a key that wraps nothing any more but data keys that do not open.
	GiveUp bool
	Tell   func(done, left int64) // rows wrapped anew, after each page
	Wait   time.Duration          // how long servers are waited for; zero: a minute
}

// turn is the lock of who rotates the master key; one at a time.
const turn = 7141894

var errTurn = fault.From(fault.Conflict, "", errors.New("another rotation is running: let it end, or end it"))

// RotateMaster has every data key wrapped by a new master key, and the ones before retired: those at work notice nothing. One
// that was interrupted is finished by the next call, which makes no key of its own then. It gives the name of the key that
// wraps, and the keys that it retired.
func (h *House) RotateMaster(ctx context.Context, o Order) (name string, retired []string, err error) {
	defer fault.Wrap(&err, "rotation.RotateMaster")
	conn, err := h.Store.Pool().Acquire(ctx)
	if err != nil {
		return "", nil, err
	}
	defer conn.Release()
	var mine bool
	if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", turn).Scan(&mine); err != nil {
		return "", nil, err
	}
	if !mine {
		return "", nil, errTurn
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", turn) }()
	if name, err = h.wrapping(ctx, o); err != nil {
		return name, nil, err
	}
	retired, err = h.leaveOthers(ctx, name, o)
	return name, retired, err
}

// wrapping brings the key to wrap by into use: the newest of the folder if another is not left yet, else a new one.
func (h *House) wrapping(ctx context.Context, o Order) (string, error) {
	if err := h.Hear(ctx); err != nil {
		return "", err
	}
	name, begun, err := h.begun(ctx)
	if err != nil {
		return "", err
	}
	if !begun {
		if err := h.use(ctx, h.Keys.Wraps()); err != nil { // said before there is another: who starts now wraps by the right one
			return "", err
		}
		been, err := h.been(ctx, "master")
		if err != nil {
			return "", err
		}
		if name, err = h.Keys.Make("master", been); err != nil {
			return "", err
		}
		if err := h.note(ctx, name); err != nil {
			return "", err
		}
	}
	if name == h.Keys.Wraps() {
		return name, nil
	}
	if err := o.Backup(); err != nil {
		return "", fmt.Errorf("nothing was changed yet, and the next rotation goes on from here: %w", err)
	}
	if err := h.await(ctx, o.Wait, "have not read "+name, knows(name)); err != nil {
		return "", err
	}
	if err := h.use(ctx, name); err != nil {
		return "", err
	}
	return name, h.Keys.Use(name)
}

// use writes down that a key wraps: servers go by it.
func (h *House) use(ctx context.Context, name string) error {
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.KeyringKeyNote(ctx, sqlc.KeyringKeyNoteParams{Name: name, At: tx.Now}); err != nil {
			return err
		}
		return tx.Q.KeyringKeyUse(ctx, sqlc.KeyringKeyUseParams{Name: name, At: &tx.Now})
	})
}

// begun finds a rotation that did not end: a newer key that does not wrap yet, or an older one that is not retired.
func (h *House) begun(ctx context.Context) (newest string, begun bool, err error) {
	done, err := h.retired(ctx)
	if err != nil {
		return "", false, err
	}
	masters := h.masters()
	newest = masters[len(masters)-1]
	for _, m := range masters {
		begun = begun || m != newest && !slices.Contains(done, m)
	}
	return newest, begun, nil
}

func (h *House) masters() []string {
	return slices.DeleteFunc(h.Keys.Known(), func(n string) bool { return !strings.HasPrefix(n, "master/") })
}

func (h *House) retired(ctx context.Context) (names []string, err error) {
	rows, err := h.Store.Q().KeyringKeys(ctx)
	for _, k := range rows {
		if k.RetiredAt != nil {
			names = append(names, k.Name)
		}
	}
	return names, err
}

// await asks until it is true of every server at work.
func (h *House) await(ctx context.Context, most time.Duration, what string, ok func(sqlc.KeyringServersRow) bool) error {
	if most == 0 {
		most = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for {
		n, err := h.deaf(ctx, ok)
		if err == nil && n == 0 {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		wait := time.NewTimer(ask)
		select {
		case <-ctx.Done():
			wait.Stop()
			return fault.From(fault.Unavailable, "", fmt.Errorf("%d servers %s: do they all see the same keyring folder? The next rotation goes on from here", n, what))
		case <-wait.C:
		}
	}
}

// leaveOthers wraps anew what other master keys wrap, and retires them.
func (h *House) leaveOthers(ctx context.Context, name string, o Order) (left []string, err error) {
	if err := h.await(ctx, o.Wait, "do not wrap by "+name, func(s sqlc.KeyringServersRow) bool { return s.Wraps == name }); err != nil {
		return nil, err
	}
	done, err := h.retired(ctx)
	if err != nil {
		return nil, err
	}
	var not error
	for _, m := range h.masters() {
		if m == name {
			continue
		}
		if !slices.Contains(done, m) {
			if err := h.leave(ctx, m, name, o); fault.Of(err) == fault.Conflict {
				not = errors.Join(not, err)
				continue
			} else if err != nil {
				return left, errors.Join(not, err)
			}
			left = append(left, m)
		}
		if o.AtOnce {
			if err := h.destroy(ctx, m); err != nil {
				return left, err
			}
		}
	}
	return left, not
}

// leave wraps anew until no row is wrapped by a key, and none can be any more: whoever wraps holds the lock shared, so that when
// it is held alone every row that was wrapped is there to be seen. A key that still wraps what does not open is not retired,
// unless that is given up: the row may be mended yet, from a backup.
func (h *House) leave(ctx context.Context, from, to string, o Order) error {
	for {
		shut, err := h.rewrap(ctx, from, to, o)
		if err != nil {
			return err
		}
		still := int64(0)
		err = h.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			if err := tx.Q.KeyringAlone(ctx); err != nil {
				return err
			}
			if still, err = tx.Q.WrappedStill(ctx, from); err != nil || still > 0 && (!o.GiveUp || still > int64(len(shut))) {
				return err
			}
			still = 0
			return tx.Q.KeyringKeyRetire(ctx, sqlc.KeyringKeyRetireParams{Name: from, At: &tx.Now})
		})
		if err != nil || still == 0 {
			return err
		}
		if still <= int64(len(shut)) {
			return stuck(from, to, shut)
		}
		if err := pause(ctx); err != nil { // somebody works on the row that is left
			return err
		}
	}
}

// mostNamed is how many keys that do not open are named one by one.
const mostNamed = 20

func stuck(from, to string, shut []string) error {
	named := strings.Join(shut[:min(len(shut), mostNamed)], "\n  ")
	if more := len(shut) - mostNamed; more > 0 {
		named += fmt.Sprintf("\n  and %d more", more)
	}
	return fault.From(fault.Conflict, "", fmt.Errorf("%d data keys do not open by %s, which wraps them still and was not retired; %s wraps all others:\n  %s\nBring these rows back from a backup of the database and rotate again, or give them up", len(shut), from, to, named))
}

func pause(ctx context.Context) error {
	wait := time.NewTimer(ask)
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return nil
	}
}
