package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"testing"

	"pgregory.net/rapid"
)

// redCorner says where the red quarter of photo came to lie once the camera's
// orientation was obeyed; each line is what TIFF 6.0 says of the number.
var redCorner = map[int]string{
	1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left",
	5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left",
}

func corner(img image.Image) string {
	b := img.Bounds()
	for _, at := range []struct {
		name string
		x, y int
	}{
		{"top left", b.Dx() / 4, b.Dy() / 4},
		{"top right", 3 * b.Dx() / 4, b.Dy() / 4},
		{"bottom left", b.Dx() / 4, 3 * b.Dy() / 4},
		{"bottom right", 3 * b.Dx() / 4, 3 * b.Dy() / 4},
	} {
		if r, _, blue, _ := img.At(b.Min.X+at.x, b.Min.Y+at.y).RGBA(); r > blue {
			return at.name
		}
	}
	return "nowhere"
}

func checkImage(t *testing.T, body []byte) (Info, []byte) {
	t.Helper()
	got, err := workshop(t).Check(t.Context(), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	kept, err := io.ReadAll(got.Clean)
	if err != nil {
		t.Fatal(err)
	}
	return got.Info, kept
}

// The picture stands upright afterwards, and where it was taken is forgotten.
func TestPhotographIsUprightAndForgetful(t *testing.T) {
	plain, drawing := jpegOf(t, photo(64, 48)), pngOf(t, photo(64, 48))
	for o := 1; o <= 8; o++ {
		big, little := withEXIF(plain, o, binary.BigEndian), withEXIF(plain, o, binary.LittleEndian)
		eXIf := pngChunk("eXIf", tiff(binary.BigEndian, o))
		inPNG := bytes.Join([][]byte{drawing[:33], eXIf, drawing[33:]}, nil)
		for name, body := range map[string][]byte{"big-endian": big, "little-endian": little, "PNG": inPNG} {
			t.Run(fmt.Sprintf("%s %d", name, o), func(t *testing.T) {
				info, kept := checkImage(t, body)
				if bytes.Contains(kept, []byte("43.7384N")) || bytes.Contains(kept, []byte("Exif")) {
					t.Error("the place is still in the file")
				}
				img, err := decode(bytes.NewReader(kept), info.Kind)
				if err != nil {
					t.Fatal(err)
				}
				if got := corner(img); got != redCorner[o] {
					t.Errorf("red lies %s, want %s", got, redCorner[o])
				}
				if size := img.Bounds().Size(); size.X != info.Width || size.Y != info.Height || (size.X > size.Y) != (o < 5) {
					t.Errorf("size %v, said %d by %d", size, info.Width, info.Height)
				}
			})
		}
	}
}

func TestOrientationOfNonsense(t *testing.T) {
	for _, block := range [][]byte{
		nil, []byte("MM"), []byte("MM\x00\x2a\xff\xff\xff\xff"), []byte("II\x2a\x00\x08\x00\x00\x00\xff\xff"),
		tiff(binary.BigEndian, 0), tiff(binary.BigEndian, 9), tiff(binary.LittleEndian, 65535),
	} {
		if got := orientation(block); got != 1 {
			t.Errorf("%q: orientation %d, want 1", block, got)
		}
	}
}

// Turning moves every pixel to a place of its own inside the turned image.
func TestTurnIsOneToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 90).Draw(t, "w"), rapid.IntRange(1, 150).Draw(t, "h")
		o := rapid.IntRange(2, 8).Draw(t, "orientation")
		src := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range w * h {
			src.SetRGBA(i%w, i/w, color.RGBA{byte(i), byte(i >> 8), byte(i >> 16), 255})
		}
		dst := upright(src, o)
		seen := map[color.Color]bool{}
		for y := range dst.Bounds().Dy() {
			for x := range dst.Bounds().Dx() {
				seen[dst.At(x, y)] = true
			}
		}
		if len(seen) != w*h {
			t.Fatalf("%d of %d pixels are left", len(seen), w*h)
		}
	})
}

// A progressive picture costs the decoder five times its samples, an
// interlaced one twice: what is promised must hold before memory is spent.
func TestCostOfDecoding(t *testing.T) {
	frame := func(sampling ...byte) []byte {
		body := []byte{8, 0, 10, 0, 10, byte(len(sampling))}
		for i, s := range sampling {
			body = append(body, byte(i+1), s, 0)
		}
		return body
	}
	for _, c := range []struct {
		body   []byte
		marker byte
		want   float64
	}{
		{frame(0x11), 0xC0, 1},
		{frame(0x22, 0x11, 0x11), 0xC0, 1.5},
		{frame(0x11, 0x11, 0x11), 0xC0, 3},
		{frame(0x22, 0x11, 0x11), 0xC2, 7.5},
		{frame(0x11, 0x11, 0x11, 0x11), 0xC0, 8},
		{frame(0x00), 0xC0, 4},
		{[]byte{8, 0}, 0xC2, 4},
	} {
		if got := frameCost(c.body, c.marker); got != c.want {
			t.Errorf("%x %x: %v bytes a pixel, want %v", c.marker, c.body, got, c.want)
		}
	}
}

// A photograph whose planes are turned one by one looks as if its pixels were.
func TestPlanesTurnAlike(t *testing.T) {
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio444} {
		src := image.NewYCbCr(image.Rect(0, 0, 12, 8), ratio)
		for i := range src.Y {
			src.Y[i] = byte(i)
		}
		for i := range src.Cb {
			src.Cb[i], src.Cr[i] = byte(3*i), byte(5*i)
		}
		flat := image.NewRGBA(src.Rect)
		draw.Draw(flat, flat.Rect, src, image.Point{}, draw.Src)
		for o := 1; o <= 8; o++ {
			planes, pixels := upright(src, o), upright(flat, o)
			if planes.Bounds() != pixels.Bounds() {
				t.Fatalf("%v, %d: %v and %v", ratio, o, planes.Bounds(), pixels.Bounds())
			}
			for i := range 12 * 8 {
				x, y := i%planes.Bounds().Dx(), i/planes.Bounds().Dx()
				if color.RGBAModel.Convert(planes.At(x, y)) != pixels.At(x, y) {
					t.Errorf("%v, %d: another colour at %d, %d", ratio, o, x, y)
				}
			}
		}
	}
}

// One orientation after another is again one of the eight, by what each does to
// the corners of a picture.
func TestTurnAfterTurn(t *testing.T) {
	for _, c := range []struct{ first, second, want int }{
		{1, 1, 1}, {6, 6, 3}, {6, 8, 1}, {8, 8, 3}, {2, 2, 1}, {2, 4, 3}, {3, 6, 8}, {5, 5, 1}, {7, 7, 1}, {8, 2, 7}, {6, 2, 5},
	} {
		if got := then(c.first, c.second); got != c.want {
			t.Errorf("%d then %d: %d, want %d", c.first, c.second, got, c.want)
		}
	}
	for n := range 8 * 8 * 8 {
		a, b, c := n%8+1, n/8%8+1, n/64+1
		if then(then(a, b), c) != then(a, then(b, c)) {
			t.Errorf("%d, %d, %d: the order of putting together matters", a, b, c)
		}
	}
}
