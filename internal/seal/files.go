package seal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// makeKey writes a new key file durably, or reads the one that another server was quicker to make.
func makeKey(dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	if b, err := readKey(dir, name); err == nil {
		return b, nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	_, err = f.Write(key)
	if err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) { // link never replaces: the first one wins
		return readKey(dir, name)
	} else if err != nil {
		return nil, err
	}
	return key, syncDir(filepath.Dir(path))
}

func readKey(dir, name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if len(b) != keySize {
		return nil, fmt.Errorf("keyring file %s has %d bytes, not %d: restore it from the keyring's backup", name, len(b), keySize)
	}
	return b, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
