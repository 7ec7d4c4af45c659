package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"slices"

	"github.com/gen2brain/heic"

	"guichet/internal/fault"
)

// mostHEIC is how many pixels the decoder manages within the child's memory and
// time: the 24 megapixels of today's telephones, and little more.
const mostHEIC = 26_000_000

// mostMeta bounds the box that describes a HEIF file; a telephone's takes a few kilobytes.
const mostMeta = 4 << 20

// inspectHEIC reads the sizes that a photograph of a telephone declares, before
// any pixel is decoded (HEIF, ISO/IEC 23008-12). The decoder turns it upright.
func inspectHEIC(r io.ReaderAt, size int64, lim Limits) (Info, error) {
	width, height, err := largestHEIC(r, size)
	if err != nil {
		return Info{}, fault.From(fault.Invalid, "document.heic", err)
	}
	switch pixels := int64(width) * int64(height); {
	case pixels > lim.Pixels:
		return Info{}, fault.New(fault.TooLarge, "document.image_too_big")
	case pixels > mostHEIC:
		return Info{}, fault.New(fault.Invalid, "document.heic")
	}
	return Info{Kind: heicKind, Pages: 1, Width: width, Height: height, orientation: 1}, nil
}

// largestHEIC is the largest picture that any item of the file is said to be:
// the whole, one of its tiles, the thumbnail.
func largestHEIC(r io.ReaderAt, size int64) (width, height int, err error) {
	meta, err := findMeta(r, size)
	if err != nil {
		return 0, 0, err
	}
	if len(meta) < 4 {
		return 0, 0, errors.New("empty meta box")
	}
	for body := range boxes(meta[4:], "iprp") { // after the version and flags
		for properties := range boxes(body, "ipco") {
			for extent := range boxes(properties, "ispe") {
				if len(extent) < 12 {
					return 0, 0, errors.New("short ispe box")
				}
				w, h := int(binary.BigEndian.Uint32(extent[4:])), int(binary.BigEndian.Uint32(extent[8:]))
				if w*h > width*height {
					width, height = w, h
				}
			}
		}
	}
	if width*height == 0 {
		return 0, 0, errors.New("no picture has a size")
	}
	return width, height, nil
}

// findMeta returns the body of the first meta box of the file.
func findMeta(r io.ReaderAt, size int64) ([]byte, error) {
	var head [16]byte
	for at := int64(0); at+8 <= size; {
		n, err := r.ReadAt(head[:], at)
		if n < 8 {
			return nil, err
		}
		skip, length := int64(8), int64(binary.BigEndian.Uint32(head[:]))
		switch {
		case length == 1 && n == 16:
			skip, length = 16, int64(binary.BigEndian.Uint64(head[8:]))
		case length == 0:
			length = size - at
		}
		if length < skip || length > size-at {
			return nil, errors.New("a box is longer than the file")
		}
		if string(head[4:8]) == "meta" {
			body := make([]byte, min(length-skip, mostMeta))
			_, err := io.ReadFull(io.NewSectionReader(r, at+skip, length-skip), body)
			return body, err
		}
		at += length
	}
	return nil, errors.New("no meta box")
}

// boxes walks the bodies of the boxes named so that stand in b, and ends at the
// first that does not fit.
func boxes(b []byte, name string) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(b) >= 8 {
			length := int64(binary.BigEndian.Uint32(b))
			if length < 8 || length > int64(len(b)) {
				return
			}
			if string(b[4:8]) == name && !yield(b[8:length]) {
				return
			}
			b = b[length:]
		}
	}
}

// decodeHEIC decodes the main picture, upright, in the sandbox of the decoder's
// WebAssembly: it is compiled at the first call, which takes a second.
func decodeHEIC(r io.Reader) (image.Image, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	img, err := heic.Decode(bytes.NewReader(branded(body)))
	if err != nil {
		return nil, fault.From(fault.Invalid, "document.heic", err)
	}
	return img, nil
}

// branded puts the brand heic first where it is one of those a file says it
// follows (ISO/IEC 14496-12, 4.3): the decoder looks at the first alone, and
// some cameras begin with the more general mif1.
func branded(body []byte) []byte {
	if len(body) < 16 {
		return body
	}
	length := min(int(binary.BigEndian.Uint32(body)), len(body))
	for at := 16; at+4 <= length; at += 4 {
		if slices.Contains([]string{"heic", "heix", "heim", "heis"}, string(body[at:at+4])) {
			copy(body[8:12], "heic")
			break
		}
	}
	return body
}
