package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
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
//	master/0001        wraps the keys of accounts and of dossiers at work; one wraps, the others unwrap until nothing needs them
//	day/2027-02-22     wraps the keys of everything that is due on that day; destroying it erases them, in backups too
//	search/0001        makes the blind index that agents search by; the newest and the one before it while rows move over
//	own/…              wraps what must vanish at once, alone
//	index/0001         makes the blind indexes of sign-in, and derives what one purpose needs; it is never changed
//	sign/0001          signs certificates of releases
//
// Files are made by link, which never replaces, and synced with their folder, so that several servers may share one keyring.
// They hold 32 bytes, or those bytes as a key service has wrapped them.
type Keyring struct {
	dir    string
	chest  *chest // opens and makes key files
	mu     sync.RWMutex
	master map[string]wrapper // by name in its folder
	wraps  string             // the one that wraps
	search map[int][]byte     // by number
	missed map[string]bool    // not found at the last look, kept for one more: somebody may have read a row just before
	index  []byte
}

type wrapper struct{ c *subtle.AESGCM }

// Create makes a keyring in a folder that has none.
func Create(dir string, how ...Option) (_ *Keyring, err error) {
	defer fault.Wrap(&err, "seal.Create")
	c := newChest(dir, how)
	for _, name := range []string{"master/0001", "index/0001", "search/0001"} {
		if _, err := c.make(name); err != nil {
			return nil, err
		}
	}
	return Open(dir, how...)
}

// Open reads a keyring; a folder without one is NotFound.
func Open(dir string, how ...Option) (_ *Keyring, err error) {
	defer fault.Wrap(&err, "seal.Open")
	k := &Keyring{dir: dir, chest: newChest(dir, how), master: map[string]wrapper{}, search: map[int][]byte{}, missed: map[string]bool{}}
	names, err := k.chest.list("master")
	if err == nil && len(names) == 0 {
		return nil, fault.From(fault.NotFound, "config.keyring", errors.New("no keyring in this folder"))
	}
	if err != nil {
		return nil, err
	}
	if k.index, err = k.chest.read("index/0001"); err != nil {
		return nil, err
	}
	if err := k.Look(); err != nil {
		return nil, err
	}
	k.wraps = names[len(names)-1]
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
	by = "master/" + k.wraps
	wrapped, err = k.master[k.wraps].c.Encrypt(key.b, []byte(by))
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
	b, err := k.chest.make(by)
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

// Wrap wraps a data key by a master key that is named.
func (k *Keyring) Wrap(key Key, by string) (wrapped []byte, err error) {
	defer fault.Wrap(&err, "seal.Wrap")
	w, err := k.masterOf(strings.TrimPrefix(by, "master/"))
	if err != nil {
		return nil, err
	}
	return w.c.Encrypt(key.b, []byte(by))
}

// DestroyDay erases a day's key: nothing wrapped by it can be opened again, here or in any backup.
func (k *Keyring) DestroyDay(day time.Time) (err error) {
	defer fault.Wrap(&err, "seal.DestroyDay")
	return k.chest.destroy("day/" + day.Format(time.DateOnly))
}

// DaysBefore lists the days whose keys still exist and are past, oldest first.
func (k *Keyring) DaysBefore(day time.Time) (days []time.Time, err error) {
	defer fault.Wrap(&err, "seal.DaysBefore")
	names, err := k.chest.list("day")
	for _, n := range names {
		if d, perr := time.Parse(time.DateOnly, n); perr == nil && d.Before(day) {
			days = append(days, d)
		}
	}
	sort.Slice(days, func(i, j int) bool { return days[i].Before(days[j]) })
	return days, err
}

// Index is a blind index: equal values of one purpose give equal tokens, and a token tells nothing without the key.
func (k *Keyring) Index(purpose, value string) []byte {
	return mark(k.index, purpose, value)
}

func (k *Keyring) wrapperOf(by string) (wrapper, error) {
	kind, name, _ := strings.Cut(by, "/")
	switch kind {
	case "master":
		return k.masterOf(name)
	case "day":
		if _, err := time.Parse(time.DateOnly, name); err != nil {
			break
		}
		fallthrough
	case own:
		if kind == own && !ownName(by) {
			break
		}
		b, err := k.chest.read(by)
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
