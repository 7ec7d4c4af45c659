package document

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"guichet/internal/fault"
)

// The mark is red on every part of the page, and of no use to who cuts a corner out; what lies below is still there.
func TestMarkLiesAcrossThePage(t *testing.T) {
	page := image.NewGray(image.Rect(0, 0, 1100, 1500))
	for i := range page.Pix {
		page.Pix[i] = 255
	}
	got := dressed(t, pngOf(t, page), Dress{Mark: "Élise Müller · 20/11/2026 10:00"})
	if got.Bounds() != page.Bounds() {
		t.Fatalf("the page is now %v", got.Bounds())
	}
	for y := 0; y < 1500; y += 300 {
		for x := 0; x < 1100; x += 220 {
			if n := red(got, image.Rect(x, y, x+220, y+300)); n < 200 || n > 220*300/3 {
				t.Errorf("%d red pixels at %d, %d", n, x, y)
			}
		}
	}
	other := dressed(t, pngOf(t, page), Dress{Mark: "Somebody else · 20/11/2026 10:00"})
	if bytes.Equal(pngOf(t, got), pngOf(t, other)) {
		t.Error("two readers leave the same mark")
	}
}

func dressed(t *testing.T, page []byte, d Dress) image.Image {
	t.Helper()
	out, err := workshop(t).Dressed(t.Context(), page, d)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func red(img image.Image, within image.Rectangle) (n int) {
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA); int(c.R) > int(c.G)+60 {
				n++
			}
		}
	}
	return n
}

func TestPageIsTurned(t *testing.T) {
	page := pngOf(t, photo(80, 40)) // red above left
	for turn, want := range map[int]string{1: "top right", 2: "bottom right", 3: "bottom left"} {
		if got := corner(dressed(t, page, Dress{Turn: turn})); got != want {
			t.Errorf("after %d quarters the red corner is %s", turn, got)
		}
	}
	if out, err := workshop(t).Dressed(t.Context(), page, Dress{}); err != nil || !bytes.Equal(out, page) {
		t.Errorf("undressed, the page is another one: %v", err)
	}
	if _, err := workshop(t).Dressed(t.Context(), page, Dress{Turn: 4}); fault.Of(err) != fault.Invalid {
		t.Errorf("a turn that is none: %v", err)
	}
	if _, err := workshop(t).Dressed(t.Context(), noise(500), Dress{Turn: 1}); fault.Of(err) != fault.Invalid {
		t.Errorf("what is no page: %v", err)
	}
}
