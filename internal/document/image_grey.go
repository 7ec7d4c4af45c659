package document

import (
	"image"
	"image/draw"
)

// grey takes the colours off a picture: what is kept of it never had them (DS-041). A photograph's brightness is there already.
func grey(src image.Image) image.Image {
	if planes, ok := src.(*image.YCbCr); ok {
		return &image.Gray{Pix: planes.Y, Stride: planes.YStride, Rect: planes.Rect}
	}
	b := src.Bounds()
	dst := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src) // what is transparent is paper
	draw.Draw(dst, dst.Bounds(), src, b.Min, draw.Over)
	return dst
}
