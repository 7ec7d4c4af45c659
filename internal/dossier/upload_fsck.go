package dossier

import (
	"cmp"
	"context"
	"io"

	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store/sqlc"
)

// pieces opens every piece of the files on their way. A damaged one costs its person another sending and no more: nothing is
// repaired, the sweep forgets it.
func (x *checking) pieces(ctx context.Context) error {
	ask := sqlc.UploadsStandingParams{Today: &x.now, Lim: batch}
	for {
		rows, err := x.o.queries().UploadsStanding(ctx, ask)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if err := x.onItsWay(ctx, r); err != nil {
				return err
			}
		}
		ask.After = rows[len(rows)-1].PublicID
	}
}

func (x *checking) onItsWay(ctx context.Context, r sqlc.UploadsStandingRow) error {
	d := Damage{Kind: BlobLocked, Dossier: cmp.Or(r.Reference, r.Dossier), Document: r.PublicID}
	key, err := x.o.keyOnItsWay(ctx, r)
	if err != nil {
		x.locked = true
	} else {
		if d.Kind, d.Blob, err = x.o.lookAtPieces(ctx, key, r); err != nil || d.Kind == "" {
			return err
		}
	}
	if ids, err := x.o.queries().UploadBlobsOf(ctx, r.PublicID); err != nil || len(ids) == 0 { // finished or swept meanwhile
		return gone(err)
	}
	x.found(d)
	return nil
}

func (o *Office) keyOnItsWay(ctx context.Context, r sqlc.UploadsStandingRow) (seal.Key, error) {
	d, err := o.load(ctx, o.queries(), r.Dossier)
	if err != nil {
		return seal.Key{}, err
	}
	return o.fileKey(ctx, o.queries(), d, r.Path)
}

// lookAtPieces says what is wrong with the pieces of a file, "" when nothing is, and with which.
func (o *Office) lookAtPieces(ctx context.Context, key seal.Key, r sqlc.UploadsStandingRow) (kind, blob string, err error) {
	src := &pieces{ctx: ctx, blobs: o.Blobs, key: key, id: r.PublicID, names: r.Blobs}
	defer func() { _ = src.Close() }()
	n, err := io.Copy(io.Discard, src)
	if src.n > 0 {
		blob = r.Blobs[src.n-1]
	}
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case fault.Of(err) == fault.NotFound:
		return BlobMissing, r.Blobs[src.n], nil
	case fault.Of(err) == fault.Unavailable:
		return "", "", err
	case err != nil || n != r.Arrived:
		return BlobDamaged, blob, nil
	}
	return "", "", nil
}
