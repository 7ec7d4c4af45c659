package dossier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
)

// arrival is a file that comes in: the document it will be, its field, and its name as given.
type arrival struct {
	id, path, name string

	// settle goes with the document's row, in its transaction; nil for nothing.
	settle func(tx *store.Tx) error

	proof *proof // an agent brings it for a move; nil: the person hands it in
}

// receive takes a file in from its first byte to its row.
func (o *Office) receive(ctx context.Context, a access.Actor, d *Dossier, x arrival, src io.Reader) error {
	f := d.Def.Form.Field(x.path) // nil of a file of a message
	key, err := o.fileKey(ctx, o.queries(), d, x.path)
	if err != nil {
		return err
	}
	sent, err := o.Workshop.Spool(src, MostOf(f))
	if err != nil {
		return err
	}
	defer func() { _ = sent.Close() }()
	sent.Grey = f != nil && f.Greyscale
	checked, k, err := o.judge(ctx, key, x.id, sent)
	if err != nil {
		return err
	}
	defer func() { _ = checked.Close() }()
	if !document.Takes(formats(f), checked.Kind) {
		o.dropBlobs(ctx, []string{k.blob})
		return fault.New(fault.Invalid, "document.type_here")
	}
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, d.PublicID)
		if err != nil {
			return err
		}
		if x.proof != nil {
			err = d.mayProve(a, x.proof.move, x.path)
		} else {
			err = o.mayAdd(ctx, tx.Q, a, d, x.id, x.path, checked.Size)
		}
		if err != nil {
			return err
		}
		if x.settle != nil {
			if err := x.settle(tx); err != nil {
				return err
			}
		}
		l := label{Name: nameAs(checked.Kind, clip(x.name)), SHA256: k.sum}
		if f == nil {
			return o.attachToMessage(ctx, tx, a, d, x.id, k.blob, l, checked)
		}
		round := d.Round + 1
		if x.proof != nil {
			round = d.Round
		}
		return o.attach(ctx, tx, a, d, x.id, x.path, k.blob, round, l, checked)
	})
	if err != nil {
		o.dropBlobs(ctx, []string{k.blob})
	}
	return err
}

// kept is a sealed file in the store.
type kept struct{ blob, sum string }

// judge has a file looked at and keeps what may be kept of it. What is most often kept as it was sent is sealed while it is
// looked at; a refusal deletes it again, and no row ever spoke of it.
func (o *Office) judge(ctx context.Context, key seal.Key, id string, sent *document.Sent) (*document.Checked, kept, error) {
	early := make(chan error, 1)
	k := kept{blob: document.NewName()}
	var err error
	if sent.AsItIs() {
		go func() {
			var err error
			k.sum, err = o.keepBlob(ctx, key, id, k.blob, sent.Reader())
			early <- err
		}()
	}
	checked, err := o.Workshop.Judge(ctx, sent)
	if sent.AsItIs() {
		err = errors.Join(err, <-early)
	} else if err == nil {
		k.sum, err = o.keepBlob(ctx, key, id, k.blob, checked.Clean)
	}
	if err != nil {
		if checked != nil {
			_ = checked.Close()
		}
		o.dropBlobs(ctx, []string{k.blob})
		return nil, k, err
	}
	return checked, k, nil
}

// keepBlob seals the stream on its way to the store and returns the SHA-256 of what was sealed.
func (o *Office) keepBlob(ctx context.Context, key seal.Key, id, blob string, src io.Reader) (string, error) {
	h := sha256.New()
	err := o.put(ctx, key, blob, io.TeeReader(src, h), "document", id)
	return hex.EncodeToString(h.Sum(nil)), err
}

// put seals a stream for its place and keeps it.
func (o *Office) put(ctx context.Context, key seal.Key, blob string, src io.Reader, place ...string) error {
	r, w := io.Pipe()
	go func() {
		sealing, err := key.Writer(w, place...)
		if err == nil {
			_, err = io.Copy(sealing, src)
			err = errors.Join(err, sealing.Close())
		}
		_ = w.CloseWithError(err)
	}()
	_, err := o.Blobs.Put(ctx, blob, r)
	_ = r.CloseWithError(err) // frees the sealer when the store gave up
	return err
}

// heic are the endings of photographs that are kept as JPEG.
var heic = []string{".heic", ".heif"}

// nameAs is the name of a file as it is kept: a photograph that became a JPEG ends as one.
func nameAs(k document.Kind, name string) string {
	if end := path.Ext(name); k == document.JPEG && slices.Contains(heic, strings.ToLower(end)) {
		return strings.TrimSuffix(name, end) + ".jpg"
	}
	return name
}
