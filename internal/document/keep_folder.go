package document

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"guichet/internal/fault"
)

// Folder is a Store on the server's own disk. The file driver of gocloud.dev
// renames without fsync, so a power cut may leave an empty file behind a
// committed row; this one writes, syncs, renames, and syncs the folder.
type Folder struct{ root *os.Root }

// arriving holds files that are still being written.
const arriving = "arriving"

// OpenFolder opens the store in dir and makes what is missing of it.
func OpenFolder(dir string) (_ *Folder, err error) {
	defer fault.Wrap(&err, "document.OpenFolder")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{root: root}
	if err := f.makeFolder(arriving); err != nil {
		_ = root.Close()
		return nil, err
	}
	return f, nil
}

// Close lets the folder go.
func (f *Folder) Close() error { return f.root.Close() }

// Put implements Store: write, fsync the file, rename, fsync the folder.
func (f *Folder) Put(ctx context.Context, name string, sealed io.Reader) (n int64, err error) {
	defer fault.Wrap(&err, "document.Folder.Put %s", name)
	if err := checkName(name); err != nil {
		return 0, err
	}
	temporary, final := path.Join(arriving, NewName()), place(name)
	if n, err = f.write(temporary, canceller{ctx, sealed}); err != nil {
		_ = f.root.Remove(temporary)
		return 0, full(err)
	}
	if err = f.settle(temporary, final); err != nil {
		_ = f.root.Remove(temporary)
		return 0, full(err)
	}
	return n, nil
}

func (f *Folder) write(temporary string, sealed io.Reader) (int64, error) {
	file, err := f.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(file, sealed)
	if err == nil {
		err = file.Sync()
	}
	return n, errors.Join(err, file.Close())
}

// settle gives a written file its name. Names are drawn at random, so between
// the look and the rename nobody else can take the same one.
func (f *Folder) settle(temporary, final string) error {
	if _, err := f.root.Lstat(final); err == nil {
		return fault.New(fault.Conflict, "document.kept_already")
	}
	if err := f.makeFolder(path.Dir(final)); err != nil {
		return err
	}
	if err := f.root.Rename(temporary, final); err != nil {
		return err
	}
	if err := f.sync(path.Dir(final)); err != nil {
		return errors.Join(err, f.root.Remove(final))
	}
	return nil
}

// makeFolder makes a folder of the store durable; one that is there is left alone.
func (f *Folder) makeFolder(name string) error {
	if err := f.root.Mkdir(name, 0o700); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	return f.sync(".")
}

func (f *Folder) sync(name string) error {
	dir, err := f.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Get implements Store.
func (f *Folder) Get(_ context.Context, name string) (_ io.ReadCloser, err error) {
	defer fault.Wrap(&err, "document.Folder.Get %s", name)
	if err := checkName(name); err != nil {
		return nil, err
	}
	file, err := f.root.Open(place(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.From(fault.NotFound, "document.not_kept", err)
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, name string) (err error) {
	defer fault.Wrap(&err, "document.Folder.Delete %s", name)
	if err := checkName(name); err != nil {
		return err
	}
	if err := f.root.Remove(place(name)); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return f.sync(path.Dir(place(name)))
}

// Names implements Store.
func (f *Folder) Names(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		err := fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
			if err = errors.Join(err, ctx.Err()); err != nil {
				return err
			}
			if d.IsDir() || strings.HasPrefix(name, arriving) {
				return nil
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) { // deleted since
				return nil
			}
			if err == nil && !yield(Entry{Name: d.Name(), Size: info.Size(), At: info.ModTime()}, nil) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			yield(Entry{}, err)
		}
	}
}

// Sweep removes what crashes left half written before a moment, and says how
// many files that was. A day ago is safe: no upload lasts that long.
func (f *Folder) Sweep(before time.Time) (swept int, err error) {
	defer fault.Wrap(&err, "document.Folder.Sweep")
	left, err := fs.ReadDir(f.root.FS(), arriving)
	if err != nil {
		return 0, err
	}
	for _, entry := range left {
		info, err := entry.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue
		}
		if err := f.root.Remove(path.Join(arriving, entry.Name())); err != nil {
			return swept, err
		}
		swept++
	}
	return swept, nil
}

// place spreads the files over 1,024 folders.
func place(name string) string { return path.Join(name[:2], name) }

// full tells a full disk from other failures: the person may try again later.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.From(fault.Unavailable, "document.store_full", err)
	}
	return err
}

// canceller stops a copy whose caller is gone.
type canceller struct {
	ctx context.Context
	io.Reader
}

func (c canceller) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}
