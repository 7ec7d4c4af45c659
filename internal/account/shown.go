package account

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"guichet/internal/fault"
)

// shownFor is how old a name on a list may be: the same few colleagues stand on every page of every agent's queue.
const shownFor = time.Minute

// mostShown is how many names are kept; beyond, all are read anew.
const mostShown = 4096

// shown keeps how accounts were shown last.
type shown struct {
	mu   sync.Mutex
	kept map[int64]shownName
}

type shownName struct {
	at   time.Time
	name string
}

// of gives the names that are kept, and the ids that must be read.
func (s *shown) of(ids []int64, now time.Time) (names map[int64]string, rest []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	names = make(map[int64]string, len(ids))
	for _, id := range ids {
		if n, ok := s.kept[id]; ok && now.Sub(n.at).Abs() < shownFor {
			names[id] = n.name
		} else {
			rest = append(rest, id)
		}
	}
	return names, rest
}

func (s *shown) keep(names map[int64]string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept == nil || len(s.kept)+len(names) > mostShown {
		s.kept = map[int64]shownName{}
	}
	for id, name := range names {
		s.kept[id] = shownName{now, name}
	}
}

// forget makes the next list read the name anew: who changes it sees the change.
func (s *shown) forget(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, id)
}

// Names says how accounts are shown, for lists, as of a minute ago at most; an account that is gone has none.
func (d *Desk) Names(ctx context.Context, ids []int64) (_ map[int64]string, err error) {
	defer fault.Wrap(&err, "account.Names")
	now := d.Store.Now()
	names, rest := d.shown.of(ids, now)
	if len(rest) == 0 {
		return names, nil
	}
	rows, err := d.Store.Q().AccountsByID(ctx, slices.Compact(slices.Sorted(slices.Values(rest))))
	if err != nil {
		return nil, err
	}
	read := map[int64]string{}
	for _, a := range rows {
		p, err := d.open(placeOf(a))
		if fault.Of(err) == fault.NotFound {
			continue // its key was destroyed
		}
		if err != nil {
			return nil, err
		}
		read[a.ID] = p.Shown()
	}
	d.shown.keep(read, now)
	maps.Copy(names, read)
	return names, nil
}
