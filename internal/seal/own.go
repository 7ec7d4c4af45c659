package seal

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guichet/internal/fault"
)

// own is the folder of the keys of what must vanish at once: each wraps one data key.
const own = "own"

// NewOwnKey makes a data key wrapped by a key of its own in the keyring: once that is destroyed, no row and no backup opens what
// the data key sealed (design, decision 6).
func (k *Keyring) NewOwnKey() (key Key, wrapped []byte, by string, err error) {
	defer fault.Wrap(&err, "seal.NewOwnKey")
	by = own + "/" + strings.ToLower(rand.Text())
	b, err := k.chest.make(by)
	if err != nil {
		return Key{}, nil, "", err
	}
	w, err := newWrapper(b)
	if err != nil {
		return Key{}, nil, "", err
	}
	if key, err = newKey(); err != nil {
		return Key{}, nil, "", err
	}
	wrapped, err = w.c.Encrypt(key.b, []byte(by))
	return key, wrapped, by, err
}

// DestroyOwn erases a key of this kind; any other name is left alone, and one that is gone already is no error.
func (k *Keyring) DestroyOwn(by string) (err error) {
	defer fault.Wrap(&err, "seal.DestroyOwn")
	if !ownName(by) {
		return nil
	}
	return k.chest.destroy(by)
}

// OwnKeys lists the keys of this kind that are older than an instant: younger ones may be on their way to a row.
func (k *Keyring) OwnKeys(before time.Time) (names []string, err error) {
	defer fault.Wrap(&err, "seal.OwnKeys")
	found, err := os.ReadDir(filepath.Join(k.dir, own))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, n := range found {
		info, ierr := n.Info()
		if ierr == nil && !strings.HasPrefix(n.Name(), ".") && info.ModTime().Before(before) {
			names = append(names, own+"/"+n.Name())
		}
	}
	return names, err
}

// ownName tells whether a name is one that NewOwnKey draws: no path can be made of it.
func ownName(by string) bool {
	name, found := strings.CutPrefix(by, own+"/")
	return found && len(name) == 26 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") == ""
}
