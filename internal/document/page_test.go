package document

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/testkit/absent"
)

func needsRenderer(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath(renderers[0]); err != nil {
		absent.Skip(t, "pdftoppm (Debian: poppler-utils)")
	}
}

func drawn(t *testing.T, kind Kind, body []byte, page, width int) image.Image {
	t.Helper()
	out, err := workshop(t).PageImage(t.Context(), kind, bytes.NewReader(body), page, width)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestPageOfPDF(t *testing.T) {
	needsRenderer(t)
	body := textPDF(t, 2)
	first, second := drawn(t, PDF, body, 1, 600), drawn(t, PDF, body, 2, 600)
	if first.Bounds().Dx() != 600 || first.Bounds().Dy() < 800 {
		t.Errorf("an A4 page came out %v", first.Bounds())
	}
	if ink(first) == 0 || ink(first) == ink(second) {
		t.Errorf("ink on the two pages: %d and %d", ink(first), ink(second))
	}
}

// ink counts the dark pixels.
func ink(img image.Image) (n int) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
				n++
			}
		}
	}
	return n
}

func TestPageOfImage(t *testing.T) {
	for kind, body := range map[Kind][]byte{JPEG: jpegOf(t, photo(800, 400)), PNG: pngOf(t, photo(800, 400))} {
		if got := drawn(t, kind, body, 1, 200); got.Bounds().Size() != image.Pt(200, 100) || corner(got) != "top left" {
			t.Errorf("%s: %v, red %s", kind, got.Bounds(), corner(got))
		}
		if got := drawn(t, kind, body, 1, 2000); got.Bounds().Dx() != 800 {
			t.Errorf("%s was enlarged to %v", kind, got.Bounds())
		}
	}
}

func TestPageThatCannotBeDrawn(t *testing.T) {
	needsRenderer(t)
	body := textPDF(t, 2)
	for _, c := range []struct {
		name        string
		kind        Kind
		src         io.Reader
		page, width int
		want        fault.Kind
		key         string
	}{
		{"page 3 of 2", PDF, bytes.NewReader(body), 3, 600, fault.NotFound, "document.no_page"},
		{"page 0", PDF, bytes.NewReader(body), 0, 600, fault.NotFound, "document.no_page"},
		{"page 2 of an image", PNG, bytes.NewReader(pngOf(t, photo(9, 9))), 2, 600, fault.NotFound, "document.no_page"},
		{"too wide", PDF, bytes.NewReader(body), 1, 100_000, fault.Invalid, "document.page_width"},
		{"noise", PDF, bytes.NewReader(noise(5000)), 1, 600, fault.Invalid, "document.unreadable"},
		{"noise as an image", JPEG, bytes.NewReader(noise(5000)), 1, 600, fault.Invalid, "document.unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := workshop(t).PageImage(t.Context(), c.kind, c.src, c.page, c.width)
			if fault.Of(err) != c.want || fault.Key(err) != c.key {
				t.Errorf("got %v, want %s", err, c.key)
			}
		})
	}
}

// A store or a seal that fails is our fault, never the file's.
func TestPageOfBrokenStore(t *testing.T) {
	src := io.MultiReader(bytes.NewReader(textPDF(t, 1)), errReader{})
	if _, err := workshop(t).PageImage(t.Context(), PDF, src, 1, 300); !errors.Is(err, errWire) {
		t.Errorf("got %v", err)
	}
}

// Uploads that hang take their own places, and an agent still reads.
func TestReadingGoesOnUnderHostileUploads(t *testing.T) {
	w := workshop(t)
	for range cap(w.checking) {
		w.checking <- struct{}{}
	}
	if _, err := w.PageImage(t.Context(), PNG, bytes.NewReader(pngOf(t, photo(40, 40))), 1, 20); err != nil {
		t.Errorf("reading: %v", err)
	}
	waiting, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := w.Check(waiting, bytes.NewReader(rawPDF(""))); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third upload: %v, want it to wait", err)
	}
}

// The child is told of no renderer at all; the page then says so.
func TestNoRenderer(t *testing.T) {
	_, err := workshop(t, "nosuch").PageImage(t.Context(), PDF, strings.NewReader("%PDF-1.7"), 1, 300)
	if !errors.Is(err, ErrNoRenderer) {
		t.Errorf("got %v, want ErrNoRenderer", err)
	}
}
