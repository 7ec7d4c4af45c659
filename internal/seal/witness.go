package seal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/internal/fault"
)

// Testimony names a file of the keyring that is no key: what the database said of itself a moment ago, kept where its owner does
// not write. It stays out of copies of the keyring, since one from before would bear false witness.
type Testimony string

// The testimonies there are.
const (
	OfJournal  Testimony = "witness"
	OfBreaches Testimony = "witness-breaches"
)

// Bear puts a testimony in place of the one before, durably.
func (k *Keyring) Bear(of Testimony, content []byte) (err error) {
	defer fault.Wrap(&err, "seal.Bear %s", of)
	tmp, err := os.CreateTemp(k.dir, string(of)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(content)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), filepath.Join(k.dir, string(of))); err != nil {
		return err
	}
	return syncDir(k.dir)
}

// Witness is the testimony; nil when there is none.
func (k *Keyring) Witness(of Testimony) (_ []byte, err error) {
	defer fault.Wrap(&err, "seal.Witness %s", of)
	content, err := os.ReadFile(filepath.Join(k.dir, string(of)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}
