package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"guichet/internal/fault"
)

// Keyring holds the keys that wrap data keys. It is a folder, one file a key, kept outside the database,
// the blobs and their backups (design, decision 6):
//
//	master/0001        wraps the keys of accounts and of dossiers at work; the newest wraps, older ones unwrap
//	day/2027-02-22     wraps the keys of everything that is due on that day; destroying it erases them, in backups too
//	index/0001         makes the blind indexes
//	sign/0001          signs certificates of releases
//
// Files are made by link, which never replaces, and synced with their folder, so that several servers may share one keyring.
type Keyring struct {
	dir    string
	mu     sync.RWMutex
	master map[string]wrapper
	newest string
	index  []byte
}

type wrapper struct{ c *subtle.AESGCM }

// Create makes a keyring in a folder that has none.
func Create(dir string) (_ *Keyring, err error) {
	defer fault.Wrap(&err, "seal.Create")
	for _, d := range []string{"master", "day", "index"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"master/0001", "index/0001"} {
		if _, err := makeKey(dir, name); err != nil {
			return nil, err
		}
	}
	return Open(dir)
}

// Open reads a keyring; a folder without one is NotFound.
func Open(dir string) (_ *Keyring, err error) {
	defer fault.Wrap(&err, "seal.Open")
	k := &Keyring{dir: dir, master: map[string]wrapper{}}
	names, err := os.ReadDir(filepath.Join(dir, "master"))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(names) == 0 {
		return nil, fault.From(fault.NotFound, "config.keyring", errors.New("no keyring in this folder"))
	}
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if strings.HasPrefix(n.Name(), ".") { // another server's key in the making
			continue
		}
		b, err := readKey(dir, "master/"+n.Name())
		if err != nil {
			return nil, err
		}
		if k.master[n.Name()], err = newWrapper(b); err != nil {
			return nil, err
		}
		k.newest = max(k.newest, n.Name())
	}
	if k.index, err = readKey(dir, "index/0001"); err != nil {
		return nil, err
	}
	return k, nil
}

func newWrapper(b []byte) (wrapper, error) {
	c, err := subtle.NewAESGCM(b)
	return wrapper{c}, err
}

// NewKey makes a data key, wrapped by the current master key.
func (k *Keyring) NewKey() (key Key, wrapped []byte, by string, err error) {
	if key, err = newKey(); err != nil {
		return Key{}, nil, "", err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	by = "master/" + k.newest
	wrapped, err = k.master[k.newest].c.Encrypt(key.b, []byte(by))
	return key, wrapped, by, err
}

// Unwrap gives the data key back; a key whose wrapping was destroyed is NotFound, for good.
func (k *Keyring) Unwrap(wrapped []byte, by string) (_ Key, err error) {
	w, err := k.wrapperOf(by)
	if err != nil {
		return Key{}, err
	}
	b, err := w.c.Decrypt(wrapped, []byte(by))
	if err != nil {
		return Key{}, fmt.Errorf("seal.Unwrap by %s: %w", by, err)
	}
	return keyOf(b)
}

// WrapForDay wraps a data key so that it dies with everything due on that day.
func (k *Keyring) WrapForDay(key Key, day time.Time) (wrapped []byte, by string, err error) {
	defer fault.Wrap(&err, "seal.WrapForDay")
	by = "day/" + day.Format(time.DateOnly)
	b, err := makeKey(k.dir, by)
	if err != nil {
		return nil, "", err
	}
	w, err := newWrapper(b)
	if err != nil {
		return nil, "", err
	}
	wrapped, err = w.c.Encrypt(key.b, []byte(by))
	return wrapped, by, err
}

// WrapForWork wraps a data key by the current master key again.
func (k *Keyring) WrapForWork(key Key) (wrapped []byte, by string, err error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	by = "master/" + k.newest
	wrapped, err = k.master[k.newest].c.Encrypt(key.b, []byte(by))
	return wrapped, by, err
}

// DestroyDay erases a day's key: nothing wrapped by it can be opened again, here or in any backup.
func (k *Keyring) DestroyDay(day time.Time) (err error) {
	defer fault.Wrap(&err, "seal.DestroyDay")
	path := filepath.Join(k.dir, "day", day.Format(time.DateOnly))
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	noise := make([]byte, keySize)
	_, _ = rand.Read(noise)
	_, err = f.Write(noise)
	if err = errors.Join(err, f.Sync(), f.Close(), os.Remove(path)); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// DaysBefore lists the days whose keys still exist and are past, oldest first.
func (k *Keyring) DaysBefore(day time.Time) (days []time.Time, err error) {
	defer fault.Wrap(&err, "seal.DaysBefore")
	names, err := os.ReadDir(filepath.Join(k.dir, "day"))
	for _, n := range names {
		if d, perr := time.Parse(time.DateOnly, n.Name()); perr == nil && d.Before(day) {
			days = append(days, d)
		}
	}
	sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
	return days, err
}

// Index is a blind index: equal values of one purpose give equal tokens, and a token tells nothing without the key.
func (k *Keyring) Index(purpose, value string) []byte {
	h := hmac.New(sha256.New, k.index)
	h.Write(bind([]string{purpose, value}))
	return h.Sum(nil)[:16]
}

func (k *Keyring) wrapperOf(by string) (wrapper, error) {
	kind, name, _ := strings.Cut(by, "/")
	switch kind {
	case "master":
		k.mu.RLock()
		defer k.mu.RUnlock()
		if w, ok := k.master[name]; ok {
			return w, nil
		}
	case "day":
		if _, err := time.Parse(time.DateOnly, name); err != nil {
			break
		}
		b, err := readKey(k.dir, by)
		if err == nil {
			return newWrapper(b)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return wrapper{}, err
		}
	}
	return wrapper{}, fault.From(fault.NotFound, "", fmt.Errorf("key %s is not in the keyring", by))
}

// Derive gives 32 bytes of the keyring's own for one purpose, the same on every server: they sign links and seal what a
// lapsed session had typed.
func (k *Keyring) Derive(purpose string) []byte {
	h := hmac.New(sha256.New, k.index)
	h.Write(bind([]string{"derive", purpose}))
	return h.Sum(nil)
}

// SealFor seals bytes that one account will bring back, such as what it typed before its session ended.
func (k *Keyring) SealFor(account int64, purpose string, plain []byte) ([]byte, error) {
	key, err := keyOf(k.Derive("account " + purpose))
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, purpose, strconv.FormatInt(account, 10))
}

// OpenFor opens what SealFor made for the same account and purpose.
func (k *Keyring) OpenFor(account int64, purpose string, sealed []byte) ([]byte, error) {
	key, err := keyOf(k.Derive("account " + purpose))
	if err != nil {
		return nil, err
	}
	return key.Open(sealed, purpose, strconv.FormatInt(account, 10))
}
