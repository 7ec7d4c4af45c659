package testkit

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// Picture is a small PNG; each shade is a file of its own.
func Picture(shade uint8) []byte {
	m := image.NewGray(image.Rect(0, 0, 40, 60))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.SetGray(1, 1, color.Gray{Y: ^shade})
	var b bytes.Buffer
	_ = png.Encode(&b, m) // a buffer takes everything
	return b.Bytes()
}
