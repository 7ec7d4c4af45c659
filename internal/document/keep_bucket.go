//go:build !inspector

package document

import (
	"context"
	"errors"
	"io"
	"iter"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"guichet/internal/fault"
)

// Bucket is a Store in object storage, through gocloud.dev.
type Bucket struct{ bucket *blob.Bucket }

// NewBucket keeps files in an open bucket and closes it in the end.
func NewBucket(bucket *blob.Bucket) *Bucket { return &Bucket{bucket: bucket} }

// Close lets the bucket go.
func (b *Bucket) Close() error { return b.bucket.Close() }

// Put implements Store. A write that fails or is cancelled leaves no object.
func (b *Bucket) Put(ctx context.Context, name string, sealed io.Reader) (n int64, err error) {
	defer fault.Wrap(&err, "document.Bucket.Put %s", name)
	if err := checkName(name); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := b.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", IfNotExist: true})
	if err != nil {
		return 0, bucketFault(err)
	}
	if n, err = io.Copy(w, sealed); err != nil {
		cancel() // before Close, which would otherwise keep the half
		_ = w.Close()
		return 0, err
	}
	if err := w.Close(); err != nil {
		return 0, bucketFault(err)
	}
	return n, nil
}

// Get implements Store.
func (b *Bucket) Get(ctx context.Context, name string) (_ io.ReadCloser, err error) {
	defer fault.Wrap(&err, "document.Bucket.Get %s", name)
	if err := checkName(name); err != nil {
		return nil, err
	}
	r, err := b.bucket.NewReader(ctx, name, nil)
	if err != nil {
		return nil, bucketFault(err)
	}
	return r, nil
}

// Delete implements Store.
func (b *Bucket) Delete(ctx context.Context, name string) (err error) {
	defer fault.Wrap(&err, "document.Bucket.Delete %s", name)
	if err := checkName(name); err != nil {
		return err
	}
	if err := b.bucket.Delete(ctx, name); gcerrors.Code(err) != gcerrors.NotFound {
		return bucketFault(err)
	}
	return nil
}

// Names implements Store.
func (b *Bucket) Names(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for list := b.bucket.List(nil); ; {
			object, err := list.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Entry{}, bucketFault(err))
				return
			}
			if !yield(Entry{Name: object.Key, Size: object.Size, At: object.ModTime}, nil) {
				return
			}
		}
	}
}

// bucketFault sorts a driver's error: what is not ours is a store out of reach.
func bucketFault(err error) error {
	switch gcerrors.Code(err) {
	case gcerrors.OK, gcerrors.Canceled:
		return err
	case gcerrors.NotFound:
		return fault.From(fault.NotFound, "document.not_kept", err)
	case gcerrors.AlreadyExists, gcerrors.FailedPrecondition:
		return fault.From(fault.Conflict, "document.kept_already", err)
	}
	return fault.From(fault.Unavailable, "document.store_away", err)
}
