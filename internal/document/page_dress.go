package document

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"

	"guichet/internal/fault"
)

// Dress is what is done to a page image before somebody looks at it.
type Dress struct {
	Turn int    // quarter turns clockwise, 0 to 3
	Mark string // words across the whole image, "" for none: who reads a copy of an identity document, and when (RP-181)
}

// longestMark bounds the words across an image, in bytes.
const longestMark = 300

// Dressed turns and marks a page that [Workshop.PageImage] drew, in a child again: the picture comes from strangers. Errors:
// fault.Invalid for a turn that is none, or when the page cannot be read.
func (w *Workshop) Dressed(ctx context.Context, page []byte, d Dress) (_ []byte, err error) {
	defer fault.Wrap(&err, "document.Dressed")
	if d == (Dress{}) {
		return page, nil
	}
	if d.Turn < 0 || d.Turn > 3 {
		return nil, fault.New(fault.Invalid, "document.turn")
	}
	words := strings.Join(strings.Fields(d.Mark), " ")
	words = strings.ToValidUTF8(words[:min(len(words), longestMark)], "") + "\n"
	// The words go with the picture, not among the arguments, which everybody on the machine can list.
	in := io.MultiReader(strings.NewReader(words), bytes.NewReader(page))
	dressed, err := w.run(ctx, w.drawing, work{args: []string{"dress", strconv.Itoa(d.Turn)}, stdin: in, most: mostPage})
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(dressed, pngMagic) {
		return nil, fault.From(fault.Invalid, "document.unreadable", errors.New("the child drew no PNG"))
	}
	return dressed, nil
}

// childDress reads the words, a line feed and a PNG, and writes the PNG turned and marked.
func childDress(turn string, stdin io.Reader, stdout io.Writer) error {
	quarters, err := strconv.Atoi(turn)
	if err != nil {
		return err
	}
	in := bufio.NewReader(io.LimitReader(stdin, childWrite))
	words, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	body, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	info, err := inspectImage(bytes.NewReader(body), int64(len(body)), PNG, Standard)
	if err != nil {
		return err
	}
	img, err := decodeUpright(bytes.NewReader(body), info)
	if err != nil {
		return err
	}
	img = upright(img, map[int]int{1: 6, 2: 3, 3: 8}[quarters])
	if words = strings.TrimSpace(words); words != "" {
		if img, err = marked(img, words); err != nil {
			return err
		}
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(stdout, img)
}

// How the mark lies on a page.
const (
	markShare = 38 // the page is so many times as wide as the letters are high
	markSlope = math.Pi / 7
	smallMark = 11.0 // pixels
)

var markColour = color.NRGBA{R: 190, A: 110}

// marked writes words aslant over the whole image, line after line, each shifted against the one above, so that no part of the
// image can be used without them and what lies below can still be read.
func marked(src image.Image, words string) (image.Image, error) {
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Bounds(), src, b.Min, draw.Over)
	size := max(smallMark, float64(b.Dx())/markShare)
	strip, err := lettered(words, size)
	if err != nil {
		return nil, err
	}
	sin, cos := math.Sincos(-markSlope)
	wide, apart := float64(strip.Bounds().Dx()), size*4.5
	reach := math.Hypot(float64(b.Dx()), float64(b.Dy())) // along and across the slope, from the middle
	for line, across := 0, -reach/2; across < reach/2; line, across = line+1, across+apart {
		for along := -reach/2 - float64(line%3)*wide/3; along < reach/2; along += wide {
			m := f64.Aff3{cos, -sin, along*cos - across*sin + float64(b.Dx())/2, sin, cos, along*sin + across*cos + float64(b.Dy())/2}
			draw.ApproxBiLinear.Transform(dst, m, strip, strip.Bounds(), draw.Over, nil)
		}
	}
	return dst, nil
}

// lettered is one line of words on nothing, with a space behind it.
func lettered(words string, size float64) (*image.RGBA, error) {
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, err
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, err
	}
	d := font.Drawer{Src: image.NewUniform(markColour), Face: face}
	strip := image.NewRGBA(image.Rect(0, 0, d.MeasureString(words).Ceil()+int(3*size), int(1.6*size)))
	d.Dst, d.Dot = strip, fixed.P(int(size/2), int(1.15*size))
	d.DrawString(words)
	return strip, nil
}
