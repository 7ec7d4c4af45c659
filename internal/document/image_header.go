package document

import (
	"encoding/binary"
	"image/jpeg"
	"image/png"
	"io"
)

// readJPEGHeader walks the segments before the first scan: frame (size and
// sampling) and EXIF (orientation).
func readJPEGHeader(r io.ReaderAt, size int64) (header, error) {
	conf, err := jpeg.DecodeConfig(io.NewSectionReader(r, 0, size))
	if err != nil {
		return header{}, err
	}
	h := header{width: conf.Width, height: conf.Height, orientation: 1, perPixel: 4}
	var head [4]byte
	for at := int64(2); ; {
		if _, err := r.ReadAt(head[:], at); err != nil || head[0] != 0xFF {
			return h, nil // cut short or worse: decoding will say so
		}
		marker := head[1]
		switch {
		case marker == 0xFF: // a fill byte
			at++
			continue
		case marker == 0xDA: // the scan starts
			return h, nil
		case marker == 0x01 || marker >= 0xD0 && marker <= 0xD7: // no content
			at += 2
			continue
		}
		length := int64(binary.BigEndian.Uint16(head[2:]))
		if length < 2 {
			return h, nil
		}
		h.read(marker, io.NewSectionReader(r, at+4, length-2))
		at += 2 + length
	}
}

// read takes what one JPEG segment tells.
func (h *header) read(marker byte, segment *io.SectionReader) {
	body := make([]byte, segment.Size())
	if _, err := io.ReadFull(segment, body); err != nil {
		return
	}
	switch {
	case marker == 0xE1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00":
		h.orientation = orientation(body[6:])
	case isFrame(marker):
		h.perPixel = frameCost(body, marker)
	}
}

func isFrame(marker byte) bool {
	return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
}

// frameCost is the bytes per pixel the decoder needs: one for each sample and,
// in a progressive file, four more for the coefficient it keeps of it.
func frameCost(body []byte, marker byte) float64 {
	if len(body) < 6 || len(body) < 6+3*int(body[5]) || body[5] == 0 {
		return 4
	}
	var sum, widest, tallest int
	for i := range int(body[5]) {
		sampling := body[6+3*i+1]
		across, down := int(sampling>>4), int(sampling&15)
		sum += across * down
		widest, tallest = max(widest, across), max(tallest, down)
	}
	if sum == 0 || widest*tallest == 0 {
		return 4
	}
	samples := float64(sum) / float64(widest*tallest)
	if body[5] == 4 {
		samples *= 2 // four inks are unfolded into a second image
	}
	if marker == 0xC2 {
		return 5 * samples
	}
	return samples
}

// readPNGHeader reads the first chunk by the decoder, then looks for eXIf.
func readPNGHeader(r io.ReaderAt, size int64) (header, error) {
	conf, err := png.DecodeConfig(io.NewSectionReader(r, 0, size))
	if err != nil {
		return header{}, err
	}
	h := header{width: conf.Width, height: conf.Height, orientation: 1, perPixel: bytesPerPixel(conf.ColorModel)}
	var head [8]byte
	if _, err := r.ReadAt(head[:1], 28); err == nil && head[0] == 1 {
		h.perPixel *= 2 // interlaced: the passes stand beside the whole
	}
	for at := int64(8); ; {
		if _, err := r.ReadAt(head[:], at); err != nil {
			return h, nil
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		switch string(head[4:]) {
		case "IEND":
			return h, nil
		case "eXIf":
			body := make([]byte, min(length, 64<<10))
			if n, _ := r.ReadAt(body, at+8); n > 0 {
				h.orientation = orientation(body[:n])
			}
		}
		at += 12 + length
	}
}

// orientation reads tag 0x0112 of the first directory of a TIFF block, 1 when
// there is none that makes sense.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		start := at + 2 + 12*i
		if start+12 > int64(len(tiff)) {
			return 1
		}
		entry := tiff[start : start+12]
		if order.Uint16(entry) == 0x0112 {
			if v := order.Uint16(entry[8:]); v >= 1 && v <= 8 {
				return int(v)
			}
			return 1
		}
	}
	return 1
}
