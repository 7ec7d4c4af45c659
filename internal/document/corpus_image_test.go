package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"testing"
)

// cut are files cut off at every place that counts, and at many more.
func cut(t *testing.T) (all []sample) {
	const places = 60
	for _, whole := range []struct {
		name    string
		body    []byte
		from    int // what is shorter is not recognised at all
		to      int // what is longer is whole
		unknown string
		reason  string
	}{
		{"JPEG", jpegOf(t, photo(320, 240)), 3, -2, "document.type", "document.image_damaged"},
		{"PNG", pngOf(t, photo(320, 240)), 8, -12, "document.type", "document.image_damaged"},
		{"PDF", textPDF(t, 3), 5, -24, "document.type", "document.pdf_damaged"},
		{"HEIC", heifBase(t), 12, -1, "document.type", "document.heic"},
	} {
		end := len(whole.body) + whole.to
		for i := range places {
			at := 1 + i*(end-1)/places
			if i < 12 {
				at = 1 + i
			}
			want := whole.reason
			if at < whole.from {
				want = whole.unknown
			}
			all = append(all, refused(fmt.Sprintf("%s after %d bytes of %d", whole.name, at, len(whole.body)), whole.body[:at], want))
		}
	}
	return all
}

// bits are PNG files with one bit wrong, which their checksums tell.
func bits(t *testing.T) (all []sample) {
	random := rand.New(rand.NewPCG(4, 4))
	whole := pngOf(t, photo(320, 240))
	for range 60 {
		body := bytes.Clone(whole)
		at := 8 + random.IntN(len(body)-8-12) // behind the signature, before the end
		body[at] ^= 1 << random.IntN(8)
		all = append(all, refused(fmt.Sprintf("PNG, byte %d", at), body, "document.image_damaged"))
	}
	return all
}

// pictures are every kind of pixel the formats know.
func pictures(t *testing.T) (all []sample) {
	src := photo(96, 64)
	kinds := map[string]draw.Image{
		"grey": image.NewGray(src.Rect), "grey of 16 bits": image.NewGray16(src.Rect),
		"colour": image.NewRGBA(src.Rect), "colour of 16 bits": image.NewRGBA64(src.Rect),
		"transparent": image.NewNRGBA(src.Rect), "transparent of 16 bits": image.NewNRGBA64(src.Rect),
		"of inks":            image.NewCMYK(src.Rect),
		"of two colours":     image.NewPaletted(src.Rect, color.Palette{color.RGBA{220, 0, 0, 255}, color.RGBA{0, 0, 200, 255}}),
		"of sixteen colours": image.NewPaletted(src.Rect, palette(16)), "of 256 colours": image.NewPaletted(src.Rect, palette(256)),
	}
	for _, name := range sorted(kinds) {
		draw.Draw(kinds[name], src.Rect, src, image.Point{}, draw.Src)
		all = append(all, taken("PNG "+name, pngOf(t, kinds[name]), PNG, 1), taken("JPEG from "+name, jpegOf(t, kinds[name]), JPEG, 1))
	}
	for _, size := range []image.Point{{1, 1}, {1, 3000}, {3000, 1}, {7, 5}, {17, 16}, {2000, 1500}} {
		all = append(all, taken(fmt.Sprintf("PNG of %v", size), pngOf(t, photo(size.X, size.Y)), PNG, 1), taken(fmt.Sprintf("JPEG of %v", size), jpegOf(t, photo(size.X, size.Y)), JPEG, 1))
	}
	drawing := pngOf(t, src)
	frames := bytes.Join([][]byte{drawing[:33], pngChunk("acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0}), drawing[33:]}, nil)
	chunk := func(name string, body []byte) []byte {
		return bytes.Join([][]byte{drawing[:33], pngChunk(name, body), drawing[33:]}, nil)
	}
	return append(all,
		taken("PNG that moves", frames, PNG, 1),
		taken("PNG with a note of 100 kB", chunk("tEXt", append([]byte("Comment\x00"), make([]byte, 100_000)...)), PNG, 1),
		taken("PNG with a compressed note of 100 MB", chunk("zTXt", append([]byte("Comment\x00\x00"), zeros(100)...)), PNG, 1),
		taken("PNG with a profile of 100 MB", chunk("iCCP", append([]byte("profile\x00\x00"), zeros(100)...)), PNG, 1),
		taken("PNG with a part that nobody knows", chunk("ABCD", []byte("x")), PNG, 1),
	)
}

func palette(n int) color.Palette {
	p := make(color.Palette, n)
	for i := range p {
		p[i] = color.RGBA{byte(220 * i / (n - 1)), 0, byte(200 - 200*i/(n-1)), 255}
	}
	return p
}

// orientations are the eight ways to hold a camera, as each format says it; what
// is kept stands upright and has forgotten the place.
func orientations(t *testing.T) (all []sample) {
	plain, drawing := jpegOf(t, photo(64, 48)), pngOf(t, photo(64, 48))
	for o := 1; o <= 8; o++ {
		inPNG := bytes.Join([][]byte{drawing[:33], pngChunk("eXIf", tiff(binary.BigEndian, o)), drawing[33:]}, nil)
		for _, s := range []sample{
			taken("JPEG", withEXIF(plain, o, binary.BigEndian), JPEG, 1),
			taken("JPEG, little-endian", withEXIF(plain, o, binary.LittleEndian), JPEG, 1),
			taken("PNG", inPNG, PNG, 1),
		} {
			s.name = fmt.Sprintf("%s held as %d", s.name, o)
			s.looks = standsAs(s.kind, redCorner[o])
			all = append(all, s)
		}
	}
	return all
}

func standsAs(kind Kind, red string) func(t *testing.T, kept []byte) {
	return func(t *testing.T, kept []byte) {
		img, err := decode(bytes.NewReader(kept), kind)
		if err != nil || corner(img) != red {
			t.Errorf("%v; red is not %s", err, red)
		}
	}
}
