package seal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tink-crypto/tink-go/v2/tink"

	"guichet/internal/fault"
)

// chest is the folder of the key files. With a key service, what is written is wrapped by it first; what lies there in the
// clear is read all the same, so that a service can be put before a keyring that has none.
type chest struct {
	dir    string
	remote tink.AEAD // nil: files hold the keys themselves
	mu     sync.Mutex
	opened map[string]unwrapped // by name: the service is asked once for the same bytes
}

type unwrapped struct {
	of  [sha256.Size]byte // of the file as it lies there
	key []byte
}

// Option says how key files are kept.
type Option func(*chest)

// Behind has key files wrapped by a key service; nil changes nothing.
func Behind(remote tink.AEAD) Option { return func(c *chest) { c.remote = remote } }

func newChest(dir string, how []Option) *chest {
	c := &chest{dir: dir, opened: map[string]unwrapped{}}
	for _, o := range how {
		o(c)
	}
	return c
}

// wrappedHead begins a file that a key service has wrapped: no key is as long.
var wrappedHead = []byte("guichet key, wrapped by a key service, 1\n")

// make writes a new key file durably, or reads the one that another server was quicker to make.
func (c *chest) make(name string) ([]byte, error) {
	path := filepath.Join(c.dir, name)
	if b, err := c.read(name); !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	tmp, err := c.write(name, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(tmp) }()
	if err := os.Link(tmp, path); errors.Is(err, fs.ErrExist) { // link never replaces: the first one wins
		return c.read(name)
	} else if err != nil {
		return nil, err
	}
	return key, syncDir(filepath.Dir(path))
}

// write puts a key beside the place it is meant for, synced.
func (c *chest) write(name string, key []byte) (tmp string, err error) {
	content := key
	if c.remote != nil {
		sealed, err := c.remote.Encrypt(key, []byte(name))
		if err != nil {
			return "", away(err)
		}
		content = append(bytes.Clone(wrappedHead), sealed...)
	}
	f, err := os.CreateTemp(filepath.Dir(filepath.Join(c.dir, name)), ".new-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func (c *chest) read(name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		c.forget(name)
		return nil, err
	}
	if sealed, wrapped := bytes.CutPrefix(b, wrappedHead); wrapped {
		return c.unwrap(name, sealed)
	}
	if len(b) != keySize {
		return nil, fmt.Errorf("keyring file %s has %d bytes, not %d: restore it from the keyring's backup", name, len(b), keySize)
	}
	return b, nil
}

// unwrap asks the key service, once for each file as long as the file stays what it is.
func (c *chest) unwrap(name string, sealed []byte) ([]byte, error) {
	if c.remote == nil {
		return nil, fmt.Errorf("keyring file %s is wrapped by a key service: set GUICHET_KMS to the service that wrapped it", name)
	}
	sum := sha256.Sum256(sealed)
	c.mu.Lock()
	known, ok := c.opened[name]
	c.mu.Unlock()
	if ok && known.of == sum {
		return known.key, nil
	}
	key, err := c.remote.Decrypt(sealed, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("keyring file %s: %w", name, away(err))
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("keyring file %s holds %d bytes, not %d: restore it from the keyring's backup", name, len(key), keySize)
	}
	c.mu.Lock()
	c.opened[name] = unwrapped{sum, key}
	c.mu.Unlock()
	return key, nil
}

// away is what a key service that refuses or does not answer comes to: whoever asks comes again later.
func away(err error) error {
	return fault.From(fault.Unavailable, "", fmt.Errorf("the key service refuses or does not answer: %w", err))
}

func (c *chest) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.opened, name)
}

// list gives the names of the keys in a folder of the keyring, in order; a folder that is not there holds none. A key in the
// making, whose name begins with a dot, is none.
func (c *chest) list(folder string) (names []string, err error) {
	found, err := os.ReadDir(filepath.Join(c.dir, folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, n := range found {
		if !strings.HasPrefix(n.Name(), ".") {
			names = append(names, n.Name())
		}
	}
	return names, err
}

// destroy writes over a key file and removes it; one that is not there is destroyed already.
func (c *chest) destroy(name string) error {
	path := filepath.Join(c.dir, name)
	c.forget(name)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := errors.Join(scratch(f), f.Close(), os.Remove(path)); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// scratch writes noise over all of a file.
func scratch(f *os.File) error {
	at, err := f.Stat()
	if err != nil {
		return err
	}
	noise := make([]byte, at.Size())
	_, _ = rand.Read(noise)
	_, err = f.WriteAt(noise, 0)
	return errors.Join(err, f.Sync())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
