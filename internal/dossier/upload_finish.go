package dossier

import (
	"context"
	"errors"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// FinishUpload makes a document of a file that has arrived whole, as Attach does; its id is that of the upload. To finish twice
// is to finish once: an answer that was lost can be asked for again. Errors: Conflict "upload.unfinished" while something is
// missing, NotFound as WhereUpload, and those of Attach; after a refusal nothing is left of the file.
func (o *Office) FinishUpload(ctx context.Context, a access.Actor, publicID, uploadID string) (err error) {
	defer fault.Wrap(&err, "dossier.FinishUpload %s %s", publicID, uploadID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return err
	}
	row, err := o.upload(ctx, a, d, uploadID)
	if fault.Of(err) == fault.NotFound && access.Can(a, access.Own, d.Dossier, "") && o.arrived(ctx, d, uploadID) {
		return nil
	}
	if err == nil {
		err = o.mayAdd(ctx, o.queries(), a, d, uploadID, row.Path, row.Size)
	}
	if err != nil {
		return err
	}
	if row.Arrived != row.Size {
		return fault.New(fault.Conflict, "upload.unfinished")
	}
	err = o.finish(ctx, a, d, row)
	if settled(err) {
		err = errors.Join(err, o.forget(ctx, uploadID))
	}
	return err
}

// settled tells whether another try would end as this one did.
func settled(err error) bool {
	switch fault.Of(err) {
	case fault.Invalid, fault.TooLarge, fault.Conflict, fault.NotFound, fault.Forbidden:
		return true
	}
	return false
}

func (o *Office) finish(ctx context.Context, a access.Actor, d *Dossier, row sqlc.UploadOneRow) error {
	n, err := o.openNamed(ctx, o.queries(), d, row.Path, row.PublicID, row.Sealed)
	if err != nil {
		return err
	}
	key, err := o.fileKey(ctx, o.queries(), d, row.Path)
	if err != nil {
		return err
	}
	src := &pieces{ctx: ctx, blobs: o.Blobs, key: key, id: row.PublicID, names: row.Blobs}
	defer func() { _ = src.Close() }()
	x := arrival{id: row.PublicID, path: row.Path, name: n.Name, settle: func(tx *store.Tx) error {
		_, err := tx.Q.UploadDelete(ctx, row.PublicID)
		return err
	}}
	err = o.receive(ctx, a, d, x, src)
	if err == nil {
		o.dropBlobs(ctx, row.Blobs)
		return nil
	}
	if fault.Of(err) != fault.NotFound {
		return err
	}
	// Somebody else's request has finished it meanwhile.
	if again, lerr := o.load(ctx, o.queries(), d.PublicID); lerr == nil && o.arrived(ctx, again, row.PublicID) {
		return nil
	}
	return err
}

// forget deletes an upload with its pieces.
func (o *Office) forget(ctx context.Context, uploadID string) error {
	var blobs []string
	err := o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		blobs, err = tx.Q.UploadDelete(ctx, uploadID)
		return gone(err)
	})
	if err == nil {
		o.dropBlobs(ctx, blobs)
	}
	return err
}

// unfinished is how long a file may be on its way without news.
const unfinished = 24 * time.Hour

// SweepUploads asks for what was never finished to be forgotten.
type SweepUploads struct{}

// Kind names the job.
func (SweepUploads) Kind() string { return "sweep_uploads" }

// RegisterUploads says how the sweep is done.
func (o *Office) RegisterUploads(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ SweepUploads) error { return o.SweepUploads(ctx) })
}

// SweepUploads forgets the files of which nothing has come for a day.
func (o *Office) SweepUploads(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.SweepUploads")
	for {
		ids, err := o.queries().UploadsLapsed(ctx, sqlc.UploadsLapsedParams{Before: o.Store.Now().Add(-unfinished), Lim: atOnce})
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := o.forget(ctx, id); err != nil {
				return err
			}
		}
	}
}
