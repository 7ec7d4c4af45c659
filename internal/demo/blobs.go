package demo

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"guichet/internal/document"
)

// bulk writes into the folder of a document store without a sync for each file: thousands of them would take minutes.
// Whoever uses it syncs once at the end.
type bulk struct {
	document.Store
	dir string
}

// Put implements document.Store, but for durability.
func (b bulk) Put(_ context.Context, name string, sealed io.Reader) (n int64, err error) {
	path := filepath.Join(b.dir, name[:2], name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrNotExist) { // the first of its folder
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return 0, err
		}
		f, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(f, sealed)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return n, err
}
