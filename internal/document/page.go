package document

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"

	"guichet/internal/fault"
)

// Widths, in pixels, a page image can be asked for.
const (
	narrowest = 16
	widest    = 4000
)

// mostPage bounds a page image: 4000 pixels wide, it seldom passes 10 MB.
const mostPage = 48 << 20

var pngMagic = []byte("\x89PNG\r\n\x1a\n")

// PageImage draws page (from 1) of a kept file as a PNG that is width pixels
// wide (an image is never enlarged), so that nobody opens the original to read
// it. Errors: ErrNoRenderer when pdftoppm is absent, fault.NotFound when there
// is no such page, fault.Invalid when the file cannot be drawn.
func (w *Workshop) PageImage(ctx context.Context, kind Kind, src io.Reader, page, width int) (_ []byte, err error) {
	defer fault.Wrap(&err, "document.PageImage page %d", page)
	if width < narrowest || width > widest {
		return nil, fault.New(fault.Invalid, "document.page_width")
	}
	if page < 1 || page > Standard.Pages || page > 1 && kind != PDF {
		return nil, fault.New(fault.NotFound, "document.no_page")
	}
	args := []string{"scale", string(kind), strconv.Itoa(width)}
	if kind == PDF {
		args = []string{"render", strconv.Itoa(page), strconv.Itoa(width)}
	}
	source := &watched{Reader: src}
	drawn, err := w.run(ctx, w.drawing, work{args: args, stdin: source, most: mostPage})
	if source.err != nil { // the store or the seal failed: not the file's fault
		return nil, source.err
	}
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(drawn, pngMagic) {
		return nil, fault.From(fault.Invalid, "document.unreadable", errors.New("the child drew no PNG"))
	}
	return drawn, nil
}

// watched remembers that its source failed, which the child cannot know.
type watched struct {
	io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}
