package dossier

import (
	"context"
	"errors"
	"io"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// mostPieces of one file: what comes in more is forgotten, and begins anew.
const mostPieces = 200

// SendPiece adds to a file on its way what src yields, and says how much has arrived. A line that is cut in the middle loses
// nothing of what came before: it is kept, without an error. Errors: NotFound as WhereUpload, Conflict "upload.offset" when the
// file has not arrived just so far (the answer says how far), Invalid "upload.too_much" for more than was announced, and those
// of Attach.
func (o *Office) SendPiece(ctx context.Context, a access.Actor, publicID, uploadID string, offset int64, src io.Reader) (arrived int64, err error) {
	defer fault.Wrap(&err, "dossier.SendPiece %s %s", publicID, uploadID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return 0, err
	}
	row, err := o.growing(ctx, a, d, uploadID)
	switch {
	case err != nil:
		return 0, err
	case offset != row.Arrived:
		return row.Arrived, fault.New(fault.Conflict, "upload.offset")
	case len(row.Blobs) >= mostPieces:
		return 0, errors.Join(errNotFound, o.forget(ctx, uploadID))
	}
	ctx = context.WithoutCancel(ctx) // who has left has left something to keep
	key, err := o.fileKey(ctx, o.queries(), d, row.Path)
	if err != nil {
		return row.Arrived, err
	}
	blob := document.NewName()
	part := &piece{src: src, left: row.Size - row.Arrived}
	if err := o.put(ctx, key, blob, part, pieceAt(uploadID, len(row.Blobs))...); err != nil {
		return row.Arrived, err
	}
	if part.n == 0 || part.more {
		o.dropBlobs(ctx, []string{blob})
		return row.Arrived, part.refusal()
	}
	arrived, err = o.grow(ctx, uploadID, offset, part.n, blob)
	if err != nil {
		o.dropBlobs(ctx, []string{blob})
	}
	return arrived, err
}

// growing is a file on its way that its person may still send.
func (o *Office) growing(ctx context.Context, a access.Actor, d *Dossier, uploadID string) (sqlc.UploadOneRow, error) {
	row, err := o.upload(ctx, a, d, uploadID)
	if err != nil {
		return row, err
	}
	return row, o.mayAdd(ctx, o.queries(), a, d, uploadID, row.Path, row.Size)
}

// grow writes that a piece was kept, unless another one has taken its place meanwhile.
func (o *Office) grow(ctx context.Context, uploadID string, offset, more int64, blob string) (arrived int64, err error) {
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		arrived, err = tx.Q.UploadGrow(ctx, sqlc.UploadGrowParams{PublicID: uploadID, Offset: offset, More: more, Blob: blob, At: tx.Now})
		return err
	})
	if fault.Of(err) == fault.NotFound {
		return offset, fault.New(fault.Conflict, "upload.offset")
	}
	return arrived, err
}

// pieceAt binds a sealed piece to its place in its file.
func pieceAt(uploadID string, n int) []string { return []string{"upload", uploadID, strconv.Itoa(n)} }

// piece reads what was announced and no more. A cut ends it as if it were the end.
type piece struct {
	src  io.Reader
	left int64 // announced and not read
	n    int64 // read
	more bool  // there was more than announced
}

func (p *piece) Read(b []byte) (int, error) {
	if p.left == 0 {
		var one [1]byte
		n, _ := io.ReadFull(p.src, one[:])
		p.more = p.more || n > 0
		return 0, io.EOF
	}
	n, err := p.src.Read(b[:min(int64(len(b)), p.left)])
	p.n += int64(n)
	p.left -= int64(n)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

func (p *piece) refusal() error {
	if p.more {
		return fault.New(fault.Invalid, "upload.too_much")
	}
	return nil
}

// pieces reads a file from its pieces, one after the other.
type pieces struct {
	ctx   context.Context
	blobs document.Store
	key   seal.Key
	id    string
	names []string

	n       int // opened
	sealed  io.Closer
	current io.Reader
}

func (p *pieces) Read(b []byte) (int, error) {
	for {
		if p.current == nil {
			if p.n == len(p.names) {
				return 0, io.EOF
			}
			if err := p.next(); err != nil {
				return 0, err
			}
		}
		n, err := p.current.Read(b)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := p.Close(); n > 0 || err != nil {
			return n, err
		}
	}
}

func (p *pieces) next() error {
	blob, err := p.blobs.Get(p.ctx, p.names[p.n])
	if err != nil {
		return err
	}
	p.sealed = blob
	p.current, err = p.key.Reader(blob, pieceAt(p.id, p.n)...)
	p.n++
	return err
}

// Close closes the piece that is open.
func (p *pieces) Close() error {
	if p.sealed == nil {
		return nil
	}
	err := p.sealed.Close()
	p.sealed, p.current = nil, nil
	return err
}
