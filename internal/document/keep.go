package document

import (
	"context"
	"crypto/rand"
	"io"
	"iter"
	"strings"
	"time"

	"guichet/internal/fault"
)

// Store keeps sealed files under random names. It holds no key and never sees
// a file in the clear. Folder keeps them on disk, Bucket in object storage.
type Store interface {
	// Put keeps what sealed yields under name, durably: when it returns, a power
	// cut loses nothing. It never replaces: fault.Conflict when the name is taken.
	// On an error nothing is kept. It returns the number of bytes kept.
	Put(ctx context.Context, name string, sealed io.Reader) (int64, error)
	// Get opens what is kept under name; fault.NotFound when nothing is.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete forgets name, durably. A name that is not there is no error:
	// deleting twice is what a retried job does.
	Delete(ctx context.Context, name string) error
	// Names yields every kept name, in no order, so that store and database can be compared.
	Names(ctx context.Context) iter.Seq2[Entry, error]
	io.Closer
}

// Entry is one kept file, sealed size and time of keeping.
type Entry struct {
	Name string
	Size int64
	At   time.Time
}

// nameLength of a random name: 26 letters and digits of base 32 carry 130 bits.
const nameLength = 26

// NewName draws the name a file is kept under. It says nothing of the file, the
// person or the dossier (ASVS 5.3.2).
func NewName() string { return strings.ToLower(rand.Text()) }

// checkName lets through only what NewName draws, so that no path can be made of a name.
func checkName(name string) error {
	if len(name) != nameLength || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return fault.New(fault.NotFound, "document.not_kept")
	}
	return nil
}
