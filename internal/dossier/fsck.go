package dossier

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store/sqlc"
)

// What can be wrong between the database and the store of files.
const (
	BlobMissing = "missing" // the row's file is not in the store
	BlobDamaged = "damaged" // the file does not open under its key, or is not the one that was sealed
	BlobLocked  = "locked"  // the key of the row is gone
	BlobOrphan  = "orphan"  // no row speaks of the file
	BlobHalf    = "half"    // what a crash left half written
)

// Damage is one thing that is wrong. It names a dossier by its reference, or by its address while it has none, and never a person.
type Damage struct {
	Kind     string
	Dossier  string // "" where no row speaks of the file
	Document string
	Blob     string
	Files    int // of BlobHalf
	Repaired bool
}

// Fsck is how database and store are compared.
type Fsck struct {
	Repair bool                  // delete what nobody speaks of
	Tell   func(done, total int) // hears how far the reading of documents is
	Found  func(Damage)          // hears of each damage, one at a time
}

// Checked is what was compared.
type Checked struct {
	Documents, Blobs int
	Young            int // files without a row, younger than a day: they may be on their way
	Wrong            int // damages that stand
}

// grace is how old a file without a row must be to be an orphan: it is kept before its row is.
const grace = 24 * time.Hour

// readers is how many documents are opened at once.
const readers = 4

// Fsck opens every document with its key and compares its SHA-256 with the sealed one, then looks for a row to every file of
// the store. It takes no lock and may run beside the service. A damage is no error.
func (o *Office) Fsck(ctx context.Context, how Fsck) (out Checked, err error) {
	defer fault.Wrap(&err, "dossier.Fsck")
	x := &checking{o: o, how: how, out: &out, now: o.Store.Now()}
	for _, part := range []func(context.Context) error{x.documents, x.pieces, x.blobs, x.halves} {
		if err := part(ctx); err != nil {
			return out, err
		}
	}
	return out, nil
}

// checking is one run of Fsck.
type checking struct {
	o   *Office
	how Fsck
	now time.Time
	mu  sync.Mutex
	out *Checked

	sound  int // documents found as they were sealed
	locked bool
	newest time.Time // of the documents
}

func (x *checking) found(d Damage) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !d.Repaired {
		x.out.Wrong++
	}
	x.how.Found(d)
}

func (x *checking) documents(ctx context.Context) error {
	kept, err := x.o.queries().DocumentsKeptCount(ctx)
	if err != nil {
		return err
	}
	x.newest = kept.Newest
	ask := sqlc.DocumentsKeptParams{Today: &x.now, Lim: batch}
	for {
		rows, err := x.o.queries().DocumentsKept(ctx, ask)
		if err != nil || len(rows) == 0 {
			return err
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(readers)
		for _, r := range rows {
			g.Go(func() error { return x.document(ctx, r) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
		ask.After = rows[len(rows)-1].ID
		x.out.Documents += len(rows)
		x.how.Tell(x.out.Documents, max(int(kept.Files), x.out.Documents))
	}
}

// document compares one. What was removed while it was looked at is no damage.
func (x *checking) document(ctx context.Context, r sqlc.DocumentsKeptRow) error {
	kind, err := x.o.look(ctx, r)
	if err != nil {
		return err
	}
	x.mu.Lock()
	if kind == "" {
		x.sound++
	}
	x.locked = x.locked || kind == BlobLocked
	x.mu.Unlock()
	if kind == "" {
		return nil
	}
	if _, err := x.o.queries().DocumentByPublicID(ctx, r.PublicID); fault.Of(err) == fault.NotFound && kind != BlobLocked {
		return nil
	}
	x.found(Damage{Kind: kind, Dossier: cmp.Or(r.Reference, r.Dossier), Document: r.PublicID, Blob: r.Blob})
	return nil
}

// look opens a document and says what is wrong with it, "" when nothing is. An error is a store that is away.
func (o *Office) look(ctx context.Context, r sqlc.DocumentsKeptRow) (kind string, err error) {
	key, err := o.Keys.Unwrap(r.Wrapped, r.WrappedBy)
	main, merr := o.Keys.Unwrap(r.MainWrapped, r.MainBy)
	if err != nil || merr != nil {
		return BlobLocked, nil
	}
	d := Dossier{Dossier: access.Dossier{}, key: main}
	l, err := d.openLabel(r.PublicID, r.Sealed)
	if err != nil {
		return BlobDamaged, nil
	}
	blob, err := o.Blobs.Get(ctx, r.Blob)
	if fault.Of(err) == fault.NotFound {
		return BlobMissing, nil
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = blob.Close() }()
	sum, n, err := sumOf(key, blob, r.PublicID)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || n != r.Size || sum != l.SHA256 {
		return BlobDamaged, nil
	}
	return "", nil
}

// sumOf reads a sealed file to its end.
func sumOf(key seal.Key, blob io.Reader, id string) (sum string, n int64, err error) {
	clear, err := key.Reader(blob, "document", id)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	n, err = io.Copy(h, clear)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// blobs looks for the row of every file.
func (x *checking) blobs(ctx context.Context) error {
	var some []document.Entry
	for entry, err := range x.o.Blobs.Names(ctx) {
		if err != nil {
			return err
		}
		x.out.Blobs++
		if some = append(some, entry); len(some) == batch {
			if err := x.known(ctx, some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return x.known(ctx, some)
}

func (x *checking) known(ctx context.Context, entries []document.Entry) error {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	rows, err := x.o.queries().BlobsKnown(ctx, names)
	if err != nil {
		return err
	}
	known := make(map[string]bool, len(rows))
	for _, name := range rows {
		known[name] = true
	}
	for _, e := range entries {
		if known[e.Name] {
			continue
		}
		if err := x.orphan(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (x *checking) orphan(ctx context.Context, e document.Entry) error {
	if x.now.Sub(e.At) < grace {
		x.out.Young++
		return nil
	}
	d := Damage{Kind: BlobOrphan, Blob: e.Name}
	if x.how.Repair && x.belongs(e) {
		err := x.o.Blobs.Delete(ctx, e.Name)
		if fault.Of(err) == fault.NotFound { // no name of ours: left alone, and told
			err = nil
		} else {
			d.Repaired = err == nil
		}
		if err != nil {
			return err
		}
	}
	x.found(d)
	return nil
}

// belongs tells whether the database may speak of a file at all: one that has found no document of its own in the store, has
// lost a key, or knows nothing as young as the file (it was brought back from a backup) would take what others need for an orphan.
func (x *checking) belongs(e document.Entry) bool {
	return x.sound > 0 && !x.locked && x.newest.After(e.At)
}

// halves sweeps what crashes left half written, where the store is a folder.
func (x *checking) halves(context.Context) error {
	folder, ok := x.o.Blobs.(*document.Folder)
	if !ok || !x.how.Repair {
		return nil
	}
	n, err := folder.Sweep(x.now.Add(-grace))
	if n > 0 {
		x.found(Damage{Kind: BlobHalf, Files: n, Repaired: true})
	}
	return err
}
