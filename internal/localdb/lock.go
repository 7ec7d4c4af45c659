package localdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"guichet/internal/fault"
)

// acquire takes the folder for this process. The kernel lets go of the lock when the
// process ends, so a killed one blocks nobody.
func acquire(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		busy := fmt.Errorf("%w; stop it, or set DATABASE_URL, or choose another folder", ErrBusy)
		return nil, errors.Join(fault.From(fault.Conflict, "", busy), f.Close())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
