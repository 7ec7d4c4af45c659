// Package document takes in the files people send: recognises, cleans, keeps and shows their bytes.
package document

import (
	"bytes"
	"errors"
	"io"

	"guichet/internal/fault"
)

// Kind is a format the service accepts, recognised from the bytes and never from a name.
type Kind string

// The accepted formats.
const (
	PDF  Kind = "pdf"
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
)

// heicKind is taken in and never kept: it becomes a JPEG.
const heicKind Kind = "heic"

// MIME is the media type a file of this kind is served with.
func (k Kind) MIME() string {
	switch k {
	case PDF:
		return "application/pdf"
	case JPEG:
		return "image/jpeg"
	case PNG:
		return "image/png"
	}
	return "application/octet-stream"
}

// Limits bound what one file may cost.
type Limits struct {
	Bytes  int64 // size of the file as sent
	Pixels int64 // width times height of an image
	Memory int64 // bytes needed to decode and turn an image
	Pages  int   // pages of a PDF
}

// Standard are the limits of the service: 10 MB a file, 50 megapixels an image (the largest of telephones).
var Standard = Limits{Bytes: 10 << 20, Pixels: 50_000_000, Memory: 400 << 20, Pages: 500}

// Info is what the bytes say of themselves.
type Info struct {
	Kind   Kind `json:"kind"`
	Pages  int  `json:"pages"`           // 1 for an image
	Width  int  `json:"width,omitempty"` // pixels of an image, as it is to be looked at
	Height int  `json:"height,omitempty"`

	orientation int  // of the camera, 1 to 8
	grey        bool // to be written without its colours
}

// Inspect recognises a file and refuses what the service does not take: a
// fault.Invalid or fault.TooLarge whose key tells the person how to mend it.
// A PDF is parsed whole; of an image the headers are, before any pixel is
// decoded: Rewrite proves the rest. It parses hostile bytes, so the server
// runs it in a child process (see Workshop).
func Inspect(r io.ReaderAt, size int64, lim Limits) (Info, error) {
	switch {
	case size == 0:
		return Info{}, fault.New(fault.Invalid, "document.empty")
	case size > lim.Bytes:
		return Info{}, fault.New(fault.TooLarge, "document.too_large")
	}
	kind, err := recognise(io.NewSectionReader(r, 0, size))
	if err != nil {
		return Info{}, err
	}
	switch kind {
	case PDF:
		return inspectPDF(io.NewSectionReader(r, 0, size), lim)
	case heicKind:
		return inspectHEIC(r, size, lim)
	}
	return inspectImage(r, size, kind, lim)
}

// recognise names the kind from the first bytes. A PDF that begins with
// something else is a damaged one at best, and two things at once at worst.
func recognise(r io.Reader) (Kind, error) {
	head := make([]byte, 1024)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", fault.From(fault.Invalid, unreadable, err)
	}
	head = head[:n]
	switch start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(head, pngMagic):
		return PNG, nil
	case isHEIC(head):
		return heicKind, nil
	case bytes.HasPrefix(start, []byte("%PDF-")):
		return PDF, nil
	case bytes.Contains(head, []byte("%PDF-")):
		return "", fault.New(fault.Invalid, "document.pdf_damaged")
	}
	return "", fault.New(fault.Invalid, "document.type")
}
