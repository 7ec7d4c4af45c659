package document

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"guichet/internal/fault"
)

// inspectImage reads the headers alone, so that a small file that unfolds into
// gigabytes is refused before it does (ASVS 5.2.6).
func inspectImage(r io.ReaderAt, size int64, kind Kind, lim Limits) (Info, error) {
	head, err := readHeader(r, size, kind)
	if err != nil {
		return Info{}, fault.From(fault.Invalid, "document.image_damaged", err)
	}
	pixels := int64(head.width) * int64(head.height)
	if pixels > lim.Pixels || int64(float64(pixels)*head.cost()) > lim.Memory {
		return Info{}, fault.New(fault.TooLarge, "document.image_too_big")
	}
	info := Info{Kind: kind, Pages: 1, Width: head.width, Height: head.height, orientation: head.orientation}
	if head.orientation >= 5 { // lying on its side
		info.Width, info.Height = info.Height, info.Width
	}
	return info, nil
}

// header is what an image says before its pixels.
type header struct {
	width, height int
	orientation   int     // EXIF, 1 to 8; 1 when not said
	perPixel      float64 // bytes the decoder needs for each pixel
}

// cost is the memory for each pixel, decoded and, if need be, turned.
func (h header) cost() float64 {
	if h.orientation > 1 {
		return h.perPixel + 4
	}
	return h.perPixel
}

func readHeader(r io.ReaderAt, size int64, kind Kind) (header, error) {
	if kind == JPEG {
		return readJPEGHeader(r, size)
	}
	return readPNGHeader(r, size)
}

func decode(r io.Reader, kind Kind) (image.Image, error) {
	switch kind {
	case JPEG:
		return jpeg.Decode(r)
	case heicKind:
		return decodeHEIC(r)
	}
	return png.Decode(r)
}

// bytesPerPixel of the image types the decoders make.
func bytesPerPixel(m color.Model) float64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 16 // 8 in memory; twice, since they also take three times as long
	case color.RGBAModel, color.NRGBAModel, color.CMYKModel:
		return 4
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// quality of a rewritten photograph; at 90 the eye sees no loss in a scanned page.
const quality = 90

// Rewrite decodes an image and writes it anew, upright: camera, place and date
// (EXIF), comments and anything hidden behind the pixels stay behind (ASVS
// 5.2.2). What is written is a JPEG or a PNG, and the Info returned says so.
func Rewrite(w io.Writer, r io.ReaderAt, size int64, info Info) (Info, error) {
	img, err := decodeUpright(io.NewSectionReader(r, 0, size), info)
	if err != nil {
		return Info{}, err
	}
	if info.grey {
		img = grey(img)
	}
	info.Width, info.Height = img.Bounds().Dx(), img.Bounds().Dy()
	if info.Kind == PNG {
		// The fast level: a 40-megapixel page must be done well within the child's time.
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, img)
	} else {
		info.Kind = JPEG
		err = jpeg.Encode(w, img, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return Info{}, fmt.Errorf("rewrite %s: %w", info.Kind, err)
	}
	return info, nil
}

func decodeUpright(r io.Reader, info Info) (image.Image, error) {
	img, err := decode(r, info.Kind)
	if fault.Key(err) != "" {
		return nil, err
	}
	if err != nil {
		return nil, fault.From(fault.Invalid, "document.image_damaged", err)
	}
	return upright(img, info.orientation), nil
}
