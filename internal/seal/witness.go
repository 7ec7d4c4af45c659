package seal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/internal/fault"
)

// witness is a file of the keyring that is no key: what the database said of itself a moment ago, kept where its owner does not
// write. It stays out of copies of the keyring, since one from before would bear false witness.
const witness = "witness"

// Bear puts a testimony in place of the one before, durably.
func (k *Keyring) Bear(content []byte) (err error) {
	defer fault.Wrap(&err, "seal.Bear")
	tmp, err := os.CreateTemp(k.dir, witness+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(content)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), filepath.Join(k.dir, witness)); err != nil {
		return err
	}
	return syncDir(k.dir)
}

// Witness is the testimony; nil when there is none.
func (k *Keyring) Witness() (_ []byte, err error) {
	defer fault.Wrap(&err, "seal.Witness")
	content, err := os.ReadFile(filepath.Join(k.dir, witness))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}
