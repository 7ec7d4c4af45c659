package rotation

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/internal/fault"
)

// Key is a master or search key, as an administrator sees it.
type Key struct {
	Name                     string
	Made, Retired, Destroyed time.Time // zero: not yet
	InUse                    bool
	Wraps                    int64 // data keys
	Missing                  bool  // a row speaks of it, and it is not in the folder
	Clear                    bool  // a key service is there, and has not wrapped it
}

// Standing is how a keyring stands.
type Standing struct {
	Keys    []Key // in order of their names
	Days    int64 // data keys that the keys of purge days wrap
	Servers int   // at work
}

// Standing tells how the keyring stands.
func (h *House) Standing(ctx context.Context) (out Standing, err error) {
	defer fault.Wrap(&err, "rotation.Standing")
	servers, err := h.Store.Q().KeyringServers(ctx)
	if err != nil {
		return out, err
	}
	out.Servers = len(servers)
	keys := map[string]*Key{}
	at := func(name string) *Key {
		if keys[name] == nil {
			keys[name] = &Key{Name: name}
		}
		return keys[name]
	}
	rows, err := h.Store.Q().KeyringKeys(ctx)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		k := at(r.Name)
		k.Made, k.Retired, k.Destroyed = r.MadeAt, deref(r.RetiredAt), deref(r.DestroyedAt)
	}
	counts, err := h.Store.Q().WrappedCounts(ctx)
	if err != nil {
		return out, err
	}
	for _, c := range counts {
		if strings.HasPrefix(c.ByKey, "master/") {
			at(c.ByKey).Wraps += c.N
			continue
		}
		out.Days += c.N
	}
	return out, h.inFolder(at, keys, &out)
}

// inFolder compares with what the folder holds.
func (h *House) inFolder(at func(string) *Key, keys map[string]*Key, out *Standing) error {
	newestSearch := searchKey(h.Keys.SearchKey())
	for _, name := range h.Keys.Known() {
		k := at(name)
		k.InUse = name == h.Keys.Wraps() || name == newestSearch
		clear, err := h.Keys.Clear(name)
		if err != nil {
			return err
		}
		k.Clear = clear
	}
	for name, k := range keys {
		k.Missing = !slices.Contains(h.Keys.Known(), name)
		out.Keys = append(out.Keys, *k)
	}
	slices.SortFunc(out.Keys, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
