package report

import (
	"errors"
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// symbol is a QR code (ISO/IEC 18004) in byte mode at error correction level M: it is read with 15 % of it damaged.
type symbol struct {
	size int // modules on a side
	code barcode.Barcode
}

// mostModules on a side are those of version 15: 412 bytes.
const mostModules = 17 + 4*15

var errLongQR = errors.New("too long for a code that a telephone reads from paper")

// encode draws text as the smallest symbol that holds it.
func encode(text string) (*symbol, error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return nil, err
	}
	if size := code.Bounds().Dx(); size <= mostModules {
		return &symbol{size, code}, nil
	}
	return nil, errLongQR
}

// at tells whether a module is dark.
func (s *symbol) at(x, y int) bool { return s.code.At(x, y) == color.Black }
