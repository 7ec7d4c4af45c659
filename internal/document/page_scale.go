package document

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"strconv"

	"golang.org/x/image/draw"

	"guichet/internal/fault"
)

// childScale writes an image no wider than width, as a PNG. The image is one of
// ours, already rewritten upright; it is judged again all the same, for the
// store is not to be trusted with the server's memory.
func childScale(kind Kind, width string, stdin io.Reader, stdout io.Writer) error {
	wide, err := strconv.Atoi(width)
	if err != nil || wide < 1 {
		return fault.New(fault.Invalid, "document.page_width")
	}
	body, err := io.ReadAll(io.LimitReader(stdin, childWrite))
	if err != nil {
		return err
	}
	info, err := inspectImage(bytes.NewReader(body), int64(len(body)), kind, Standard)
	if err != nil {
		return err
	}
	img, err := decodeUpright(bytes.NewReader(body), info)
	if err != nil {
		return err
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(stdout, narrowed(img, wide))
}

// narrowed scales an image down to width; a narrower one stays as it is.
func narrowed(src image.Image, width int) image.Image {
	b := src.Bounds()
	if b.Dx() <= width {
		return src
	}
	height := max(1, b.Dy()*width/b.Dx())
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, b, draw.Src, nil)
	return dst
}
