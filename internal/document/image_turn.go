package document

import (
	"image"

	"golang.org/x/image/draw"
)

// band is how many rows are turned at a time, so that one copy of a large
// image is in memory and not two.
const band = 64

// upright turns an image as its EXIF orientation asks (1 to 8, as TIFF 6.0 numbers them).
func upright(src image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return src
	}
	if planes, ok := src.(*image.YCbCr); ok && planes.Rect.Min == (image.Point{}) {
		switch planes.SubsampleRatio {
		case image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio444:
			return uprightPlanes(planes, orientation)
		}
	}
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	strip := image.NewRGBA(image.Rect(0, 0, w, band))
	for top := 0; top < h; top += band {
		draw.Draw(strip, strip.Bounds(), src, image.Pt(b.Min.X, b.Min.Y+top), draw.Src)
		for y := top; y < min(top+band, h); y++ {
			row := strip.Pix[(y-top)*strip.Stride:]
			for x := range w {
				dx, dy := turned(x, y, w, h, orientation)
				copy(dst.Pix[dst.PixOffset(dx, dy):][:4], row[4*x:4*x+4])
			}
		}
	}
	return dst
}

// uprightPlanes turns each plane by itself, which takes a third of the memory;
// it is for photographs whose colours are sampled alike across and down.
func uprightPlanes(src *image.YCbCr, orientation int) *image.YCbCr {
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := src.Rect
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewYCbCr(size, src.SubsampleRatio)
	turnPlane(dst.Y, dst.YStride, src.Y, src.YStride, w, h, orientation)
	if src.SubsampleRatio == image.YCbCrSubsampleRatio420 {
		w, h = (w+1)/2, (h+1)/2
	}
	turnPlane(dst.Cb, dst.CStride, src.Cb, src.CStride, w, h, orientation)
	turnPlane(dst.Cr, dst.CStride, src.Cr, src.CStride, w, h, orientation)
	return dst
}

func turnPlane(dst []byte, dstStride int, src []byte, srcStride, w, h, orientation int) {
	for y := range h {
		for x, value := range src[y*srcStride:][:w] {
			dx, dy := turned(x, y, w, h, orientation)
			dst[dy*dstStride+dx] = value
		}
	}
}

// turned says where the stored pixel (x, y) of a w by h image is to be shown.
func turned(x, y, w, h, orientation int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}
