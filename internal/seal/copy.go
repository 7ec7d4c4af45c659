package seal

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"guichet/internal/fault"
)

// Backup writes the key files into w, as they lie there, and tells how many: wrapped ones stay wrapped. The keys of what must
// vanish at once are left out: in a copy they would outlive it (DS-114). When the folder is lost, what they wrap is asked for again.
func Backup(dir string, w io.Writer) (n int, err error) {
	defer fault.Wrap(&err, "seal.Backup")
	out := tar.NewWriter(w)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || !keyName.MatchString(filepath.ToSlash(name)) || strings.HasPrefix(filepath.ToSlash(name), own+"/") {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // destroyed meanwhile: as it should be
			return nil
		}
		if err != nil {
			return err
		}
		n++
		if err := out.WriteHeader(&tar.Header{Name: filepath.ToSlash(name), Mode: 0o600, Size: int64(len(b))}); err != nil {
			return err
		}
		_, err = out.Write(b)
		return err
	})
	if err == nil {
		err = out.WriteHeader(&tar.Header{Name: lastEntry, Mode: 0o600})
	}
	return n, errors.Join(err, out.Close())
}

// lastEntry ends a backup: one without was cut off.
const lastEntry = "copy/end"

// keyName is how a key file is called in its keyring.
var keyName = regexp.MustCompile(`^[a-z]{3,12}/[0-9A-Za-z-]{1,64}$`)

// largestKey is more than a wrapped key takes.
const largestKey = 64 << 10

// Restore brings keys back from a backup into a folder, except those to be spared; a key that is there stays as it is.
// It tells which were brought back.
func Restore(dir string, r io.Reader, spare func(name string) bool) (back []string, err error) {
	defer fault.Wrap(&err, "seal.Restore")
	keys, err := readBackup(r)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if spare(k.name) {
			continue
		}
		done, err := place(dir, k)
		if err != nil {
			return back, err
		}
		if done {
			back = append(back, k.name)
		}
	}
	return back, nil
}

type backedUp struct {
	name    string
	content []byte
}

// readBackup reads all before anything is written: half a backup restores nothing.
func readBackup(r io.Reader) (keys []backedUp, err error) {
	in := tar.NewReader(r)
	for whole := false; !whole; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("this is no backup of a keyring, or it is cut off")
		}
		if err != nil {
			return nil, fmt.Errorf("this is no backup of a keyring: %w", err)
		}
		if !keyName.MatchString(h.Name) || h.Typeflag != tar.TypeReg || h.Size > largestKey {
			return nil, fmt.Errorf("this is no backup of a keyring: it holds %q", h.Name)
		}
		if whole = h.Name == lastEntry; whole {
			break
		}
		b, err := io.ReadAll(in)
		if err != nil {
			return nil, fmt.Errorf("the backup is cut off: %w", err)
		}
		keys = append(keys, backedUp{h.Name, b})
	}
	if !slices.ContainsFunc(keys, func(k backedUp) bool { return k.name == "index/0001" }) {
		return nil, errors.New("this is no backup of a keyring: it has no index key")
	}
	return keys, nil
}

// place puts one key where it was, unless one is there.
func place(dir string, k backedUp) (done bool, err error) {
	path := filepath.Join(dir, k.name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(k.content)
	if err = errors.Join(err, tmp.Chmod(0o600), tmp.Sync(), tmp.Close()); err != nil {
		return false, err
	}
	if err := os.Link(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return true, syncDir(filepath.Dir(path))
}

// Over tells whether a key is of a day that is over: what it wrapped was to be erased, and it must not come back.
func Over(name string, now time.Time) bool {
	day, of := strings.CutPrefix(name, "day/")
	if !of {
		return false
	}
	d, err := time.Parse(time.DateOnly, day)
	return err == nil && !d.After(now)
}

// WrapFiles has a key service wrap the key files that lie in the folder in the clear, and tells which.
func WrapFiles(dir string, remote tink.AEAD) (names []string, err error) {
	defer fault.Wrap(&err, "seal.WrapFiles")
	c := newChest(dir, []Option{Behind(remote)})
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range folders {
		keys, err := c.list(f.Name())
		if err != nil {
			return names, err
		}
		for _, k := range keys {
			name := f.Name() + "/" + k
			if done, err := c.wrap(name); err != nil {
				return names, err
			} else if done {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// wrap puts a wrapped file in the place of one in the clear, and writes over the old one.
func (c *chest) wrap(name string) (done bool, err error) {
	path := filepath.Join(c.dir, name)
	clear, err := inClear(path)
	if err != nil || !clear {
		return false, err
	}
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	key, err := c.read(name)
	if err != nil {
		return false, err
	}
	tmp, err := c.write(name, key)
	if err != nil {
		return false, err
	}
	if err := errors.Join(os.Rename(tmp, path), syncDir(filepath.Dir(path))); err != nil {
		return false, err
	}
	return true, scratch(old)
}

func inClear(path string) (bool, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && !bytes.HasPrefix(b, wrappedHead), err
}

// Clear tells whether a key lies in the clear although there is a key service.
func (k *Keyring) Clear(name string) (bool, error) {
	if k.chest.remote == nil {
		return false, nil
	}
	return inClear(filepath.Join(k.dir, name))
}
