package dossier

import (
	"bytes"
	"context"
	"errors"
	"io"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/store"
)

// Look is how a page of a document is drawn for an agent.
type Look struct {
	Width int    // pixels
	Turn  int    // quarter turns clockwise, 0 to 3
	Mark  string // who looks, and when: laid across copies of identity documents (RP-181)
}

// Page draws page n of an opened document, from 1, as a PNG, and reads its content to do so. A copy of an identity document is
// never drawn without a mark.
func (o *Office) Page(ctx context.Context, d *Opened, n int, l Look) ([]byte, error) {
	return o.page(ctx, d, d.Content, n, l)
}

func (o *Office) page(ctx context.Context, d *Opened, src io.Reader, n int, l Look) (_ []byte, err error) {
	defer fault.Wrap(&err, "dossier.Page %s %d", d.ID, n)
	if !d.Protected {
		l.Mark = ""
	} else if l.Mark == "" {
		return nil, errors.New("nobody is named as the reader of an identity document")
	}
	drawn, err := o.Workshop.PageImage(ctx, d.Kind, src, n, l.Width)
	if err != nil {
		return nil, err
	}
	return o.Workshop.Dressed(ctx, drawn, document.Dress{Turn: l.Turn, Mark: l.Mark})
}

// A copy is made of so many pages at most, each so many pixels wide.
const (
	mostCopied = 60
	copyWidth  = 1240
)

// Copied draws every page of an opened document with the mark across it: what an agent takes away of an identity document in
// place of the original. Errors: fault.TooLarge "document.copy_long" for more than 60 pages.
func (o *Office) Copied(ctx context.Context, d *Opened, mark string) (pages [][]byte, err error) {
	defer fault.Wrap(&err, "dossier.Copied %s", d.ID)
	if d.Pages > mostCopied {
		return nil, fault.New(fault.TooLarge, "document.copy_long")
	}
	whole, err := io.ReadAll(io.LimitReader(d.Content, document.Standard.Bytes+1))
	if err != nil {
		return nil, err
	}
	for n := 1; n <= max(d.Pages, 1); n++ {
		page, err := o.page(ctx, d, bytes.NewReader(whole), n, Look{Width: copyWidth, Mark: mark})
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// NoteReading notes that an agent reads a dossier they have opened by pages that show its answers one step at a time (RP-181).
func (o *Office) NoteReading(ctx context.Context, a access.Actor, d *Dossier) (err error) {
	defer fault.Wrap(&err, "dossier.NoteReading %d", d.ID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		return o.noteRead(ctx, tx, a, d, "dossier")
	})
}
