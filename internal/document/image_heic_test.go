package document

import (
	"encoding/binary"
	"testing"
)

// Sides whose product is no number any more are the largest all the same.
func TestHEICOfBoundlessSides(t *testing.T) {
	box := func(name string, body []byte) []byte {
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), name...), body...)
	}
	sides := func(w, h uint32) []byte {
		return box("ispe", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), w), h))
	}
	for _, beyond := range [][2]uint32{{0xFFFFFFFF, 0xFFFFFFFF}, {1 << 31, 2}} {
		meta := box("iprp", box("ipco", append(sides(beyond[0], beyond[1]), sides(40, 30)...)))
		w, h, err := largest(meta)
		if err != nil || int64(w)*int64(h) <= Standard.Pixels {
			t.Errorf("%d: %d × %d, %v", beyond, w, h, err)
		}
	}
}
