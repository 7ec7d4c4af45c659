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

// mostHEIC is how many pixels the decoder manages at a time within the child's
// memory. A larger photograph of a telephone is a grid of small pictures, and
// those are decoded one after the other.
const mostHEIC = 16_000_000

// widestHEIC is what a side is taken for at most: beyond every limit whatever the
// other side, and the product of two such sides is still a number.
const widestHEIC = 1 << 30

// inspectHEIC reads the sizes that a photograph of a telephone declares, before
// any pixel is decoded, and how it is to be held (HEIF, ISO/IEC 23008-12).
func inspectHEIC(r io.ReaderAt, size int64, lim Limits) (Info, error) {
	meta, _, err := findMeta(r, size)
	if err != nil {
		return Info{}, fault.From(fault.Invalid, "document.heic", err)
	}
	width, height, err := largest(meta)
	if err != nil {
		return Info{}, fault.From(fault.Invalid, "document.heic", err)
	}
	switch pixels := int64(width) * int64(height); {
	case pixels > lim.Pixels:
		return Info{}, fault.New(fault.TooLarge, "document.image_too_big")
	case pixels > mostHEIC:
		if _, err := readTiled(r, size, meta); err != nil {
			return Info{}, fault.From(fault.Invalid, "document.heic", err)
		}
	}
	return Info{Kind: heicKind, Pages: 1, Width: width, Height: height, orientation: heldAs(meta)}, nil
}

// largest is the largest picture that any item of the file is said to be: the
// whole, one of its tiles, the thumbnail.
func largest(meta []byte) (width, height int, err error) {
	for p := range properties(meta) {
		if p.name != "ispe" {
			continue
		}
		if len(p.body) < 12 {
			return 0, 0, errors.New("short ispe box")
		}
		w, h := int(min(binary.BigEndian.Uint32(p.body[4:]), widestHEIC)), int(min(binary.BigEndian.Uint32(p.body[8:]), widestHEIC))
		if int64(w)*int64(h) > int64(width)*int64(height) {
			width, height = w, h
		}
	}
	if width == 0 || height == 0 {
		return 0, 0, errors.New("no picture has a size")
	}
	return width, height, nil
}

// decodeHEIC decodes the main picture as it is stored, in the sandbox of the
// decoder's WebAssembly, which is compiled at the first call: that takes a second.
func decodeHEIC(r io.Reader) (image.Image, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	img, err := decodeMain(body)
	if err != nil {
		return nil, fault.From(fault.Invalid, "document.heic", err)
	}
	return img, nil
}

func decodeMain(body []byte) (image.Image, error) {
	file, size := bytes.NewReader(body), int64(len(body))
	meta, _, err := findMeta(file, size)
	if err != nil {
		return nil, err
	}
	if w, h, err := largest(meta); err == nil && int64(w)*int64(h) > mostHEIC {
		g, err := readTiled(file, size, meta)
		if err != nil {
			return nil, err
		}
		return g.decode(file, size)
	}
	lieStill(body)
	img, err := heic.Decode(bytes.NewReader(branded(body)))
	if err != nil {
		return nil, err
	}
	return compact(img), nil
}

// compact copies the planes of an image out of the decoder's memory, of which
// they are a view, so that all of it can be given back before the turn.
func compact(img image.Image) image.Image {
	if planes, ok := img.(*image.YCbCr); ok {
		planes.Y, planes.Cb, planes.Cr = bytes.Clone(planes.Y), bytes.Clone(planes.Cb), bytes.Clone(planes.Cr)
	}
	return img
}

// branded puts the brand heic first where it is one of those a file says it
// follows (ISO/IEC 14496-12, 4.3): the decoder looks at the first alone, and
// some cameras begin with the more general mif1.
func branded(body []byte) []byte {
	length := min(int64(binary.BigEndian.Uint32(body)), int64(len(body)))
	for at := int64(16); at+4 <= length; at += 4 {
		if slices.Contains(heicBrands, string(body[at:at+4])) {
			copy(body[8:12], "heic")
			break
		}
	}
	return body
}

// heicBrands are those whose pictures are coded in HEVC.
var heicBrands = []string{"heic", "heix", "heim", "heis"}

// isHEIC tells by the first box: its brand, or one of those it follows.
func isHEIC(head []byte) bool {
	if len(head) < 12 || string(head[4:8]) != "ftyp" {
		return false
	}
	length := min(int64(binary.BigEndian.Uint32(head)), int64(len(head)))
	brands := []string{string(head[8:12])}
	for at := int64(16); at+4 <= length; at += 4 {
		brands = append(brands, string(head[at:at+4]))
	}
	return slices.ContainsFunc(brands, func(b string) bool { return slices.Contains(heicBrands, b) })
}
